#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Runs `work` on this thread until it ends. Ignores its exceptions.
OUSAGE_DECL void run(asio::awaitable<void> work);

} // namespace detail

/// Runs one source on this thread until it ends and returns its outcome. Blocks the thread;
/// programs with their own io_context spawn `source.collect(outcome)` on it instead. All calls on
/// one thread use one io_context, which lives as long as the thread, so that a source that is run
/// repeatedly reuses its connections. A call inside a handler of another call has its own.
template <class T>
[[nodiscard]] Outcome<T> run(Source<T> const& source) {
    auto outcome = Outcome<T>{};
    detail::run(source.collect(outcome));
    return outcome;
}

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/run.hpp>
#endif
