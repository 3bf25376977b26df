#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/engine_record.hpp>
#include <ousage/ollama/log/log_counts.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// What a log reader has read since it was constructed.
struct LogProgress {
    LogCounts counts;            ///< counts of everything read
    std::uint64_t bytes = 0;     ///< bytes read or skipped
    std::uint64_t rotations = 0; ///< how often a live log was renamed, replaced or truncated
    bool caught_up = false;      ///< true if everything was read, false if a deadline expired
};

/// Callbacks of a log reader. Called on the reading thread, never concurrently, but also after a
/// deadline has abandoned that thread: they must own what they access.
struct LogObserver {
    std::function<void(AccessEntry const&)> entry; ///< called for every entry, including old ones
    /// Called for every record of the engine and the name of its model, which may be empty.
    std::function<void(EngineRecord const&, std::string const&)> engine;
    std::function<void(LogProgress const&)> polled; ///< called at the end of every poll
};

} // namespace OUSAGE_NAMESPACE::ollama
