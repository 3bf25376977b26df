#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace OUSAGE_NAMESPACE::io::detail {

// Sleeps for `time` or until `stop` is requested.
inline void pause(std::stop_token const& stop, std::chrono::milliseconds time) {
    auto mutex = std::mutex{};
    auto condition = std::condition_variable_any{};
    auto lock = std::unique_lock(mutex);
    condition.wait_for(lock, stop, time, [] { return false; });
}

} // namespace OUSAGE_NAMESPACE::io::detail
