#pragma once

#include <ousage/config.hpp>

#include <cstdint>

namespace OUSAGE_NAMESPACE::ollama {

/// The line and byte counts of a log.
struct LogCounts {
    std::uint64_t lines = 0;    ///< all lines; NULs after the last newline are not a line
    std::uint64_t unparsed = 0; ///< lines with `[GIN] ` that could not be parsed
    std::uint64_t bytes = 0;    ///< all bytes
    std::uint64_t entries = 0;  ///< lines parsed as entries
    std::uint64_t first_unparsed_line = 0; ///< its number, from 1; 0 if there is none

    /// Adds the counts of another log. `first_unparsed_line` remains that of the first log.
    LogCounts& operator+=(LogCounts const& other) noexcept {
        lines += other.lines;
        unparsed += other.unparsed;
        bytes += other.bytes;
        entries += other.entries;
        return *this;
    }
};

} // namespace OUSAGE_NAMESPACE::ollama
