#include "support/sources.hpp"
#include <ousage/core/with_timeout.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

TEST(WithTimeout, InfiniteTimeoutChangesNothing) {
    asio::io_context context;
    auto run = Collection(
        context, with_timeout<ManualClock>(in_two_steps(1000h), ManualClock::duration::max()));
    turn(context, 1000h);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.left, 2);
    EXPECT_EQ(run.outcome.state, State::ok);
    EXPECT_EQ(run.source.name(), "steps");
}

TEST(WithTimeout, CompletionInTimeChangesNothing) {
    asio::io_context context;
    auto run = Collection(context, in_two_steps(59min) | with_timeout<ManualClock>(1h));
    turn(context, 59min);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::ok);
    EXPECT_TRUE(run.outcome.failures.empty());
}

TEST(WithTimeout, TimeoutKeepsFilledMembersAsPartial) {
    asio::io_context context;
    auto run = Collection(context, in_two_steps(1h) | with_timeout<ManualClock>(59min));
    turn(context, 58min);
    EXPECT_FALSE(run.done);
    turn(context, 1min);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.early, 1);
    EXPECT_EQ(run.outcome.state, State::partial);
    ASSERT_EQ(run.outcome.failures.size(), 1u);
    EXPECT_EQ(run.outcome.failures[0].code, Errc::timeout);
}

TEST(WithTimeout, NoDataAtDeadlineYieldsTimeout) {
    asio::io_context context;
    auto run = Collection(context, after(2s, Right{1}) | with_timeout<ManualClock>(1s));
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::timeout);
}

TEST(WithTimeout, ZeroTimeoutStopsPendingSource) {
    asio::io_context context;
    auto run = Collection(context, after(1s, Right{1}) | with_timeout<ManualClock>(0s));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::timeout);
}

TEST(WithTimeout, FailureBeforeDeadlineIsReportedAtOnce) {
    asio::io_context context;
    auto run = Collection(context, throwing<Right>(1s) | with_timeout<ManualClock>(1h));
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::error);
    EXPECT_EQ(run.outcome.failures[0].code, Errc::exception);
}

TEST(WithTimeout, ShorterOfTwoTimeoutsApplies) {
    for (auto const inner : {1s, 3s}) {
        asio::io_context context;
        auto run = Collection(
            context,
            after(1h, Right{1}) | with_timeout<ManualClock>(inner) | with_timeout<ManualClock>(2s));
        turn(context, std::min<std::chrono::seconds>(inner, 2s));
        ASSERT_TRUE(run.done);
        EXPECT_EQ(run.outcome.state, State::timeout);
    }
}

TEST(WithTimeout, CompletionAtDeadlineLosesNoData) {
    asio::io_context context;
    auto run = Collection(context, after(1s, Right{1}) | with_timeout<ManualClock>(1s));
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state == State::ok, run.outcome.value.right == 1);
}

TEST(WithTimeout, DestructionAfterAnyHandlerIsSafe) {
    EXPECT_GT(
        stop_after_every_handler(
            [](asio::io_context&) { return in_two_steps(2s) | with_timeout<ManualClock>(1s); }),
        1u);
}

} // namespace
