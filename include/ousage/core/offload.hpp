#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/mailbox.hpp>

#include <exception>
#include <memory>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Runs blocking work, `function(std::stop_token)`, on a new thread and awaits its result. Rethrows
/// the exceptions of `function`. On cancellation, the await ends at once with `operation_aborted`,
/// a stop is requested through the token, and the detached thread continues until `function`
/// checks the token. `function` must therefore own everything it uses (copies, shared pointers) and
/// hold no references.
template <class F>
auto offload(F function) -> asio::awaitable<std::invoke_result_t<F&, std::stop_token>> {
    using T = std::invoke_result_t<F&, std::stop_token>;
    auto const box = std::make_shared<detail::Mailbox<T>>();
    auto work = [box, function = std::move(function)]() mutable {
        std::exception_ptr thrown;
        try {
            box->put(function(box->stop_token()));
        } catch (...) {
            thrown = std::current_exception();
        }
        // After the catch block, so that the waiter holds the only reference to the exception.
        if (thrown) {
            box->fail(std::move(thrown));
        }
    };
    std::thread(std::move(work)).detach();
    co_return co_await detail::Mailbox<T>::wait(box);
}

} // namespace OUSAGE_NAMESPACE
