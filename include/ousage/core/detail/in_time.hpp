#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/pair.hpp>

#include <asio/basic_waitable_timer.hpp>
#include <asio/cancellation_state.hpp>

#include <utility>

namespace OUSAGE_NAMESPACE::detail {

enum class Verdict {
    done,      // the work ended first
    late,      // the deadline passed; the work was cancelled and has ended
    cancelled, // the caller was cancelled; the work was cancelled too and has ended
};

template <class Clock>
asio::awaitable<void> ring(typename Clock::duration limit, bool& rang) {
    auto const executor = co_await asio::this_coro::executor;
    auto timer = asio::basic_waitable_timer<Clock>(executor, limit);
    auto [error] = co_await timer.async_wait(as_tuple(asio::use_awaitable));
    rang = !error;
}

// Runs `work` with a deadline. If the deadline passes, cancels the work and waits until it ends.
// `work` must not throw; `Source::collect` does not.
template <class Clock>
asio::awaitable<Verdict> in_time(asio::awaitable<void> work, typename Clock::duration limit) {
    bool rang = false;
    auto alarm = ring<Clock>(limit, rang);
    auto const order = co_await pair(std::move(work), std::move(alarm), Until{true});
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        co_return Verdict::cancelled;
    }
    // The timer may expire just as the work ends. If the work ended first, it was in time.
    co_return rang&& order[0] == 1 ? Verdict::late : Verdict::done;
}

} // namespace OUSAGE_NAMESPACE::detail
