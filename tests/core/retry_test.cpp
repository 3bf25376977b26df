#include "support/sources.hpp"
#include <ousage/core/retry.hpp>
#include <ousage/core/with_timeout.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

struct Counted {
    int failures;
    int calls = 0;
};

// Fails `failures` times, then returns the number of calls.
Source<Right> flaky(Counted& counted) {
    return Source<Right>("flaky", [&counted](Outcome<Right>& into) -> asio::awaitable<void> {
        if (++counted.calls <= counted.failures) {
            into.fail({}, Errc::connect, "refused");
        } else {
            into.value.right = counted.calls;
        }
        co_return;
    });
}

RetryPolicy policy(int attempts) {
    auto made = RetryPolicy{};
    made.attempts = attempts;
    made.first_delay = 1s;
    return made;
}

TEST(Retry, RetriesUntilSuccess) {
    asio::io_context context;
    auto counted = Counted{2};
    auto run = Collection(context, flaky(counted) | retry<ManualClock>(policy(5)));
    EXPECT_EQ(counted.calls, 1);
    turn(context, 999ms);
    EXPECT_EQ(counted.calls, 1);
    turn(context, 1ms);
    EXPECT_EQ(counted.calls, 2);
    turn(context, 2s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.right, 3);
    EXPECT_EQ(run.outcome.state, State::ok);
    EXPECT_TRUE(run.outcome.failures.empty());
}

TEST(Retry, GivesUpAfterLastAttempt) {
    asio::io_context context;
    auto counted = Counted{100};
    auto run = Collection(context, flaky(counted) | retry<ManualClock>(policy(3)));
    turn(context, 1s);
    turn(context, 2s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(counted.calls, 3);
    EXPECT_EQ(run.outcome.state, State::error);
    EXPECT_EQ(run.outcome.failures.size(), 1u);
}

TEST(Retry, SingleAttemptNeverRetries) {
    asio::io_context context;
    auto counted = Counted{100};
    auto run = Collection(context, flaky(counted) | retry<ManualClock>(policy(1)));
    ASSERT_TRUE(run.done);
    EXPECT_EQ(counted.calls, 1);
}

TEST(Retry, CancellationEndsBackoff) {
    asio::io_context context;
    auto counted = Counted{100};
    auto run = Collection(
        context, flaky(counted) | retry<ManualClock>(policy(3)) | with_timeout<ManualClock>(500ms));
    turn(context, 500ms);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(counted.calls, 1);
    EXPECT_EQ(run.outcome.failures[0].text, "refused");
}

TEST(Retry, JitterFromGeneratorOnlyShortensDelay) {
    auto made = policy(3);
    EXPECT_EQ(made.delay(2), 1s);
    EXPECT_EQ(made.delay(3), 2s);
    made.random = [] { return 1.0; };
    EXPECT_EQ(made.delay(2), 500ms);
    made.jitter = 0.25;
    EXPECT_EQ(made.delay(3), 1500ms);
    made.longest_delay = 1s;
    made.random = nullptr;
    EXPECT_EQ(made.delay(30), 1s);
}

TEST(Retry, DestructionAfterAnyHandlerIsSafe) {
    auto counted = Counted{1};
    EXPECT_GT(
        stop_after_every_handler([&](asio::io_context&) {
            counted = Counted{1};
            return flaky(counted) | retry<ManualClock>(policy(2));
        }),
        0u);
}

} // namespace
