#include "support/sources.hpp"
#include <ousage/core/asio.hpp>
#include <ousage/core/cached.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/or_else.hpp>
#include <ousage/core/transform.hpp>
#include <ousage/core/with_timeout.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/redirect_error.hpp>
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

// Sources that never let the cancellation out of their function.
using Timer = asio::basic_waitable_timer<ManualClock>;

asio::awaitable<void> wait_as_tuple(Outcome<Right>& into) {
    auto timer = Timer(co_await asio::this_coro::executor, 2s);
    auto [error] = co_await timer.async_wait(ousage::as_tuple(asio::use_awaitable));
    if (!error) {
        into.value.right = 1;
    }
}

asio::awaitable<void> wait_redirected(Outcome<Right>& into) {
    auto timer = Timer(co_await asio::this_coro::executor, 2s);
    auto error = std::error_code();
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await timer.async_wait(token);
    if (!error) {
        into.value.right = 1;
    }
}

asio::awaitable<void> wait_and_catch(Outcome<Right>& into) {
    try {
        co_await nap(2s);
        into.value.right = 1;
    } catch (std::exception const&) {
    }
}

asio::awaitable<void> wait_and_report_absent(Outcome<Right>& into) {
    co_await wait_as_tuple(into);
    if (!into.value.right) {
        into.absent("nothing there");
    }
}

asio::awaitable<void> wait_and_blame(Outcome<Right>& into) {
    co_await wait_as_tuple(into);
    into.fail("half", Errc::connect, "no connection");
}

asio::awaitable<void> wait_and_throw(Outcome<Right>& into) {
    co_await nap(2s);
    into.value.right = 1;
}

std::vector<Source<Right>> silent_sources() {
    return {
        Source<Right>("as_tuple", wait_as_tuple), Source<Right>("redirected", wait_redirected),
        Source<Right>("catch", wait_and_catch),   Source<Right>("absent", wait_and_report_absent),
        Source<Right>("blame", wait_and_blame),   Source<Right>("thrown", wait_and_throw)};
}

struct Reported {
    std::optional<int> right;
    std::vector<SourceReport> sources;
};

TEST(WithTimeout, DeadlineIsReportedHoweverTheSourceHandlesIt) {
    for (auto const& source : silent_sources()) {
        asio::io_context context;
        auto run = Collection(context, source | with_timeout<ManualClock>(1s));
        turn(context, 1s);
        ASSERT_TRUE(run.done) << source.name();
        EXPECT_EQ(run.outcome.state, State::timeout) << source.name();
        EXPECT_EQ(run.outcome.failures.back().code, Errc::timeout) << source.name();
        EXPECT_FALSE(run.outcome.deadline.has_passed());
    }
}

TEST(WithTimeout, SilentSourceInTimeIsOk) {
    asio::io_context context;
    auto run =
        Collection(context, Source<Right>("s", wait_as_tuple) | with_timeout<ManualClock>(3s));
    turn(context, 2s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::ok);
    EXPECT_EQ(run.outcome.value.right, 1);
}

TEST(WithTimeout, ValueOfASourceThatIgnoresTheDeadlineIsPartial) {
    asio::io_context context;
    auto stubborn = Source<Right>("stubborn", [](Outcome<Right>& into) -> asio::awaitable<void> {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        co_await wait_as_tuple(into);
    });
    auto run = Collection(context, stubborn | with_timeout<ManualClock>(1s));
    turn(context, 1s);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.right, 1);
    EXPECT_EQ(run.outcome.state, State::partial);
}

TEST(WithTimeout, DeadlineInsideMergeIsReported) {
    for (auto const& source : silent_sources()) {
        asio::io_context context;
        auto run = Collection(
            context, merge<Reported, ManualClock>(source | with_timeout<ManualClock>(1s)));
        turn(context, 1s);
        ASSERT_TRUE(run.done) << source.name();
        EXPECT_EQ(run.outcome.value.sources.at(0).state, State::timeout) << source.name();
        EXPECT_EQ(run.outcome.state, State::timeout) << source.name();
    }
}

TEST(WithTimeout, DeadlineOfAMergeReachesItsSources) {
    for (auto const& source : silent_sources()) {
        asio::io_context context;
        auto const identity = transform(source, [](Right part) { return part; });
        auto const either = or_else(identity, source);
        auto const inner = merge<Reported, ManualClock>(either);
        auto const named = Source<Reported>(
            "outer", [inner](Outcome<Reported>& into) { return inner.collect(into); });
        auto run = Collection(context, named | with_timeout<ManualClock>(1s));
        turn(context, 1s);
        ASSERT_TRUE(run.done) << source.name();
        EXPECT_EQ(run.outcome.value.sources.at(0).state, State::timeout) << source.name();
        EXPECT_EQ(run.outcome.state, State::timeout) << source.name();
    }
}

TEST(WithTimeout, DeadlineOfAMergeLeavesItsCompletedSourcesOk) {
    struct Both {
        std::optional<int> left;
        std::optional<int> early;
        std::optional<int> right;
        std::vector<SourceReport> sources;
    };

    asio::io_context context;
    auto const whole =
        merge<Both, ManualClock>(Source<Right>("s", wait_as_tuple), after(500ms, Left{1, 2}));
    auto run = Collection(context, whole | with_timeout<ManualClock>(1s));
    turn(context, 500ms);
    turn(context, 500ms);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.sources.at(0).state, State::timeout);
    EXPECT_EQ(run.outcome.value.sources.at(1).state, State::ok);
    EXPECT_EQ(run.outcome.state, State::partial);
}

TEST(WithTimeout, CacheDoesNotKeepATimedOutSource) {
    for (auto const& source : silent_sources()) {
        asio::io_context context;
        int calls = 0;
        auto const counted = source.with([&calls, source](Outcome<Right>& into) {
            ++calls;
            return source.collect(into);
        });
        auto const kept = counted | with_timeout<ManualClock>(1s) | cached<ManualClock>(30s);
        for (int round = 1; round <= 2; ++round) {
            auto run = Collection(context, kept);
            turn(context, 1s);
            ASSERT_TRUE(run.done);
            EXPECT_EQ(calls, round) << source.name();
        }
    }
}

asio::awaitable<void> wait_for_two_models(Outcome<Right>& into) {
    auto wait = nap(10s);
    auto part = OutcomeBase{};
    co_await attempt("show", std::move(wait), part);
    part.failures.at(0).text = "tiny:latest";
    into.failures = part.failures;
    into.fail("show", Errc::cancelled, {});
}

TEST(WithTimeout, KeepsTheNameOfWhatWasCancelled) {
    asio::io_context context;
    auto run = Collection(
        context, Source<Right>("s", wait_for_two_models) | with_timeout<ManualClock>(1s));
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::timeout);
    EXPECT_EQ(
        describe(run.outcome), "show: tiny:latest: the deadline passed; show: the deadline passed");
}

TEST(WithTimeout, CallersCancellationIsNotATimeout) {
    asio::io_context context;
    auto stop = asio::cancellation_signal();
    auto const source = Source<Right>("s", wait_and_throw) | with_timeout<ManualClock>(1h);
    auto outcome = Outcome<Right>{};
    asio::co_spawn(
        context, source.collect(outcome),
        asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
    settle(context);
    stop.emit(asio::cancellation_type::terminal);
    settle(context);
    EXPECT_EQ(outcome.state, State::error);
    ASSERT_EQ(outcome.failures.size(), 1u);
    EXPECT_EQ(outcome.failures[0].code, Errc::cancelled);
}

TEST(WithTimeout, DestructionAfterAnyHandlerIsSafe) {
    EXPECT_GT(
        stop_after_every_handler(
            [](asio::io_context&) { return in_two_steps(2s) | with_timeout<ManualClock>(1s); }),
        1u);
}

} // namespace
