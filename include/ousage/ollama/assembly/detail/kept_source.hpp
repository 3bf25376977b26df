#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

template <class T>
asio::awaitable<void> collect_or_keep(
    Source<T> source, std::function<bool()> is_due, std::shared_ptr<std::optional<Outcome<T>>> last,
    Outcome<T>& into) {
    auto const due = is_due();
    if (!due && last->has_value()) {
        into = **last;
        co_return;
    }
    co_await source.collect(into);
    *last = into;
}

// Collects a source only if `is_due` returns true, and returns its last outcome otherwise. Without
// a function it is always collected. Collections must not run concurrently.
template <class T>
Source<T> kept_unless_due(Source<T> source, std::function<bool()> const& is_due) {
    if (!is_due) {
        return source;
    }
    auto last = std::make_shared<std::optional<Outcome<T>>>();
    auto collect = [source, is_due, last = std::move(last)](Outcome<T>& into) {
        return collect_or_keep(source, is_due, last, into);
    };
    return source.with(std::move(collect));
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
