#pragma once

#include <ousage/core/run.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

OUSAGE_DECL void run(asio::awaitable<void> work) {
    thread_local auto idle = std::unique_ptr<asio::io_context>();
    // Taken during the run: a nested call creates its own, and an exception discards it.
    auto context = idle ? std::move(idle) : std::make_unique<asio::io_context>(1);
    context->restart();
    asio::co_spawn(*context, std::move(work), [](std::exception_ptr) {});
    context->run();
    idle = std::move(context);
}

} // namespace OUSAGE_NAMESPACE::detail
