#pragma once

#include <ousage/core/retry.hpp>

#include <asio/cancellation_state.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL std::chrono::nanoseconds RetryPolicy::delay(int number) const {
    auto wait = static_cast<double>(first_delay.count());
    for (int done = 2; done < number; ++done) {
        wait = std::min(wait * factor, static_cast<double>(longest_delay.count()));
    }
    auto const spread = random ? jitter * random() : 0.0;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(wait * (1 - spread)));
}

namespace detail {

OUSAGE_DECL asio::awaitable<void> collect_with_retry(
    RetryPolicy const& policy, std::function<asio::awaitable<void>(int)> attempt,
    asio::awaitable<void> (*wait)(std::chrono::nanoseconds), OutcomeBase& into) {
    for (int number = 1;; ++number) {
        co_await attempt(number);
        auto const failed = into.state == State::error || into.state == State::timeout;
        auto const state = co_await asio::this_coro::cancellation_state;
        auto const cancelled = state.cancelled() != asio::cancellation_type::none;
        if (!failed || cancelled || number >= policy.attempts) {
            co_return;
        }
        co_await wait(policy.delay(number + 1));
        auto const after = co_await asio::this_coro::cancellation_state;
        if (after.cancelled() != asio::cancellation_type::none) {
            throw std::system_error(asio::error::operation_aborted);
        }
    }
}

} // namespace detail

} // namespace OUSAGE_NAMESPACE
