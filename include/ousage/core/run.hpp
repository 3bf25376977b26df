#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <exception>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Runs one source to its end on this thread and gives its outcome. For programs that do nothing
/// else; others spawn `source.collect(outcome)` on an io_context of their own.
template <class T>
Outcome<T> run(Source<T> const& source) {
    auto outcome = Outcome<T>{};
    auto context = asio::io_context(1);
    asio::co_spawn(context, source.collect(outcome), [](std::exception_ptr) {});
    context.run();
    return outcome;
}

} // namespace OUSAGE_NAMESPACE
