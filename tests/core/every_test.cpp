#include "support/sources.hpp"
#include <ousage/core/every.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

TEST(Every, CollectsOncePerPeriodUntilCancelled) {
    asio::io_context context;
    auto stop = asio::cancellation_signal();
    auto received = std::vector<ManualClock::duration>{};
    auto const begin = ManualClock::current;
    auto receive = [&](Outcome<Right> const& outcome) {
        EXPECT_EQ(outcome.value.right, 1);
        received.push_back(ManualClock::current - begin);
    };
    auto ended = false;
    asio::co_spawn(
        context, after(1s, Right{1}) | every<ManualClock>(10s, receive),
        asio::bind_cancellation_slot(
            stop.slot(), [&ended](std::exception_ptr error) { ended = error == nullptr; }));
    settle(context);
    for (int second = 0; second < 22; ++second) {
        turn(context, 1s);
    }
    EXPECT_EQ(received, (std::vector<ManualClock::duration>{1s, 11s, 21s}));
    stop.emit(asio::cancellation_type::terminal);
    settle(context);
    EXPECT_TRUE(ended);
}

TEST(Every, SlowCollectionSkipsPeriods) {
    asio::io_context context;
    auto received = std::vector<ManualClock::duration>{};
    auto const begin = ManualClock::current;
    auto receive = [&](Outcome<Right> const&) {
        received.push_back(ManualClock::current - begin);
        return received.size() < 2;
    };
    auto ended = false;
    asio::co_spawn(
        context, every<ManualClock>(after(3s, Right{1}), 2s, receive),
        [&ended](std::exception_ptr error) { ended = error == nullptr; });
    settle(context);
    for (int second = 0; second < 7; ++second) {
        turn(context, 1s);
    }
    EXPECT_EQ(received, (std::vector<ManualClock::duration>{3s, 7s}));
    EXPECT_TRUE(ended);
}

} // namespace
