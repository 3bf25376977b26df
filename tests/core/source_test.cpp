#include "support/sources.hpp"
#include <ousage/core/gather.hpp>
#include <ousage/core/source.hpp>
#include <ousage/core/with_timeout.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

struct Text {
    std::optional<std::string> text;
};

// The coroutine uses the captures of its lambda until it ends.
Source<Text> text_after(ManualClock::duration time, std::string text) {
    auto collect = [time, text](Outcome<Text>& into) -> asio::awaitable<void> {
        co_await nap(time);
        into.value.text = text;
    };
    return Source<Text>("text", collect);
}

std::string const long_text(200, 'x');

TEST(Source, CoroutineOwnsATemporarySource) {
    asio::io_context context;
    auto outcomes = std::vector<Outcome<Text>>(4);
    auto const ignore = [](std::exception_ptr) {};
    asio::co_spawn(context, text_after(1s, long_text).collect(outcomes[0]), ignore);
    asio::co_spawn(
        context, (text_after(1s, long_text) | with_timeout<ManualClock>(1h)).collect(outcomes[1]),
        ignore);
    {
        auto const constant = text_after(1s, long_text);
        asio::co_spawn(context, std::move(constant).collect(outcomes[2]), ignore);
        auto moved = text_after(1s, long_text);
        asio::co_spawn(context, std::move(moved).collect(outcomes[3]), ignore);
    }
    settle(context);
    turn(context, 1s);
    for (auto const& outcome : outcomes) {
        EXPECT_EQ(outcome.value.text, long_text);
        EXPECT_EQ(outcome.state, State::ok);
    }
}

asio::awaitable<void> gather_temporaries(std::vector<Outcome<Text>>& outcomes) {
    auto works = std::vector<asio::awaitable<void>>{};
    for (auto& outcome : outcomes) {
        works.push_back(
            (text_after(1s, long_text) | with_timeout<ManualClock>(1h)).collect(outcome));
    }
    co_await gather(std::move(works));
    co_await (text_after(1s, long_text) | with_timeout<ManualClock>(1h)).collect(outcomes[0]);
}

TEST(Source, TemporarySourcesCanBeGatheredAndAwaited) {
    asio::io_context context;
    auto outcomes = std::vector<Outcome<Text>>(3);
    auto done = false;
    asio::co_spawn(context, gather_temporaries(outcomes), [&done](std::exception_ptr error) {
        done = error == nullptr;
    });
    settle(context);
    turn(context, 1s);
    turn(context, 1s);
    EXPECT_TRUE(done);
    for (auto const& outcome : outcomes) {
        EXPECT_EQ(outcome.value.text, long_text);
    }
}

} // namespace
