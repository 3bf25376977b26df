#pragma once

#include <ousage/core/run.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <exception>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

OUSAGE_DECL void run(asio::awaitable<void> work) {
    auto context = asio::io_context(1);
    asio::co_spawn(context, std::move(work), [](std::exception_ptr) {});
    context.run();
}

} // namespace OUSAGE_NAMESPACE::detail
