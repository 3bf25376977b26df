#pragma once

#include <ousage/config.hpp>
#include <ousage/core/asio.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/system_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// Passes a result from a thread to the coroutine that waits for it. The coroutine may stop waiting
// at any time; the thread then uses no io_context, because it may have been destroyed. Thread-safe.
template <class T>
class Mailbox : public std::enable_shared_from_this<Mailbox<T>> {
public:
    void put(T value) {
        auto const lock = std::lock_guard(mutex_);
        value_.emplace(std::move(value));
        wake();
    }

    void fail(std::exception_ptr error) {
        auto const lock = std::lock_guard(mutex_);
        error_ = std::move(error);
        wake();
    }

    std::stop_token stop_token() const { return stop_.get_token(); }

    // Rethrows the exception of the thread. Throws operation_aborted if the waiter is cancelled
    // before a result arrives.
    static asio::awaitable<T> wait(std::shared_ptr<Mailbox> box) {
        auto const executor = co_await asio::this_coro::executor;
        auto bell = asio::steady_timer(executor, asio::steady_timer::time_point::max());
        auto const visit = Visit(*box, bell);
        if (!box->ready()) {
            co_await bell.async_wait(as_tuple(asio::use_awaitable));
        }
        co_return box->take();
    }

private:
    // Registers the waiter. The destructor unregisters it, on any exit from its frame, and requests
    // the thread to stop.
    struct Visit {
        Visit(Mailbox& box, asio::steady_timer& bell) : box_(box) {
            auto const lock = std::lock_guard(box_.mutex_);
            box_.bell_ = &bell;
        }

        Visit(Visit const&) = delete;
        Visit& operator=(Visit const&) = delete;

        ~Visit() {
            auto const lock = std::lock_guard(box_.mutex_);
            box_.bell_ = nullptr;
            box_.stop_.request_stop();
        }

        Mailbox& box_;
    };

    bool ready() {
        auto const lock = std::lock_guard(mutex_);
        return value_ || error_;
    }

    void wake() {
        if (bell_ != nullptr) {
            asio::post(bell_->get_executor(), [bell = bell_, self = this->shared_from_this()] {
                auto const lock = std::lock_guard(self->mutex_);
                if (self->bell_ == bell) {
                    bell->cancel();
                }
            });
        }
    }

    T take() {
        auto const lock = std::lock_guard(mutex_);
        if (error_) {
            // Move instead of copy: the thread may release the mailbox last, and must not be the
            // one that destroys the exception.
            std::rethrow_exception(std::exchange(error_, nullptr));
        }
        if (!value_) {
            throw asio::system_error(asio::error::operation_aborted);
        }
        return std::move(*value_);
    }

    std::mutex mutex_;
    std::stop_source stop_;
    asio::steady_timer* bell_ = nullptr;
    std::optional<T> value_;
    std::exception_ptr error_;
};

} // namespace OUSAGE_NAMESPACE::detail
