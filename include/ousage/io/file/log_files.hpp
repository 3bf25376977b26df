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
    bool live = true;           ///< a writer may append: the name has no number, no compression
    bool compressed = false;    ///< by the suffix of its name; only gzip can be read
    std::uint64_t age = 0;      ///< sort key: greater is older; 0 for a live log
};

/// Returns true if `name` is the name of a server log, and fills `file` from it. Accepts
/// `server*.log`, the logrotate names `server*.log.N` and `server*.log-DATE`, and each of them with
/// the suffix of a compression format, such as `.gz` or `.xz`. Ollama rotates its own logs
/// (app/logrotate): `server-1.log` is the newest rotated log; before 0.9 it was `server1.log`.
OUSAGE_DECL bool is_server_log(std::string name, LogFile& file);

/// Lists the server logs in a directory, oldest first, and `X` before `X.gz`, which was compressed
/// from it and may be incomplete. Empty if there are none or if the directory does not exist.
/// Another failure has the error code of the operating system.
OUSAGE_DECL Result<std::vector<LogFile>> list_server_logs(std::filesystem::path const& directory);

/// Lists the log at `path`, whatever its name, and its rotated siblings, in the same order. A
/// sibling has the same name with a number or date after `.` or `-`, as logrotate, docker,
/// newsyslog and the kubelet append it (`ollama.log.1`, `0.log.20261120-160405.gz`), or before the
/// extension, as Ollama inserts it (`ollama-1.log`). Empty if there are none or if the directory
/// does not exist.
OUSAGE_DECL Result<std::vector<LogFile>> list_log_files(std::filesystem::path const& path);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/log_files.hpp>
#endif
