#include <ousage/io/http/detail/request_slots.hpp>
#include <ousage/testing/manual_clock.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <exception>
#include <string>

namespace {

using ousage::io::detail::RequestSlots;
using ousage::test::settle;

// Acquires a slot and holds it until `finish`, `cancel` or the end of the context, which it must
// outlive.
class Holder {
public:
    Holder(asio::io_context& context, RequestSlots& slots) {
        auto work = hold(slots);
        asio::co_spawn(
            context, std::move(work),
            asio::bind_cancellation_slot(signal_.slot(), [this](std::exception_ptr error) {
                cancelled_ = error != nullptr;
            }));
    }

    Holder(Holder const&) = delete;

    void finish() { end_->cancel(); }

    void cancel() { signal_.emit(asio::cancellation_type::terminal); }

    bool holds() const { return holds_; }

    bool cancelled() const { return cancelled_; }

private:
    struct Reset {
        explicit Reset(bool& flag) : flag_(flag) {}

        ~Reset() { flag_ = false; }

        bool& flag_;
    };

    asio::awaitable<void> hold(RequestSlots& slots) {
        auto const executor = co_await asio::this_coro::executor;
        auto const slot = co_await slots.acquire();
        auto const reset = Reset(holds_ = true);
        auto end = asio::steady_timer(executor, asio::steady_timer::time_point::max());
        end_ = &end;
        co_await end.async_wait(ousage::as_tuple(asio::use_awaitable));
    }

    asio::steady_timer* end_ = nullptr;
    asio::cancellation_signal signal_;
    bool holds_ = false;
    bool cancelled_ = false;
};

// The state of each holder: `x` if it holds a slot, else `.`.
std::string states(std::deque<Holder> const& holders) {
    auto text = std::string{};
    for (auto const& holder : holders) {
        text += holder.holds() ? 'x' : '.';
    }
    return text;
}

struct Scene {
    Scene(std::size_t count, std::size_t wanted) : slots(count) {
        for (std::size_t index = 0; index < wanted; ++index) {
            holders.emplace_back(context, slots);
        }
        settle(context);
    }

    std::string settled_states() {
        settle(context);
        return states(holders);
    }

    RequestSlots slots;
    std::deque<Holder> holders;
    asio::io_context context;
};

TEST(RequestSlots, WakesWaitersInOrderOfArrival) {
    auto scene = Scene(2, 6);
    EXPECT_EQ(scene.settled_states(), "xx....");
    scene.holders[1].finish();
    EXPECT_EQ(scene.settled_states(), "x.x...");
    scene.holders[0].finish();
    EXPECT_EQ(scene.settled_states(), "..xx..");
    scene.holders[2].finish();
    scene.holders[3].finish();
    EXPECT_EQ(scene.settled_states(), "....xx");
}

TEST(RequestSlots, CancelledWaiterTakesNoSlot) {
    auto scene = Scene(1, 3);
    scene.holders[1].cancel();
    EXPECT_EQ(scene.settled_states(), "x..");
    EXPECT_TRUE(scene.holders[1].cancelled());
    scene.holders[0].finish();
    EXPECT_EQ(scene.settled_states(), "..x");
}

TEST(RequestSlots, WaiterCancelledAfterWakeUpPassesSlotToNext) {
    auto scene = Scene(1, 3);
    // One handler runs: the holder releases its slot, which wakes the first waiter.
    scene.holders[0].finish();
    scene.context.restart();
    while (scene.holders[0].holds()) {
        ASSERT_EQ(scene.context.poll_one(), 1u);
    }
    ASSERT_FALSE(scene.holders[1].holds());
    scene.holders[1].cancel();
    EXPECT_EQ(scene.settled_states(), "..x");
    EXPECT_TRUE(scene.holders[1].cancelled());
}

TEST(RequestSlots, NewRequestDoesNotOvertakeWokenWaiter) {
    auto scene = Scene(1, 2);
    scene.holders[0].finish();
    scene.context.restart();
    while (scene.holders[0].holds()) {
        ASSERT_EQ(scene.context.poll_one(), 1u);
    }
    scene.holders.emplace_back(scene.context, scene.slots);
    EXPECT_EQ(scene.settled_states(), ".x.");
    scene.holders[1].finish();
    EXPECT_EQ(scene.settled_states(), "..x");
}

// A task that requests one slot after another waits for its turn each time.
asio::awaitable<void> take_turns(RequestSlots& slots, char name, std::string& order) {
    for (int round = 0; round < 3; ++round) {
        auto const slot = co_await slots.acquire();
        auto const executor = co_await asio::this_coro::executor;
        auto work = asio::steady_timer(executor, std::chrono::milliseconds(1));
        co_await work.async_wait(ousage::as_tuple(asio::use_awaitable));
        order += name;
    }
}

TEST(RequestSlots, RepeatedRequestsTakeTurns) {
    asio::io_context context;
    auto slots = RequestSlots(1);
    auto order = std::string{};
    for (auto const name : {'a', 'b', 'c'}) {
        auto work = take_turns(slots, name, order);
        asio::co_spawn(context, std::move(work), [](std::exception_ptr) {});
    }
    context.run();
    EXPECT_EQ(order, "abcabcabc");
}

TEST(RequestSlots, DestroyedContextReleasesSlots) {
    auto slots = RequestSlots(2);
    for (int round = 0; round < 2; ++round) {
        auto holders = std::deque<Holder>{};
        asio::io_context context;
        for (int index = 0; index < 4; ++index) {
            holders.emplace_back(context, slots);
        }
        settle(context);
        EXPECT_EQ(states(holders), "xx..");
    }
}

} // namespace
