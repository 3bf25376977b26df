#pragma once

#include <ousage/core/detail/pair.hpp>
#include <ousage/core/with_timeout.hpp>

#include <asio/cancellation_state.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>

#include <utility>

namespace OUSAGE_NAMESPACE::detail {

OUSAGE_DECL asio::awaitable<void> collect_within(
    asio::awaitable<void> work, asio::awaitable<void> deadline, OutcomeBase& into,
    void (*settle)(OutcomeBase& into)) {
    auto const order = co_await pair(std::move(work), std::move(deadline), Until{true});
    auto const state = co_await asio::this_coro::cancellation_state;
    // The deadline ends first if it passed or if the caller cancelled both. It may pass just as the
    // work ends; work that ended first was in time.
    if (state.cancelled() != asio::cancellation_type::none || order[0] == 0) {
        co_return;
    }
    for (auto& failure : into.failures) {
        if (failure.code == Errc::cancelled) {
            failure.code = make_error_code(Errc::timeout);
            failure.text.clear();
        }
    }
    settle(into);
}

} // namespace OUSAGE_NAMESPACE::detail
