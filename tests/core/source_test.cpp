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

asio::awaitable<int> zero() {
    co_await nap(1s);
    co_return 0;
}

asio::awaitable<Result<Text>> read_text(bool fails) {
    co_await nap(1s);
    if (fails) {
        co_return Result<Text>(Errc::file, "no such file");
    }
    co_return Text{long_text};
}

TEST(Source, CoroutineMayReturnItsValue) {
    asio::io_context context;
    auto run = Collection(context, Source("zero", zero));
    auto read = [] { return read_text(false); };
    auto text = Collection(context, Source("text", read));
    auto fail = [] { return read_text(true); };
    auto failed = Collection(context, Source<Text>("failed", fail));
    auto late = Collection(context, Source("late", zero) | with_timeout<ManualClock>(500ms));
    turn(context, 500ms);
    EXPECT_EQ(late.outcome.state, State::timeout);
    turn(context, 500ms);
    EXPECT_EQ(run.outcome.state, State::ok);
    EXPECT_TRUE(run.outcome.has_value());
    EXPECT_EQ(text.outcome.value.text, long_text);
    EXPECT_EQ(failed.outcome.state, State::error);
    ASSERT_EQ(failed.outcome.failures.size(), 1u);
    EXPECT_EQ(failed.outcome.failures[0].text, "no such file");
}

} // namespace
