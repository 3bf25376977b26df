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

/// Runs blocking work, `function(std::stop_token)`, on a thread of its own and awaits its result;
/// what it throws is thrown here. A cancellation abandons it: the await ends at once with
/// `operation_aborted`, the stop token is set, and the thread runs on alone until it looks. So
/// `function` must own all that it touches (copies, shared pointers), never references.
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
        // Behind the handler, so that the waiter holds the only reference to the exception.
        if (thrown) {
            box->fail(std::move(thrown));
        }
    };
    std::thread(std::move(work)).detach();
    co_return co_await detail::Mailbox<T>::wait(box);
}

} // namespace OUSAGE_NAMESPACE
