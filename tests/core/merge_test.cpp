#include "support/sources.hpp"
#include <ousage/core/merge.hpp>
#include <ousage/core/transform.hpp>
#include <ousage/core/with_timeout.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

struct Group {
    std::optional<int> right;
};

struct Whole {
    std::optional<int> left;
    std::optional<int> early;
    Group group;
    std::vector<SourceReport> sources;
};

auto merge_both(Source<Left> left, Source<Right> right) {
    return merge<Whole, ManualClock>(std::move(left), std::move(right));
}

TEST(Merge, FillsMembersByNameAndTypeAlsoInsideGroups) {
    asio::io_context context;
    auto run = Collection(context, merge_both(after(0s, Left{3, 4}), after(0s, Right{5})));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.left, 3);
    EXPECT_EQ(run.outcome.value.early, 4);
    EXPECT_EQ(run.outcome.value.group.right, 5);
    EXPECT_EQ(run.outcome.state, State::ok);
    ASSERT_EQ(run.outcome.value.sources.size(), 2u);
    EXPECT_EQ(run.outcome.value.sources[0].name, "after");
}

TEST(Merge, RunsSourcesConcurrently) {
    asio::io_context context;
    auto run = Collection(
        context, merge_both(after(2s, Left{3, 4}, "slow"), after(1s, Right{5}, "quick")));
    turn(context, 1s);
    EXPECT_FALSE(run.done);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.sources[0].elapsed_ms, 2000);
    EXPECT_EQ(run.outcome.value.sources[1].elapsed_ms, 1000);
}

TEST(Merge, ThrowingSourceLeavesOthersIntact) {
    asio::io_context context;
    auto run = Collection(context, merge_both(throwing<Left>(0s), after(1s, Right{5}, "good")));
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.group.right, 5);
    EXPECT_EQ(run.outcome.state, State::partial);
    auto const& sources = run.outcome.value.sources;
    EXPECT_EQ(sources[0].state, State::error);
    EXPECT_EQ(sources[0].error, "thrown by the source");
    EXPECT_EQ(sources[1].state, State::ok);
    ASSERT_EQ(run.outcome.failures.size(), 1u);
    EXPECT_EQ(run.outcome.failures[0].part, "throwing");
}

TEST(Merge, HangingSourceTimesOutAndKeepsPartialData) {
    asio::io_context context;
    auto hanging = in_two_steps(1'000'000h) | with_timeout<ManualClock>(3s);
    auto run = Collection(context, merge_both(hanging, after(1s, Right{5})));
    turn(context, 2999ms);
    EXPECT_FALSE(run.done);
    turn(context, 1ms);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.early, 1);
    EXPECT_EQ(run.outcome.value.left, std::nullopt);
    EXPECT_EQ(run.outcome.value.group.right, 5);
    EXPECT_EQ(run.outcome.value.sources[0].state, State::partial);
    EXPECT_EQ(run.outcome.value.sources[0].elapsed_ms, 3000);
    EXPECT_EQ(run.outcome.failures[0].code, Errc::timeout);
}

asio::awaitable<void> ignore_cancellation(ManualClock::duration time, Outcome<Left>& into) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await nap(time);
    into.value.left = 9;
}

TEST(Merge, SourceIgnoringItsDeadlineLeavesOthersIntact) {
    asio::io_context context;
    auto stubborn =
        Source<Left>("stubborn", [](Outcome<Left>& into) { return ignore_cancellation(4s, into); });
    auto run = Collection(
        context, merge_both(stubborn | with_timeout<ManualClock>(2s), after(1s, Right{5}, "good")));
    turn(context, 1s);
    turn(context, 1s);
    EXPECT_FALSE(run.done);
    turn(context, 2s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.left, 9);
    EXPECT_EQ(run.outcome.value.group.right, 5);
    EXPECT_EQ(run.outcome.value.sources[1].state, State::ok);
    EXPECT_EQ(run.outcome.value.sources[1].elapsed_ms, 1000);
}

TEST(Merge, OuterTimeoutKeepsCollectedData) {
    asio::io_context context;
    auto whole = merge_both(in_two_steps(10s), after(1s, Right{5})) | with_timeout<ManualClock>(2s);
    auto run = Collection(context, whole);
    turn(context, 1s);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.early, 1);
    EXPECT_EQ(run.outcome.value.group.right, 5);
    EXPECT_EQ(run.outcome.value.sources.size(), 2u);
    EXPECT_EQ(run.outcome.state, State::partial);
    EXPECT_EQ(run.outcome.failures[0].code, Errc::timeout);
}

TEST(Merge, FallbackFillsOnlyEmptyMembers) {
    asio::io_context context;
    auto whole = merge<Whole, ManualClock>(
        after(0s, Left{1, 2}, "yielding") | fallback, after(1s, Left{3, std::nullopt}, "winning"));
    auto run = Collection(context, whole);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.left, 3);
    EXPECT_EQ(run.outcome.value.early, 2);
    EXPECT_EQ(run.outcome.value.sources[0].name, "yielding");
}

struct Numbers {
    int errors = 0;
    bool stopped = false;
};

struct Desk {
    std::string name;
    Numbers numbers;
};

struct DeskWhole {
    Desk desk;
};

struct NumbersWhole {
    Numbers numbers;
    int spare = -1;
};

struct NumbersPart {
    Numbers numbers;
};

struct SparePart {
    int spare = 0;
};

template <class Whole, class... Part>
Whole merged(Part... part) {
    asio::io_context context;
    auto run = Collection(context, merge<Whole, ManualClock>(std::move(part)...));
    turn(context, 0s);
    turn(context, 1s);
    EXPECT_TRUE(run.done);
    return run.outcome.value;
}

TEST(Merge, FallbackDoesNotReplaceMeasuredZero) {
    auto const other = after(0s, Numbers{7, true}) | fallback;
    auto const zero = merged<NumbersWhole>(other, after(0s, Numbers{0, false}));
    EXPECT_EQ(zero.numbers.errors, 0);
    EXPECT_FALSE(zero.numbers.stopped);
    EXPECT_EQ(zero.spare, -1);
    EXPECT_EQ(merged<NumbersWhole>(other, throwing<Numbers>(0s)).numbers.errors, 7);
    auto const late = after(1h, Numbers{}) | with_timeout<ManualClock>(0s);
    EXPECT_EQ(merged<NumbersWhole>(other, late).numbers.errors, 7);
    // The same number, once alone and once inside an aggregate.
    auto const nested = merged<NumbersWhole>(other, after(0s, NumbersPart{}));
    EXPECT_EQ(nested.numbers.errors, 0);
    auto const desk =
        merged<DeskWhole>(other, after(0s, Desk{"desk", {}}) | into<&DeskWhole::desk>);
    EXPECT_EQ(desk.desk.numbers.errors, 0);
    EXPECT_EQ(merged<NumbersWhole>(after(0s, SparePart{0})).spare, 0);
    EXPECT_EQ(merged<NumbersWhole>(throwing<SparePart>(0s)).spare, -1);
}

struct Counter {
    static constexpr bool concatenate = true;
    int value = 0;
};

struct Counters {
    std::vector<Counter> counters;
};

struct MoreCounters {
    std::vector<Counter> counters;
};

TEST(Merge, ConcatenatesListsOfSuchElements) {
    asio::io_context context;
    auto whole = merge<Counters, ManualClock>(
        after(0s, MoreCounters{{{1}, {2}}}) | fallback, after(1s, Counters{{{3}}}));
    auto run = Collection(context, whole);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    auto const& counters = run.outcome.value.counters;
    ASSERT_EQ(counters.size(), 3u);
    EXPECT_EQ(counters[0].value, 3);
    EXPECT_EQ(counters[2].value, 2);
}

TEST(Merge, NoDataYieldsError) {
    asio::io_context context;
    auto run = Collection(context, merge_both(throwing<Left>(0s), throwing<Right>(0s)));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::error);
    EXPECT_EQ(run.outcome.failures.size(), 2u);
}

TEST(Merge, AcceptsMergedSourceAsInput) {
    struct Both {
        Whole whole;
        std::vector<SourceReport> reports;
    };

    asio::io_context context;
    auto inner = merge_both(after(0s, Left{3, 4}), after(0s, Right{5}));
    auto wrapped = transform(inner, [](Whole whole) { return Both{std::move(whole), {}}; });
    auto run = Collection(context, merge<Both, ManualClock>(wrapped));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.whole.left, 3);
}

struct Fleet {
    std::optional<Right> desk;
    Right laptop;
    std::vector<Right> others;
    std::vector<SourceReport> sources;
};

TEST(Merge, IntoPlacesAWholePartInOneMember) {
    asio::io_context context;
    auto const others = std::vector<Source<Right>>{after(0s, Right{3}), after(0s, Right{4})};
    auto const fleet = merge<Fleet, ManualClock>(
        after(0s, Right{1}, "desk") | into<&Fleet::desk>,
        after(0s, Right{2}, "laptop") | into<&Fleet::laptop>, merge(others) | into<&Fleet::others>);
    auto run = Collection(context, fleet);
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    ASSERT_TRUE(run.outcome.value.desk);
    EXPECT_EQ(run.outcome.value.desk->right, 1);
    EXPECT_EQ(run.outcome.value.laptop.right, 2);
    ASSERT_EQ(run.outcome.value.others.size(), 2u);
    EXPECT_EQ(run.outcome.value.others[1].right, 4);
    EXPECT_EQ(run.outcome.value.sources.at(1).name, "laptop");
    EXPECT_EQ(run.outcome.state, State::ok);
}

TEST(Merge, IntoLeavesTheMemberEmptyWithoutAValue) {
    asio::io_context context;
    auto run = Collection(
        context, merge<Fleet, ManualClock>(throwing<Right>(0s, "desk") | into<&Fleet::desk>));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_FALSE(run.outcome.value.desk);
    EXPECT_EQ(run.outcome.value.sources.at(0).state, State::error);
}

TEST(Merge, VectorOfSourcesYieldsAVector) {
    asio::io_context context;
    auto const sources = std::vector<Source<Right>>{
        after(2s, Right{1}, "a"), throwing<Right>(1s, "b"), after(1s, Right{3}, "c")};
    auto run = Collection(context, merge(sources));
    turn(context, 1s);
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    ASSERT_EQ(run.outcome.value.size(), 3u);
    EXPECT_EQ(run.outcome.value[0].right, 1);
    EXPECT_EQ(run.outcome.value[1].right, std::nullopt);
    EXPECT_EQ(run.outcome.value[2].right, 3);
    EXPECT_EQ(run.outcome.state, State::partial);
    ASSERT_EQ(run.outcome.failures.size(), 1u);
    EXPECT_EQ(run.outcome.failures[0].part, "b");
}

TEST(Merge, DestructionAfterAnyHandlerIsSafe) {
    auto const handlers = stop_after_every_handler([](asio::io_context&) {
        return merge_both(in_two_steps(2s) | with_timeout<ManualClock>(1s), throwing<Right>(1s));
    });
    EXPECT_GT(handlers, 3u);
}

} // namespace
