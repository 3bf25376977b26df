#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <cstdint>

namespace OUSAGE_NAMESPACE::ollama {

/// How much of a log is read at its first reading.
struct LogHistory {
    /// Up to so many bytes of all logs together everything is read.
    std::uint64_t whole_up_to = 64ull * 1024 * 1024;
    /// Of larger ones what lies no longer back than this; windows that reach further stay empty.
    std::chrono::seconds period = std::chrono::days(8);
};

} // namespace OUSAGE_NAMESPACE::ollama
