#pragma once

#include <ousage/config.hpp>

#include <asio/awaitable.hpp>

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// Passes the end of a function from a thread to the coroutine that waits for it. The coroutine may
// stop waiting at any time; the thread then uses no io_context, because it may have been destroyed.
// Thread-safe.
class MailboxBase : public std::enable_shared_from_this<MailboxBase> {
public:
    void fail(std::exception_ptr error);

    std::stop_token stop_token() const { return stop_.get_token(); }

    // Rethrows the exception of the thread. Throws operation_aborted if the waiter is cancelled
    // before a result arrives.
    static asio::awaitable<void> wait(std::shared_ptr<MailboxBase> box);

protected:
    ~MailboxBase() = default;

    // Reports the value, which is set before, and wakes the waiter. Requires the lock.
    void finish();

    std::mutex mutex_;

private:
    struct Waiter;

    bool is_finished();
    void take();

    std::stop_source stop_;
    Waiter* waiter_ = nullptr;
    bool has_value_ = false;
    std::exception_ptr error_;
};

template <class T>
class Mailbox final : public MailboxBase {
public:
    void put(T value) {
        auto const lock = std::lock_guard(mutex_);
        value_.emplace(std::move(value));
        finish();
    }

    // The value; valid once `wait` has returned.
    T take_value() {
        auto const lock = std::lock_guard(mutex_);
        return std::move(*value_);
    }

private:
    std::optional<T> value_;
};

} // namespace OUSAGE_NAMESPACE::detail
