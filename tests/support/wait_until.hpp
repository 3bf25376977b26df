#pragma once

#include <poll.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace ousage::test {

/// Polls `condition` until it is true; throws with `what` after 30 s, so that a test that waits for
/// another process ends with the name of what did not happen.
template <class Condition>
void wait_until(std::string const& what, Condition condition) {
    auto const limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > limit) {
            throw std::runtime_error("not within 30 s: " + what);
        }
        ::poll(nullptr, 0, 1); // leaves the processor to the other process
    }
}

} // namespace ousage::test
