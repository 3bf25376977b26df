#pragma once

#include <ousage/core/attempt.hpp>
#include <ousage/core/source.hpp>

#include <asio/use_awaitable.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// A separate coroutine, so that exceptions thrown before the first suspension are caught too.
inline asio::awaitable<void> start(SourceCall call, OutcomeBase& into) {
    co_await call.start(call.function, into);
}

OUSAGE_DECL asio::awaitable<void> collect(SourceCall call, OutcomeBase& into) {
    auto const begin = std::chrono::steady_clock::now();
    auto work = start(call, into);
    co_await attempt(std::string(), std::move(work), into);
    call.settle(into);
    into.elapsed = std::chrono::steady_clock::now() - begin;
}

} // namespace OUSAGE_NAMESPACE::detail
