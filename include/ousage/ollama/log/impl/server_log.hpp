#pragma once

#include <ousage/ollama/log/detail/journal_reader.hpp>
#include <ousage/ollama/log/detail/log_source.hpp>
#include <ousage/ollama/log/detail/stream_reader.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>
#include <ousage/ollama/server_log.hpp>

#include <filesystem>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL Source<ServerLog> server_log(
    std::filesystem::path directory, LogZone zone, Now now, LogHistory history,
    LogObserver observer) {
    auto reader =
        ServerLogReader(std::move(directory), std::move(zone), history, std::move(observer));
    return detail::log_source(std::move(reader), std::move(now));
}

OUSAGE_DECL Source<ServerLog>
server_log(LogLocation location, LogZone zone, Now now, LogHistory history, LogObserver observer) {
    auto reader =
        ServerLogReader(std::move(location), std::move(zone), history, std::move(observer));
    return detail::log_source(std::move(reader), std::move(now));
}

OUSAGE_DECL Source<ServerLog> server_log_stream(
    int descriptor, std::string name, LogZone zone, Now now, LogObserver observer,
    StreamWait wait) {
    auto reader = detail::StreamReader(
        descriptor, std::move(name), wait, std::move(zone), std::move(observer));
    return detail::log_source(std::move(reader), std::move(now));
}

#if OUSAGE_WITH_SYSTEMD
OUSAGE_DECL Source<ServerLog>
server_journal(JournalUnit unit, LogZone zone, Now now, LogObserver observer) {
    auto reader = detail::JournalReader(std::move(unit), std::move(zone), std::move(observer));
    return detail::log_source(std::move(reader), std::move(now));
}
#endif

} // namespace OUSAGE_NAMESPACE::ollama
