#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/wait_for.hpp>
#include <ousage/core/source.hpp>

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
    std::chrono::nanoseconds delay(int number) const;
};

namespace detail {

// `attempt(number)` starts the attempts, from 1.
OUSAGE_DECL asio::awaitable<void> collect_with_retry(
    RetryPolicy const& policy, std::function<asio::awaitable<void>(int)> attempt,
    asio::awaitable<void> (*wait)(std::chrono::nanoseconds), OutcomeBase& into);

} // namespace detail

/// Retries `source` while it ends in `error` or `timeout`, with the attempts and delays of
/// `policy`. The result is the outcome of the last attempt. A cancellation ends a delay at once.
template <class Clock = std::chrono::steady_clock, class T>
[[nodiscard]] Source<T> retry(Source<T> source, RetryPolicy policy) {
    auto collect = [source, policy = std::move(policy)](Outcome<T>& into) {
        auto attempt = [&source, &into](int number) {
            if (number > 1) {
                into = Outcome<T>{};
            }
            return source.collect(into);
        };
        auto const wait = [](std::chrono::nanoseconds time) {
            return detail::wait_for<Clock>(
                std::chrono::duration_cast<typename Clock::duration>(time));
        };
        return detail::collect_with_retry(policy, std::move(attempt), wait, into);
    };
    return source.with(std::move(collect));
}

/// The pipe form: `source | retry(policy)`.
template <class Clock = std::chrono::steady_clock>
[[nodiscard]] auto retry(RetryPolicy policy) {
    return [policy = std::move(policy)]<class T>(Source<T> source) {
        return retry<Clock>(std::move(source), policy);
    };
}

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/retry.hpp>
#endif
