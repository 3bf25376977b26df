#include "support/sources.hpp"
#include <ousage/core/gather.hpp>
#include <ousage/core/with_timeout.hpp>

#include <gtest/gtest.h>

#include <algorithm>
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
