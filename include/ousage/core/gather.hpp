#pragma once

#include <ousage/config.hpp>

#include <asio/awaitable.hpp>

#include <vector>

namespace OUSAGE_NAMESPACE {

/// Runs coroutines concurrently and waits for all of them. No coroutine cancels another. A
/// cancellation of `gather` cancels all of them. The coroutines must not throw; they report errors
/// through objects of their caller.
[[nodiscard]] OUSAGE_DECL asio::awaitable<void> gather(std::vector<asio::awaitable<void>> works);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/gather.hpp>
#endif
