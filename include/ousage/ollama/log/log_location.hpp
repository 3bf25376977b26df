#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/log_files.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Where the files of a server's log are.
struct LogLocation {
    /// Lists the files, the oldest first; called at each poll. Empty if there are none.
    std::function<Result<std::vector<io::LogFile>>()> list;
    /// Human-readable: what was looked for, if there are none.
    std::string missing;
};

/// Every `server*.log` of a directory, with its rotated siblings.
OUSAGE_DECL LogLocation log_directory(std::filesystem::path directory);

/// Logs by their names, each with its rotated siblings: see `io::list_log_files`.
OUSAGE_DECL LogLocation named_logs(std::vector<std::filesystem::path> paths);

/// The first of several locations that has a file at that time. One that cannot be listed is passed
/// over, and reported only if no other one has a file.
OUSAGE_DECL LogLocation first_location(std::vector<LogLocation> locations);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/log_location.hpp>
#endif
