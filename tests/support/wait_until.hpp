#pragma once

#include <poll.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace ousage::test {

/// Checks `condition` every `interval` until it is true. Throws after 30 s, with `what`, the name
/// of the condition.
template <class Condition>
void wait_until(
    std::string const& what, Condition condition,
    std::chrono::milliseconds interval = std::chrono::milliseconds(1)) {
    auto const limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > limit) {
            throw std::runtime_error("not within 30 s: " + what);
        }
        // Yields the CPU to the other process.
        ::poll(nullptr, 0, static_cast<int>(interval.count()));
    }
}

} // namespace ousage::test
