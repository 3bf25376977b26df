#pragma once

#include <ousage/core/detail/pair.hpp>
#include <ousage/core/gather.hpp>

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

} // namespace detail

OUSAGE_DECL asio::awaitable<void> gather(std::vector<asio::awaitable<void>> works) {
    co_await detail::gather_span(works);
}

} // namespace OUSAGE_NAMESPACE
