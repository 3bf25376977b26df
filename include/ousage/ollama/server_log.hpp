#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/log/log_history.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <filesystem>

namespace OUSAGE_NAMESPACE::ollama {

/// Creates the source `server_log`. It reads every log of the directory, the oldest first, on a
/// separate thread. Further collections read only new data, including that of rotated files. Copies
/// share their position. `absent` if there is no log. A file that cannot be read is reported as a
/// failure; the others are used. The observer receives every entry.
OUSAGE_DECL Source<ServerLog> server_log(
    std::filesystem::path directory, LogZone zone, Now now, LogHistory history = {},
    LogObserver observer = {});

#if OUSAGE_WITH_SYSTEMD
/// Creates the source `server_log` from the systemd journal. It reads the unit's messages of the
/// last eight days, and only new messages at each further collection. `absent` if the unit wrote
/// none. The observer receives every entry.
OUSAGE_DECL Source<ServerLog>
server_journal(JournalUnit unit, LogZone zone, Now now, LogObserver observer = {});
#endif

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/server_log.hpp>
#endif
