#pragma once

#include <ousage/core/detail/pair.hpp>
#include <ousage/core/gather.hpp>

#include <asio/cancellation_state.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline asio::awaitable<void> gather_span(std::span<asio::awaitable<void>> works) {
    if (works.size() == 1) {
        co_await std::move(works.front());
    } else if (works.size() > 1) {
        auto left = gather_span(works.first(works.size() / 2));
        auto right = gather_span(works.subspan(works.size() / 2));
        co_await pair(std::move(left), std::move(right), Until{false});
    }
}

// Runs the next work that is not started yet, until there is none.
inline asio::awaitable<void>
run_next(std::vector<asio::awaitable<void>>& works, std::size_t& next) {
    while (next < works.size()) {
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            break;
        }
        auto work = std::move(works[next++]);
        co_await std::move(work);
    }
}

} // namespace detail

OUSAGE_DECL asio::awaitable<void> gather(std::vector<asio::awaitable<void>> works) {
    co_await detail::gather_span(works);
}

OUSAGE_DECL asio::awaitable<void>
gather(std::vector<asio::awaitable<void>> works, std::size_t limit) {
    auto const count = limit == 0 ? works.size() : std::min(limit, works.size());
    auto next = std::size_t{0};
    auto runners = std::vector<asio::awaitable<void>>();
    for (std::size_t started = 0; started < count; ++started) {
        runners.push_back(detail::run_next(works, next));
    }
    co_await detail::gather_span(runners);
}

} // namespace OUSAGE_NAMESPACE
