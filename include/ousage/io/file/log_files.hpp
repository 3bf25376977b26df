#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// A log file in a directory, classified by its name.
struct LogFile {
    std::filesystem::path path; ///< path of the file
    bool live = true;           ///< the name has no number, so a writer may append to it
    bool compressed = false;    ///< gzip
    std::uint64_t age = 0;      ///< sort key: greater is older; 0 for a live log
};

/// Returns true if `name` is the name of a server log, and fills `file` from it. Accepts
/// `server*.log`, the logrotate names `server*.log.N` and `server*.log-DATE`, and each of them with
/// `.gz` appended. Ollama rotates its own logs (app/logrotate): `server-1.log` is the newest
/// rotated log; before 0.9 it was `server1.log`.
OUSAGE_DECL bool is_server_log(std::string name, LogFile& file);

/// Lists the server logs in a directory, oldest first, and `X` before `X.gz`, which was compressed
/// from it and may be incomplete. Empty if there are none or if the directory does not exist.
OUSAGE_DECL Result<std::vector<LogFile>> list_server_logs(std::filesystem::path const& directory);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/log_files.hpp>
#endif
