#include "support/sources.hpp"
#include <ousage/core/gather.hpp>
#include <ousage/core/with_timeout.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

asio::awaitable<void> append(ManualClock::duration time, int number, std::vector<int>& into) {
    try {
        co_await nap(time);
        into.push_back(number);
    } catch (std::exception const&) {
        into.push_back(-number);
    }
}

asio::awaitable<void> gather_naps(int count, std::vector<int>& into) {
    auto works = std::vector<asio::awaitable<void>>{};
    for (int number = 1; number <= count; ++number) {
        works.push_back(append(std::chrono::seconds(count - number), number, into));
    }
    co_await gather(std::move(works));
}

TEST(Gather, RunsAnyNumberConcurrently) {
    for (int const count : {0, 1, 2, 3, 7, 100}) {
        asio::io_context context;
        auto order = std::vector<int>{};
        auto done = false;
        asio::co_spawn(
            context, gather_naps(count, order), [&](std::exception_ptr) { done = true; });
        for (int second = 0; second < count + 1; ++second) {
            EXPECT_EQ(done, second >= count && second > 0) << second << " of " << count;
            turn(context, second == 0 ? 0s : 1s);
        }
        EXPECT_TRUE(done);
        ASSERT_EQ(order.size(), static_cast<std::size_t>(count));
        EXPECT_TRUE(std::is_sorted(order.rbegin(), order.rend()));
    }
}

struct Load {
    int now = 0;
    int most = 0;
    std::vector<int> order;
};

asio::awaitable<void> load(int number, Load& into) {
    into.most = std::max(into.most, ++into.now);
    into.order.push_back(number);
    try {
        co_await nap(1s);
    } catch (std::exception const&) {
    }
    --into.now;
}

asio::awaitable<void> gather_limited(int count, std::size_t limit, Load& into) {
    auto works = std::vector<asio::awaitable<void>>{};
    for (int number = 0; number < count; ++number) {
        works.push_back(load(number, into));
    }
    co_await gather(std::move(works), limit);
}

TEST(Gather, LimitBoundsConcurrency) {
    for (auto const& [limit, most, seconds] :
         {std::tuple(1u, 1, 5), std::tuple(2u, 2, 3), std::tuple(9u, 5, 1), std::tuple(0u, 5, 1)}) {
        asio::io_context context;
        auto into = Load{};
        auto done = false;
        asio::co_spawn(context, gather_limited(5, limit, into), [&done](std::exception_ptr error) {
            done = error == nullptr;
        });
        settle(context);
        for (int second = 0; second < seconds; ++second) {
            EXPECT_FALSE(done);
            turn(context, 1s);
        }
        EXPECT_TRUE(done) << limit;
        EXPECT_EQ(into.most, most);
        EXPECT_EQ(into.order, (std::vector<int>{0, 1, 2, 3, 4}));
    }
}

TEST(Gather, CancellationStartsNoFurtherOperation) {
    asio::io_context context;
    auto into = Load{};
    auto source =
        Source<Right>("gather", [&into](Outcome<Right>&) { return gather_limited(5, 2, into); });
    auto run = Collection(context, source | with_timeout<ManualClock>(1500ms));
    turn(context, 1s);
    turn(context, 500ms);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(into.now, 0);
    EXPECT_EQ(into.order.size(), 4u);
}

TEST(Gather, CancellationReachesAllOperations) {
    asio::io_context context;
    auto order = std::vector<int>{};
    auto source =
        Source<Right>("gather", [&order](Outcome<Right>&) { return gather_naps(5, order); });
    auto run = Collection(context, source | with_timeout<ManualClock>(1500ms));
    turn(context, 0s);
    turn(context, 1s);
    turn(context, 500ms);
    ASSERT_TRUE(run.done);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<int>{-3, -2, -1, 4, 5}));
}

} // namespace
