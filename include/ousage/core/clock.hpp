#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <functional>

namespace OUSAGE_NAMESPACE {

/// The wall clock of all windows, to the second: a parameter, so that every window can be tested.
using Now = std::function<std::chrono::sys_seconds()>;

/// The system's clock.
inline std::chrono::sys_seconds system_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace OUSAGE_NAMESPACE
