#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>

#include <asio/awaitable.hpp>
#include <asio/error.hpp>

#include <exception>
#include <string>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Converts an exception to a failure. A cancellation has the code `Errc::cancelled`.
inline Failure failure_of(std::exception_ptr const& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (std::system_error const& error) {
        if (error.code() == asio::error::operation_aborted) {
            return Failure{{}, make_error_code(Errc::cancelled), {}};
        }
        return Failure{{}, error.code(), error.what()};
    } catch (std::exception const& error) {
        return Failure{{}, make_error_code(Errc::exception), error.what()};
    } catch (...) {
        return Failure{{}, make_error_code(Errc::exception), "an exception of unknown type"};
    }
}

/// Runs one part of a source and never throws, as `gather` requires. An exception from the part,
/// or a cancellation that ends it, becomes a failure of that part.
template <class T>
asio::awaitable<void> attempt(std::string part, asio::awaitable<void> work, Outcome<T>& into) {
    std::exception_ptr thrown;
    try {
        co_await std::move(work);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        into.fail(std::move(part), failure_of(thrown));
    }
}

} // namespace OUSAGE_NAMESPACE
