#include "support/sources.hpp"
#include <ousage/core/cached.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

Source<Right> counting(int& asked, bool fails = false) {
    return Source<Right>(
        "counting", [&asked, fails](Outcome<Right>& into) -> asio::awaitable<void> {
            into.value.right = ++asked;
            if (fails) {
                into.fail("half", Errc::status, "503");
            }
            co_return;
        });
}

std::optional<int> ask(Source<Right> source) {
    asio::io_context context;
    auto run = Collection(context, std::move(source));
    return run.outcome.value.right;
}

TEST(Cached, CollectsOnceWithinMaxAge) {
    int asked = 0;
    auto source = counting(asked) | cached<ManualClock>(60s);
    EXPECT_EQ(ask(source), 1);
    ManualClock::current += 59'999ms;
    EXPECT_EQ(ask(source), 1);
    ManualClock::current += 1ms;
    EXPECT_EQ(ask(source), 2);
}

TEST(Cached, CopiesShareOneCache) {
    int asked = 0;
    auto const source = counting(asked) | cached<ManualClock>(60s);
    auto const copy = source;
    EXPECT_EQ(ask(source), 1);
    EXPECT_EQ(ask(copy), 1);
}

TEST(Cached, ErrorIsNotCachedByDefault) {
    int asked = 0;
    auto source = counting(asked, true) | cached<ManualClock>(60s);
    EXPECT_EQ(ask(source), 1);
    EXPECT_EQ(ask(source), 2);
}

TEST(Cached, ErrorExpiresAfterItsOwnAge) {
    int asked = 0;
    auto source = counting(asked, true) | cached<ManualClock>(60s, 5s);
    EXPECT_EQ(ask(source), 1);
    ManualClock::current += 4s;
    EXPECT_EQ(ask(source), 1);
    ManualClock::current += 1s;
    EXPECT_EQ(ask(source), 2);
}

TEST(Cached, CachedResultKeepsFailures) {
    int asked = 0;
    asio::io_context context;
    auto source = counting(asked, true) | cached<ManualClock>(60s, 5s);
    auto first = Collection(context, source);
    auto second = Collection(context, source);
    EXPECT_EQ(second.outcome.state, State::partial);
    EXPECT_EQ(second.outcome.failures, first.outcome.failures);
}

} // namespace
