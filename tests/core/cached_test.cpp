#include "support/sources.hpp"
#include <ousage/core/cached.hpp>
#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>

#include <asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

Source<Right> counting(int& calls, bool fails = false) {
    return Source<Right>(
        "counting", [&calls, fails](Outcome<Right>& into) -> asio::awaitable<void> {
            into.value.right = ++calls;
            if (fails) {
                into.fail("half", Errc::status, "503");
            }
            co_return;
        });
}

std::optional<int> collect_once(Source<Right> source) {
    asio::io_context context;
    auto run = Collection(context, std::move(source));
    return run.outcome.value.right;
}

TEST(Cached, CollectsOnceWithinMaxAge) {
    int calls = 0;
    auto source = counting(calls) | cached<ManualClock>(60s);
    EXPECT_EQ(collect_once(source), 1);
    ManualClock::current += 59'999ms;
    EXPECT_EQ(collect_once(source), 1);
    ManualClock::current += 1ms;
    EXPECT_EQ(collect_once(source), 2);
}

TEST(Cached, CopiesShareOneCache) {
    int calls = 0;
    auto const source = counting(calls) | cached<ManualClock>(60s);
    auto const copy = source;
    EXPECT_EQ(collect_once(source), 1);
    EXPECT_EQ(collect_once(copy), 1);
}

TEST(Cached, ErrorIsNotCachedByDefault) {
    int calls = 0;
    auto source = counting(calls, true) | cached<ManualClock>(60s);
    EXPECT_EQ(collect_once(source), 1);
    EXPECT_EQ(collect_once(source), 2);
}

TEST(Cached, ErrorExpiresAfterItsOwnAge) {
    int calls = 0;
    auto source = counting(calls, true) | cached<ManualClock>(60s, 5s);
    EXPECT_EQ(collect_once(source), 1);
    ManualClock::current += 4s;
    EXPECT_EQ(collect_once(source), 1);
    ManualClock::current += 1s;
    EXPECT_EQ(collect_once(source), 2);
}

Source<Right> slow(int& calls) {
    return Source<Right>("slow", [&calls](Outcome<Right>& into) -> asio::awaitable<void> {
        auto const number = ++calls;
        co_await nap(2s);
        into.value.right = number;
    });
}

TEST(Cached, ConcurrentCollectionsShareOne) {
    int calls = 0;
    asio::io_context context;
    auto const source = slow(calls) | cached<ManualClock>(60s);
    auto first = Collection(context, source);
    auto second = Collection(context, source);
    auto hurried = Collection(context, source | with_timeout<ManualClock>(1s));
    turn(context, 1s);
    EXPECT_EQ(hurried.outcome.state, State::timeout);
    turn(context, 1s);
    EXPECT_EQ(first.outcome.value.right, 1);
    EXPECT_EQ(second.outcome.value.right, 1);
    EXPECT_EQ(calls, 1);
}

TEST(Cached, AnotherCollectionReplacesACancelledOne) {
    int calls = 0;
    asio::io_context context;
    auto const source = slow(calls) | cached<ManualClock>(60s);
    auto first = Collection(context, source | with_timeout<ManualClock>(1s));
    auto second = Collection(context, source);
    turn(context, 1s);
    EXPECT_EQ(first.outcome.state, State::timeout);
    turn(context, 2s);
    EXPECT_EQ(second.outcome.value.right, 2);
    EXPECT_EQ(second.outcome.state, State::ok);
}

TEST(Cached, ConcurrentCollectionsShareAFailure) {
    int calls = 0;
    asio::io_context context;
    auto const failing = slow(calls).with([&calls](Outcome<Right>& into) -> asio::awaitable<void> {
        ++calls;
        co_await nap(1s);
        into.fail({}, Errc::connect, "refused");
    });
    auto const source = failing | cached<ManualClock>(60s);
    auto first = Collection(context, source);
    auto second = Collection(context, source);
    turn(context, 1s);
    EXPECT_EQ(second.outcome.failures, first.outcome.failures);
    EXPECT_EQ(second.outcome.state, State::error);
    EXPECT_EQ(calls, 1);
}

TEST(Cached, CollectionsOnManyThreadsShareOne) {
    auto calls = std::atomic<int>(0);
    auto const counted =
        Source<Right>("t", [&calls](Outcome<Right>& into) -> asio::awaitable<void> {
            ++calls;
            auto timer = asio::steady_timer(co_await asio::this_coro::executor, 20ms);
            co_await timer.async_wait(asio::use_awaitable);
            into.value.right = 5;
        });
    auto const source = counted | cached(1h);
    auto threads = std::vector<std::thread>{};
    auto right = std::atomic<int>(0);
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&] { right += run(source).value.right.value_or(0); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(right, 20);
    EXPECT_EQ(calls, 1);
}

TEST(Cached, DestructionAfterAnyHandlerIsSafe) {
    int calls = 0;
    EXPECT_GT(
        stop_after_every_handler([&calls](asio::io_context&) {
            return slow(calls) | cached<ManualClock>(60s) | with_timeout<ManualClock>(1s);
        }),
        1u);
}

TEST(Cached, CachedResultKeepsFailures) {
    int calls = 0;
    asio::io_context context;
    auto source = counting(calls, true) | cached<ManualClock>(60s, 5s);
    auto first = Collection(context, source);
    auto second = Collection(context, source);
    EXPECT_EQ(second.outcome.state, State::partial);
    EXPECT_EQ(second.outcome.failures, first.outcome.failures);
}

} // namespace
