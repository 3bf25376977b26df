#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/pair.hpp>

#include <asio/basic_waitable_timer.hpp>
#include <asio/cancellation_state.hpp>

#include <utility>

namespace OUSAGE_NAMESPACE::detail {

enum class Verdict {
    done,      // the work ended first
    late,      // the deadline struck; the work was cancelled and has ended
    cancelled, // the caller was cancelled; the work was too, and has ended
};

template <class Clock>
asio::awaitable<void> ring(typename Clock::duration limit, bool& rang) {
    auto const executor = co_await asio::this_coro::executor;
    auto timer = asio::basic_waitable_timer<Clock>(executor, limit);
    auto [error] = co_await timer.async_wait(as_tuple(asio::use_awaitable));
    rang = !error;
}

// `work` never throws (Source::collect); it is cancelled at the deadline and waited for.
template <class Clock>
asio::awaitable<Verdict> in_time(asio::awaitable<void> work, typename Clock::duration limit) {
    bool rang = false;
    auto alarm = ring<Clock>(limit, rang);
    auto const order = co_await pair(std::move(work), std::move(alarm), Until{true});
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        co_return Verdict::cancelled;
    }
    // The alarm may ring in the same instant in which the work ends: then the work was in time.
    co_return rang&& order[0] == 1 ? Verdict::late : Verdict::done;
}

} // namespace OUSAGE_NAMESPACE::detail
