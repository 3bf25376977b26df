#include "support/sources.hpp"
#include <ousage/core/gather.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/with_timeout.hpp>

#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

// Shared by concurrent coroutines of one collection, without a lock.
struct Shared {
    int inside = 0;
    int most = 0;
    int total = 0;
};

asio::awaitable<void> step(Shared& shared, std::chrono::microseconds time) {
    auto timer = asio::steady_timer(co_await asio::this_coro::executor);
    for (int round = 0; round < 20; ++round) {
        shared.most = std::max(shared.most, ++shared.inside);
        ++shared.total;
        --shared.inside;
        timer.expires_after(time);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> step_concurrently(Outcome<Left>& into) {
    auto shared = Shared{};
    auto works = std::vector<asio::awaitable<void>>{};
    for (int number = 0; number < 8; ++number) {
        works.push_back(step(shared, std::chrono::microseconds(number * 7)));
    }
    co_await gather(std::move(works));
    into.value.left = shared.total;
    into.value.early = shared.most;
}

asio::awaitable<void> compute(Outcome<Right>& into) {
    into.value.right = co_await offload([](int value) { return value + 1; }, 1);
}

asio::awaitable<void> hang(Outcome<Right>& into) {
    auto timer = asio::steady_timer(co_await asio::this_coro::executor, 1h);
    co_await timer.async_wait(asio::use_awaitable);
    into.value.right = 1;
}

struct Both {
    std::optional<int> left;
    std::optional<int> early;
    std::optional<int> right;
};

TEST(Threads, PartsOfACollectionDoNotRunAtTheSameTimeInAPool) {
    for (int round = 0; round < 5; ++round) {
        auto outcome = Outcome<Both>{};
        auto const late = round % 2 == 0;
        auto const right = late ? Source<Right>("hang", hang) : Source<Right>("compute", compute);
        auto const source = merge<Both>(
            Source<Left>("steps", step_concurrently) | with_timeout(20s),
            right | with_timeout(late ? 5ms : 20'000ms));
        {
            auto pool = asio::thread_pool(4);
            asio::co_spawn(pool, source.collect(outcome), [](std::exception_ptr) {});
            pool.join();
        }
        EXPECT_EQ(outcome.value.left, 8 * 20);
        EXPECT_EQ(outcome.value.early, 1);
        EXPECT_EQ(outcome.value.right, late ? std::nullopt : std::optional(2));
        EXPECT_EQ(outcome.state, late ? State::partial : State::ok);
    }
}

} // namespace
