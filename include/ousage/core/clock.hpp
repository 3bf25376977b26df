#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <functional>

namespace OUSAGE_NAMESPACE {

/// The wall clock of all time windows, in seconds. It is a parameter so that tests can set it.
using Now = std::function<std::chrono::sys_seconds()>;

/// Reads the system clock, rounded down to seconds.
inline std::chrono::sys_seconds system_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace OUSAGE_NAMESPACE
