#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/temporary.hpp>
#include <ousage/core/detail/wait_for.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>

#include <chrono>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <class Clock, class T, class F>
asio::awaitable<void> collect_every(Source<T> source, typename Clock::duration period, F receive) {
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

// Rejects a temporary function that g++ 12 destroys twice; twice is harmless if it has nothing to
// release.
template <class F>
constexpr void check_receiver() {
    static_assert(
        !is_unsafe_temporary<F&&> || std::is_trivially_destructible_v<F>,
        "ousage::every: a temporary function with captures is not safe: pass a named function "
        "without std::move");
}

} // namespace detail

/// Collects from `source` at once and then once per `period`, and passes each outcome to
/// `receive(Outcome<T>)`. A collection that takes longer than `period` delays the next one to the
/// next multiple of `period`; no collection is made up for. Ends when it is cancelled, without an
/// exception, or when `receive` returns false. Exceptions of `receive` end it too and are
/// rethrown. `period` is more than 0.
///
/// A function with captures that own anything must be an lvalue, because g++ 12 destroys a
/// temporary one twice in a statement that contains co_await.
template <class Clock = std::chrono::steady_clock, class T, class F>
[[nodiscard]] asio::awaitable<void>
every(Source<T> source, typename Clock::duration period, F&& receive) {
    detail::check_receiver<F>();
    return detail::collect_every<Clock, T, std::decay_t<F>>(
        std::move(source), period, std::forward<F>(receive));
}

/// The pipe form: `co_await (source | every(30s, receive))`.
template <class Clock = std::chrono::steady_clock, class F>
[[nodiscard]] auto every(typename Clock::duration period, F&& receive) {
    detail::check_receiver<F>();
    return
        [period, receive = std::decay_t<F>(std::forward<F>(receive))]<class T>(Source<T> source) {
            return detail::collect_every<Clock>(std::move(source), period, receive);
        };
}

} // namespace OUSAGE_NAMESPACE
