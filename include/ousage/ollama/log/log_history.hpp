#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <cstdint>

namespace OUSAGE_NAMESPACE::ollama {

/// How much of the logs the first poll reads.
struct LogHistory {
    /// If all logs together have at most this many bytes, they are read completely.
    std::uint64_t whole_up_to = 64ull * 1024 * 1024;
    /// Larger logs are read only as far back as this. Windows that reach further back stay empty.
    std::chrono::seconds period = std::chrono::days(8);

    friend bool operator==(LogHistory const&, LogHistory const&) = default;
};

} // namespace OUSAGE_NAMESPACE::ollama
