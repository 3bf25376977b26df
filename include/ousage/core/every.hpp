#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/wait_for.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>

#include <chrono>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Collects from `source` at once and then once per `period`, and passes each outcome to
/// `receive(Outcome<T>)`. A collection that takes longer than `period` delays the next one to the
/// next multiple of `period`; no collection is made up for. Ends when it is cancelled, without an
/// exception, or when `receive` returns false. Exceptions of `receive` end it too and are
/// rethrown. `period` is more than 0.
template <class Clock = std::chrono::steady_clock, class T, class F>
[[nodiscard]] asio::awaitable<void>
every(Source<T> source, typename Clock::duration period, F receive) {
    auto next = Clock::now();
    for (;;) {
        auto outcome = Outcome<T>{};
        co_await source.collect(outcome);
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            co_return;
        }
        if constexpr (std::is_same_v<std::invoke_result_t<F&, Outcome<T>>, bool>) {
            if (!receive(std::move(outcome))) {
                co_return;
            }
        } else {
            receive(std::move(outcome));
        }
        auto const now = Clock::now();
        next += period * ((now - next) / period + 1);
        co_await detail::wait_for<Clock>(next - now);
        auto const after = co_await asio::this_coro::cancellation_state;
        if (after.cancelled() != asio::cancellation_type::none) {
            co_return;
        }
    }
}

/// The pipe form: `co_await (source | every(30s, receive))`.
template <class Clock = std::chrono::steady_clock, class F>
[[nodiscard]] auto every(typename Clock::duration period, F receive) {
    return [period, receive = std::move(receive)]<class T>(Source<T> source) {
        return every<Clock>(std::move(source), period, receive);
    };
}

} // namespace OUSAGE_NAMESPACE
