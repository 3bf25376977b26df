#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <exception>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Runs one source on this thread until it ends and returns its outcome. Blocks the thread;
/// programs with their own io_context spawn `source.collect(outcome)` on it instead.
template <class T>
Outcome<T> run(Source<T> const& source) {
    auto outcome = Outcome<T>{};
    auto context = asio::io_context(1);
    asio::co_spawn(context, source.collect(outcome), [](std::exception_ptr) {});
    context.run();
    return outcome;
}

} // namespace OUSAGE_NAMESPACE
