#include "support/sources.hpp"
#include <ousage/core/cached.hpp>

#include <gtest/gtest.h>

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
