#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/log/log_history.hpp>
#include <ousage/ollama/log/log_location.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/log/server_log_part.hpp>
#include <ousage/ollama/log/stream_wait.hpp>

#include <filesystem>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// Creates the source `server_log`. It reads every log of the directory, the oldest first, on a
/// separate thread. Further collections read only new data, including that of rotated files. Copies
/// share their position. `absent` if there is no log. A file that cannot be read is reported as a
/// failure; the others are used. A deadline keeps what was read, and the next collection continues.
/// If no access line was ever read, requests have no value, and a diagnostic reports it. The
/// observer receives every entry.
OUSAGE_DECL Source<ServerLog> server_log(
    std::filesystem::path directory, LogZone zone, Now now, LogHistory history = {},
    LogObserver observer = {});

/// The same for the logs at a location, such as `named_logs`.
OUSAGE_DECL Source<ServerLog> server_log(
    LogLocation location, LogZone zone, Now now, LogHistory history = {},
    LogObserver observer = {});

/// Creates the source `server_log` from a stream, plain or gzip. The first collection reads it to
/// its end, unless `wait` is `none`; a deadline interrupts it. Further collections continue there
/// and read what has arrived. `descriptor` remains the caller's and must stay open. `name` occurs
/// in failures.
OUSAGE_DECL Source<ServerLog> server_log_stream(
    int descriptor, std::string name, LogZone zone, Now now, LogObserver observer = {},
    StreamWait wait = StreamWait::until_end);

#if OUSAGE_WITH_SYSTEMD
/// Creates the source `server_log` from the systemd journal. It reads the unit's messages of the
/// last eight days, and only new messages at each further collection. If there are very many, one
/// collection reads the oldest for about two seconds, and further ones the rest. `absent` if the
/// unit wrote none. The observer receives every entry.
OUSAGE_DECL Source<ServerLog>
server_journal(JournalUnit unit, LogZone zone, Now now, LogObserver observer = {});
#endif

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/server_log.hpp>
#endif
