#pragma once

#include <ousage/core/detail/mailbox.hpp>
#include <ousage/core/detail/wait_for.hpp>

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/system_error.hpp>
#include <asio/this_coro.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// Registers a timer that the thread cancels. The destructor unregisters it, on any exit from its
// frame, and requests the thread to stop.
struct MailboxBase::Waiter {
    template <class Executor>
    Waiter(MailboxBase& mailbox, Executor const& executor)
        : box(mailbox), timer(executor, asio::steady_timer::time_point::max()) {
        auto const lock = std::lock_guard(box.mutex_);
        box.waiter_ = this;
    }

    Waiter(Waiter const&) = delete;
    Waiter& operator=(Waiter const&) = delete;

    ~Waiter() {
        auto const lock = std::lock_guard(box.mutex_);
        box.waiter_ = nullptr;
        box.stop_.request_stop();
    }

    MailboxBase& box;
    asio::steady_timer timer;
};

OUSAGE_DECL void MailboxBase::fail(std::exception_ptr error) {
    auto const lock = std::lock_guard(mutex_);
    error_ = std::move(error);
    finish();
}

OUSAGE_DECL void MailboxBase::finish() {
    has_value_ = error_ == nullptr;
    if (waiter_ != nullptr) {
        auto wake = [waiter = waiter_, self = shared_from_this()] {
            auto const lock = std::lock_guard(self->mutex_);
            if (self->waiter_ == waiter) {
                waiter->timer.cancel();
            }
        };
        asio::post(waiter_->timer.get_executor(), std::move(wake));
    }
}

OUSAGE_DECL bool MailboxBase::is_finished() {
    auto const lock = std::lock_guard(mutex_);
    return has_value_ || error_;
}

OUSAGE_DECL void MailboxBase::take() {
    auto const lock = std::lock_guard(mutex_);
    if (error_) {
        // Move instead of copy: the thread may release the mailbox last, and must not be the one
        // that destroys the exception.
        std::rethrow_exception(std::exchange(error_, nullptr));
    }
    if (!has_value_) {
        throw asio::system_error(asio::error::operation_aborted);
    }
}

OUSAGE_DECL asio::awaitable<void> MailboxBase::wait(std::shared_ptr<MailboxBase> box) {
    auto const executor = co_await asio::this_coro::executor;
    auto waiter = Waiter(*box, executor);
    if (!box->is_finished()) {
        co_await wait_quietly(waiter.timer);
    }
    box->take();
}

} // namespace OUSAGE_NAMESPACE::detail
