#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <asio/basic_waitable_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// How often to retry, and the delays before each retry.
struct RetryPolicy {
    int attempts = 3;                                  ///< attempts in total, 1 or more
    std::chrono::nanoseconds first_delay{100'000'000}; ///< before the second attempt
    double factor = 2;                                 ///< ratio of each delay to the previous
    std::chrono::nanoseconds longest_delay{10'000'000'000};
    double jitter = 0.5;            ///< 0 to 1: the largest fraction of a delay to subtract
    std::function<double()> random; ///< returns numbers from 0 to 1; empty: no jitter

    /// The delay before attempt `number`, which is 2 or more. Jitter only shortens the delay.
    std::chrono::nanoseconds delay(int number) const {
        auto wait = static_cast<double>(first_delay.count());
        for (int done = 2; done < number; ++done) {
            wait = std::min(wait * factor, static_cast<double>(longest_delay.count()));
        }
        auto const spread = random ? jitter * random() : 0.0;
        return std::chrono::nanoseconds(static_cast<std::int64_t>(wait * (1 - spread)));
    }
};

namespace detail {

template <class Clock, class T>
asio::awaitable<void> collect_with_retry(Source<T> source, RetryPolicy policy, Outcome<T>& into) {
    for (int number = 1;; ++number) {
        co_await source.collect(into);
        auto const failed = into.state == State::error || into.state == State::timeout;
        auto const state = co_await asio::this_coro::cancellation_state;
        auto const cancelled = state.cancelled() != asio::cancellation_type::none;
        if (!failed || cancelled || number >= policy.attempts) {
            co_return;
        }
        auto const executor = co_await asio::this_coro::executor;
        auto const wait =
            std::chrono::duration_cast<typename Clock::duration>(policy.delay(number + 1));
        auto timer = asio::basic_waitable_timer<Clock>(executor, wait);
        co_await timer.async_wait(asio::use_awaitable);
        into = Outcome<T>{};
    }
}

} // namespace detail

/// Retries `source` while it ends in `error` or `timeout`, with the attempts and delays of
/// `policy`. The result is the outcome of the last attempt. A cancellation ends a delay at once.
template <class Clock = std::chrono::steady_clock, class T>
Source<T> retry(Source<T> source, RetryPolicy policy) {
    auto collect = [source, policy = std::move(policy)](Outcome<T>& into) {
        return detail::collect_with_retry<Clock>(source, policy, into);
    };
    return source.with(std::move(collect));
}

/// The pipe form: `source | retry(policy)`.
template <class Clock = std::chrono::steady_clock>
auto retry(RetryPolicy policy) {
    return [policy = std::move(policy)]<class T>(Source<T> source) {
        return retry<Clock>(std::move(source), policy);
    };
}

} // namespace OUSAGE_NAMESPACE
