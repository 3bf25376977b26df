#include "support/sources.hpp"
#include <ousage/core/first_of.hpp>
#include <ousage/core/with_timeout.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

using Sources = std::vector<Source<Right>>;

TEST(FirstOf, FirstValueWinsAndOthersAreCancelled) {
    asio::io_context context;
    auto const sources =
        Sources{after(3s, Right{1}, "slow"), after(1s, Right{2}), throwing<Right>(0s)};
    auto run = Collection(context, first_of<ManualClock>(sources));
    turn(context, 0s);
    EXPECT_FALSE(run.done);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.right, 2);
    EXPECT_EQ(run.outcome.state, State::ok);
    EXPECT_TRUE(run.outcome.failures.empty());
    EXPECT_EQ(run.source.name(), "slow");
}

Source<Right> recorded(Source<Right> source, std::vector<std::string>& started) {
    return source.with([source, &started](Outcome<Right>& into) {
        started.push_back(source.name());
        return source.collect(into);
    });
}

TEST(FirstOf, HedgingDelayPrecedesEachFurtherSource) {
    asio::io_context context;
    auto started = std::vector<std::string>{};
    auto const sources = Sources{
        recorded(after(10s, Right{1}, "a"), started), recorded(after(10s, Right{2}, "b"), started),
        recorded(after(10s, Right{3}, "c"), started)};
    auto run = Collection(context, first_of<ManualClock>(sources, 2s));
    EXPECT_EQ(started, (std::vector<std::string>{"a"}));
    turn(context, 2s);
    EXPECT_EQ(started, (std::vector<std::string>{"a", "b"}));
    turn(context, 2s);
    EXPECT_EQ(started.size(), 3u);
    turn(context, 6s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.right, 1);
}

TEST(FirstOf, SourceThatEndsAtOnceWinsWithoutDelay) {
    asio::io_context context;
    auto const immediate =
        Source<Right>("immediate", [](Outcome<Right>& into) -> asio::awaitable<void> {
            into.value.right = 1;
            co_return;
        });
    for (auto const delay : {ManualClock::duration(1h), ManualClock::duration::max()}) {
        auto const sources = Sources{immediate, after(1s, Right{2})};
        auto run = Collection(context, first_of<ManualClock>(sources, delay));
        turn(context, 0s);
        ASSERT_TRUE(run.done);
        EXPECT_EQ(run.outcome.value.right, 1);
    }
}

TEST(FirstOf, FailureStartsTheNextSourceAtOnce) {
    asio::io_context context;
    auto const sources = Sources{throwing<Right>(1s), throwing<Right>(1s), after(1s, Right{3})};
    auto run = Collection(context, first_of<ManualClock>(sources, 1h));
    turn(context, 1s);
    turn(context, 1s);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.right, 3);
}

TEST(FirstOf, ReportsAllFailuresInOrder) {
    asio::io_context context;
    auto const refused =
        Source<Right>("refused", [](Outcome<Right>& into) -> asio::awaitable<void> {
            co_await nap(1s);
            into.fail({}, Errc::connect, "refused");
        });
    auto run = Collection(context, first_of<ManualClock>(Sources{refused, throwing<Right>(0s)}));
    turn(context, 0s);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::error);
    ASSERT_EQ(run.outcome.failures.size(), 2u);
    EXPECT_EQ(run.outcome.failures[0].text, "refused");
}

TEST(FirstOf, DeadlineEndsAllSources) {
    asio::io_context context;
    auto const race = first_of<ManualClock>(Sources{after(9s, Right{1}), after(9s, Right{2})}, 1s);
    auto run = Collection(context, race | with_timeout<ManualClock>(2s));
    turn(context, 1s);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::timeout);
}

TEST(FirstOf, DestructionAfterAnyHandlerIsSafe) {
    EXPECT_GT(
        stop_after_every_handler([](asio::io_context&) {
            return first_of<ManualClock>(Sources{throwing<Right>(1s), after(2s, Right{2})}, 500ms);
        }),
        3u);
}

} // namespace
