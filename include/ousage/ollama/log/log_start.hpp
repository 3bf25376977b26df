#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/zone_search.hpp>
#include <ousage/ollama/log/log_zone.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

namespace OUSAGE_NAMESPACE::ollama {

/// The position at which to start reading a log.
struct LogStart {
    /// Offset of the first byte of a line.
    std::uint64_t offset = 0;
    /// UTC offset of the slog line at `offset`, else of the first one after it.
    std::optional<std::chrono::seconds> zone_offset;
};

/// Finds where to start reading a log, in steps that a stop ends.
class LogStartSearch {
public:
    /// Finds where to start reading a log for the entries of `oldest` and later; some earlier
    /// entries are included. Returns the beginning if `oldest` is empty or if slog lines are
    /// sparse. Also returns the beginning if a zone is forced, because the times of slog lines then
    /// do not match those of entries. Returns nothing if `stop` was requested first; another call
    /// with the same arguments resumes the search.
    std::optional<LogStart>
    run(io::LogBytes& bytes, LogZone const& zone, std::optional<std::chrono::sys_seconds> oldest,
        std::stop_token const& stop);

private:
    std::optional<LogStart> start_;
    std::optional<detail::ZoneSearch> zone_;
};

/// Runs a search to its end.
OUSAGE_DECL LogStart find_log_start(
    io::LogBytes& bytes, LogZone const& zone, std::optional<std::chrono::sys_seconds> oldest);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/log_start.hpp>
#endif
