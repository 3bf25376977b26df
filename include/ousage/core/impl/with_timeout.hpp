#pragma once

#include <ousage/core/detail/pair.hpp>
#include <ousage/core/with_timeout.hpp>

#include <asio/cancellation_state.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>

#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// Marks the deadline as passed, unless the caller or the end of the work cancelled the wait.
inline asio::awaitable<void> expire_after(asio::awaitable<void> wait, DeadlineScope& scope) {
    co_await std::move(wait);
    auto const state = co_await asio::this_coro::cancellation_state;
    scope.passed = state.cancelled() == asio::cancellation_type::none;
}

// Makes `scope` the innermost deadline of an outcome, during its lifetime.
class DeadlineGuard {
public:
    DeadlineGuard(DeadlineLink& link, DeadlineScope const& scope)
        : link_(link), outer_(scope.outer) {
        link_.set(&scope);
    }

    DeadlineGuard(DeadlineGuard const&) = delete;
    DeadlineGuard& operator=(DeadlineGuard const&) = delete;

    ~DeadlineGuard() { link_.set(outer_); }

private:
    DeadlineLink& link_;
    DeadlineScope const* outer_;
};

OUSAGE_DECL asio::awaitable<void>
collect_within(asio::awaitable<void> work, asio::awaitable<void> deadline, OutcomeBase& into) {
    auto scope = DeadlineScope{into.deadline.scope()};
    auto const guard = DeadlineGuard(into.deadline, scope);
    auto expiry = expire_after(std::move(deadline), scope);
    co_await pair(std::move(work), std::move(expiry), Until{true});
}

} // namespace OUSAGE_NAMESPACE::detail
