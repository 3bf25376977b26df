#pragma once

#include <ousage/core/attempt.hpp>

#include <asio/error.hpp>
#include <asio/use_awaitable.hpp>

#include <exception>
#include <string>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL Failure failure_of(std::exception_ptr const& thrown) {
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

OUSAGE_DECL asio::awaitable<void>
attempt(std::string part, asio::awaitable<void> work, OutcomeBase& into) {
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
