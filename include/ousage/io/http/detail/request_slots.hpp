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

    // Counts one waiter. The destructor lets the next one continue if another slot is free.
    class Place {
    public:
        explicit Place(RequestSlots& slots) : slots_(slots) { ++slots_.waiting_; }

        Place(Place const&) = delete;
        Place& operator=(Place const&) = delete;

        ~Place() {
            --slots_.waiting_;
            slots_.wake_one();
        }

    private:
        RequestSlots& slots_;
    };

public:
    // One slot. The destructor releases it.
    using Slot = std::unique_ptr<RequestSlots, Release>;

    explicit RequestSlots(std::size_t count) : free_(count) {}

    // Waits for a free slot, in order of arrival. Cancellation throws `operation_aborted` and takes
    // no slot.
    asio::awaitable<Slot> acquire() {
        // A free slot belongs to those that wait already.
        if (free_ == 0 || waiting_ > 0) {
            auto const place = Place(*this);
            do {
                auto timer = waiters_.lock();
                if (!timer) {
                    auto const never = asio::steady_timer::time_point::max();
                    auto const executor = co_await asio::this_coro::executor;
                    timer = std::make_shared<asio::steady_timer>(executor, never);
                    waiters_ = timer;
                }
                co_await timer->async_wait(ousage::as_tuple(asio::use_awaitable));
            } while (free_ == 0);
            --free_;
            co_return Slot(this);
        }
        --free_;
        co_return Slot(this);
    }

private:
    void release() {
        ++free_;
        wake_one();
    }

    void wake_one() {
        auto const timer = waiters_.lock();
        if (timer && free_ > 0) {
            timer->cancel_one();
        }
    }

    std::size_t free_;
    std::size_t waiting_ = 0;
    std::weak_ptr<asio::steady_timer> waiters_; // owned by the waiters, in order of arrival
};

} // namespace OUSAGE_NAMESPACE::io::detail
