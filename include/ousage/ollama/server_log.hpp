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

/// The source `server_log`: every log of the folder, the oldest first, read on a thread of its own.
/// Collected again it reads only what is new, in rotated files too; its copies share their place.
/// `absent` where there is none. A file that cannot be read is named, the others stand. The
/// observer sees every entry.
OUSAGE_DECL Source<ServerLog> server_log(
    std::filesystem::path folder, LogZone zone, Now now, LogHistory history = {},
    LogObserver observer = {});

#if OUSAGE_WITH_SYSTEMD
/// The source `server_log` from the systemd journal: the unit's messages of the last eight days,
/// and at each further collection what is new. `absent` where the unit wrote none. The observer
/// sees every entry.
OUSAGE_DECL Source<ServerLog>
server_journal(JournalUnit unit, LogZone zone, Now now, LogObserver observer = {});
#endif

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/server_log.hpp>
#endif
