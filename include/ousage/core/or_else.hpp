#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>

#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <class T>
asio::awaitable<void> collect_or_else(Source<T> first, Source<T> second, Outcome<T>& into) {
    co_await first.collect(into);
    auto const state = co_await asio::this_coro::cancellation_state;
    if (into.has_value() || state.cancelled() != asio::cancellation_type::none) {
        co_return;
    }
    auto other = Outcome<T>{};
    other.deadline.follow(into.deadline);
    co_await second.collect(other);
    if (!other.has_value()) {
        other.failures.insert(other.failures.begin(), into.failures.begin(), into.failures.end());
    }
    into = std::move(other);
}

} // namespace detail

/// Collects from `first`, and from `second` if `first` measured nothing (see `Outcome::has_value`).
/// If neither has a value, the outcome contains the failures of both, those of `first` first.
template <class T>
[[nodiscard]] Source<T> or_else(Source<T> first, Source<T> second) {
    auto name = first.name();
    auto collect = [first = std::move(first), second = std::move(second)](Outcome<T>& into) {
        return detail::collect_or_else(first, second, into);
    };
    return Source<T>(std::move(name), std::move(collect));
}

/// The pipe form: `source | or_else(other)`.
template <class T>
[[nodiscard]] auto or_else(Source<T> second) {
    return
        [second = std::move(second)](Source<T> first) { return or_else(std::move(first), second); };
}

} // namespace OUSAGE_NAMESPACE
