#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/log_counts.hpp>

#include <cstdint>
#include <functional>

namespace OUSAGE_NAMESPACE::ollama {

/// What a reader of a log has read since it was made.
struct LogProgress {
    LogCounts counts;            ///< of everything read
    std::uint64_t bytes = 0;     ///< read or passed over
    std::uint64_t rotations = 0; ///< how often a log was cut, or found under another name
    bool caught_up = false;      ///< all that there was is read; false where a deadline struck
};

/// Sees what a reader of a log reads. Called on the thread that reads, never by two at once, but
/// also after a deadline has abandoned that thread: it must own what it touches.
struct LogObserver {
    std::function<void(AccessEntry const&)> entry;  ///< of every entry, old ones too
    std::function<void(LogProgress const&)> polled; ///< at the end of every poll
};

} // namespace OUSAGE_NAMESPACE::ollama
