#pragma once

#include <ousage/config.hpp>
#include <ousage/core/asio.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/co_spawn.hpp>
#include <asio/strand.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <array>
#include <cstddef>
#include <typeinfo>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// Completion condition of a pair: after the first coroutine (the second is cancelled and awaited),
// or after both. One type for both conditions, so that parallel_group is instantiated once: an
// instantiation takes half a second to compile.
struct Until {
    bool first;

    template <class... Results>
    constexpr asio::cancellation_type_t operator()(Results&&...) const noexcept {
        return first ? asio::cancellation_type::all : asio::cancellation_type::none;
    }
};

// The executor of concurrent coroutines: a strand of `executor`, unless it is such a strand
// already. So the parts of one collection never run at the same time, even if several threads run
// the context.
inline asio::any_io_executor serialized(asio::any_io_executor const& executor) {
    using Strand = asio::strand<asio::any_io_executor>;
    if (executor.target_type() == typeid(Strand)) {
        return executor;
    }
    return Strand(executor);
}

// Runs two coroutines concurrently on the executor of the caller.
inline asio::awaitable<std::array<std::size_t, 2>>
pair_here(asio::awaitable<void> left, asio::awaitable<void> right, Until until) {
    auto const executor = co_await asio::this_coro::executor;
    auto one = asio::co_spawn(executor, std::move(left), deferred);
    auto two = asio::co_spawn(executor, std::move(right), deferred);
    auto both = make_parallel_group(std::move(one), std::move(two));
    auto [order, left_threw, right_threw] = co_await both.async_wait(until, asio::use_awaitable);
    co_return order;
}

// Runs two coroutines concurrently and returns the order in which they ended. Neither may throw.
// A cancellation before they start throws `operation_aborted`.
inline asio::awaitable<std::array<std::size_t, 2>>
pair(asio::awaitable<void> left, asio::awaitable<void> right, Until until) {
    auto const own = co_await asio::this_coro::executor;
    auto const executor = serialized(own);
    auto work = pair_here(std::move(left), std::move(right), until);
    if (executor == own) {
        co_return co_await std::move(work);
    }
    co_return co_await asio::co_spawn(executor, std::move(work), asio::use_awaitable);
}

} // namespace OUSAGE_NAMESPACE::detail
