#pragma once

#include <ousage/config.hpp>

#include <cstdint>

namespace OUSAGE_NAMESPACE::ollama {

/// How much a log held.
struct LogCounts {
    std::uint64_t lines = 0;               ///< all lines
    std::uint64_t unparsed = 0;            ///< lines with `[GIN] ` that gave no entry
    std::uint64_t bytes = 0;               ///< all bytes
    std::uint64_t entries = 0;             ///< lines that gave an entry
    std::uint64_t first_unparsed_line = 0; ///< its number, from 1; 0 where there is none

    /// Adds another log's; the place of the first unparsed line stays that of the first log.
    LogCounts& operator+=(LogCounts const& other) noexcept {
        lines += other.lines;
        unparsed += other.unparsed;
        bytes += other.bytes;
        entries += other.entries;
        return *this;
    }
};

} // namespace OUSAGE_NAMESPACE::ollama
