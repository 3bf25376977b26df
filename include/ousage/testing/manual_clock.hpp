#pragma once

#include <asio/io_context.hpp>
#include <asio/wait_traits.hpp>

#include <chrono>
#include <cstddef>

// A namespace of its own for tests, without the options of the library.
namespace ousage::test {

/// A clock that changes only when a test advances it. It is global: each test must reset it.
struct ManualClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<ManualClock>;
    static constexpr bool is_steady = true;

    static time_point now() noexcept { return current; }

    static inline time_point current{std::chrono::hours(1)};
};

/// Runs every ready handler without waiting. Returns the number of handlers that ran.
inline std::size_t settle(asio::io_context& context) {
    std::size_t count = 0;
    for (;;) {
        context.restart();
        auto const ran = context.poll();
        if (ran == 0) {
            return count;
        }
        count += ran;
    }
}

/// Advances the clock and runs the handlers that become ready.
inline void turn(asio::io_context& context, ManualClock::duration step) {
    ManualClock::current += step;
    settle(context);
}

} // namespace ousage::test

// Asio uses this to decide how long to sleep. Never sleep, because the test polls.
template <>
struct asio::wait_traits<ousage::test::ManualClock> {
    static ousage::test::ManualClock::duration
    to_wait_duration(ousage::test::ManualClock::duration const&) {
        return {};
    }

    static ousage::test::ManualClock::duration
    to_wait_duration(ousage::test::ManualClock::time_point const&) {
        return {};
    }
};
