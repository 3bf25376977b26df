#pragma once

#include <ousage/config.hpp>
#include <ousage/core/asio.hpp>

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <cstddef>
#include <memory>

namespace OUSAGE_NAMESPACE::io::detail {

// Bounds the number of concurrent requests. Must outlive its slots and waiters.
class RequestSlots {
    struct Release {
        void operator()(RequestSlots* slots) const { slots->release(); }
    };

public:
    // One slot. The destructor releases it.
    using Slot = std::unique_ptr<RequestSlots, Release>;

    explicit RequestSlots(std::size_t count) : free_(count) {}

    // Waits for a free slot. Cancellation throws `operation_aborted` and takes no slot.
    asio::awaitable<Slot> acquire() {
        while (free_ == 0) {
            auto timer = waiters_.lock();
            if (!timer) {
                auto const never = asio::steady_timer::time_point::max();
                auto const executor = co_await asio::this_coro::executor;
                timer = std::make_shared<asio::steady_timer>(executor, never);
                waiters_ = timer;
            }
            co_await timer->async_wait(ousage::as_tuple(asio::use_awaitable));
        }
        --free_;
        co_return Slot(this);
    }

private:
    void release() {
        ++free_;
        if (auto const timer = waiters_.lock()) {
            timer->cancel_one();
        }
    }

    std::size_t free_;
    std::weak_ptr<asio::steady_timer> waiters_; // owned by the waiters, in order of arrival
};

} // namespace OUSAGE_NAMESPACE::io::detail
