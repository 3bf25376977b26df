#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>

#include <asio/awaitable.hpp>

#include <exception>
#include <string>

namespace OUSAGE_NAMESPACE {

/// Converts an exception to a failure. A cancellation has the code `Errc::cancelled`.
OUSAGE_DECL Failure failure_of(std::exception_ptr const& thrown);

/// Runs one part of a source and never throws, as `gather` requires. An exception from the part,
/// or a cancellation that ends it, becomes a failure of that part.
OUSAGE_DECL asio::awaitable<void>
attempt(std::string part, asio::awaitable<void> work, OutcomeBase& into);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/attempt.hpp>
#endif
