#pragma once

#include <ousage/config.hpp>

#include <asio/awaitable.hpp>

#include <cstddef>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// Runs coroutines concurrently and waits for all of them. No coroutine cancels another. A
/// cancellation of `gather` cancels all of them. The coroutines must not throw; they report errors
/// through objects of their caller.
[[nodiscard]] OUSAGE_DECL asio::awaitable<void> gather(std::vector<asio::awaitable<void>> works);

/// The same with at most `limit` coroutines at a time, started in order; 0 means no limit. A
/// cancellation cancels those that run; the others are not started.
[[nodiscard]] OUSAGE_DECL asio::awaitable<void>
gather(std::vector<asio::awaitable<void>> works, std::size_t limit);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/gather.hpp>
#endif
