#pragma once

#include <ousage/config.hpp>

#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/redirect_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <system_error>

namespace OUSAGE_NAMESPACE::detail {

// Waits until the timer expires or is cancelled, or the wait is cancelled. Does not throw.
template <class Timer>
asio::awaitable<void> wait_quietly(Timer& timer) {
    auto error = std::error_code();
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await timer.async_wait(token);
}

// Waits for `time`, or until it is cancelled. Does not throw.
template <class Clock>
asio::awaitable<void> wait_for(typename Clock::duration time) {
    auto const executor = co_await asio::this_coro::executor;
    auto timer = asio::basic_waitable_timer<Clock>(executor, time);
    co_await wait_quietly(timer);
}

#if OUSAGE_COMPILED
extern template asio::awaitable<void>
    wait_for<std::chrono::steady_clock>(std::chrono::steady_clock::duration);
#endif

} // namespace OUSAGE_NAMESPACE::detail
