#pragma once

#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/detail/log_source.hpp>
#include <ousage/ollama/server_log_reader.hpp>

#include <filesystem>
#include <utility>

namespace ousage::ollama {

/// The source `server_log`: every log of the folder, the oldest first, read on a thread of its own.
/// Collected again it reads only what is new, in rotated files too; its copies share their place.
/// `absent` where there is none. A file that cannot be read is named, the others stand. The
/// observer sees every entry.
inline Source<ServerLog> server_log(
    std::filesystem::path folder, LogZone zone, Now now, LogHistory history = {},
    LogObserver observer = {}) {
    auto reader = ServerLogReader(std::move(folder), std::move(zone), history, std::move(observer));
    return detail::log_source(std::move(reader), std::move(now));
}

} // namespace ousage::ollama
