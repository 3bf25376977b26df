#include "support/sources.hpp"
#include <ousage/core/offload.hpp>
#include <ousage/core/with_timeout.hpp>

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

asio::awaitable<void> work(std::string& into) {
    auto function = [text = std::string("a text that is too long for the small buffer")](
                        std::stop_token) { return text + "!"; };
    into = co_await offload(function);
}

TEST(Offload, ReturnsResultOfFunction) {
    asio::io_context context;
    auto text = std::string{};
    asio::co_spawn(context, work(text), [](std::exception_ptr) {});
    context.run();
    EXPECT_EQ(text, "a text that is too long for the small buffer!");
}

asio::awaitable<void> fail() {
    auto function = [](std::stop_token) -> int { throw std::runtime_error("thrown there"); };
    co_await offload(function);
}

TEST(Offload, RethrowsExceptionOfFunction) {
    asio::io_context context;
    auto thrown = std::string{};
    asio::co_spawn(context, fail(), [&](std::exception_ptr error) {
        try {
            std::rethrow_exception(error);
        } catch (std::exception const& caught) {
            thrown = caught.what();
        }
    });
    context.run();
    EXPECT_EQ(thrown, "thrown there");
}

std::string append_mark(std::string text) {
    return text + "!";
}

struct Reader {
    std::string suffix;

    std::string operator()(std::stop_token const&, std::string const& text) const {
        return text + suffix;
    }
};

// Every safe way to pass a function and its arguments, with texts that own memory.
asio::awaitable<void> call_in_every_way(std::string text, std::vector<std::string>& into) {
    into.push_back(co_await offload([](std::string const& from) { return from + "!"; }, text));
    into.push_back(co_await offload(
        [](std::stop_token, std::string from) { return from + "!"; }, std::string(text)));
    into.push_back(co_await offload(append_mark, text + ""));
    auto const capturing = [text](std::stop_token) { return text + "!"; };
    into.push_back(co_await offload(capturing));
    auto reader = Reader{"!"};
    into.push_back(co_await offload(reader, text));
    auto owned = std::make_unique<std::string>(text + "!");
    into.push_back(co_await offload(
        [](std::unique_ptr<std::string> from) { return *from; }, std::move(owned)));
    auto shared = std::make_shared<std::string>();
    co_await offload([](auto const& to, std::string from) { *to = from + "!"; }, shared, text);
    into.push_back(*shared);
}

TEST(Offload, FunctionAndArgumentsAreCopiedOnce) {
    asio::io_context context;
    auto const text = std::string(200, 'x');
    auto results = std::vector<std::string>{};
    asio::co_spawn(context, call_in_every_way(text, results), [](std::exception_ptr error) {
        EXPECT_EQ(error, nullptr);
    });
    context.run();
    EXPECT_EQ(results, std::vector<std::string>(7, text + "!"));
}

// State shared by the thread and the test. The thread may release it last.
struct Gate {
    std::promise<void> open;
    std::promise<bool> saw_stop;
};

asio::awaitable<void> block(std::shared_ptr<Gate> gate, Outcome<Right>& into) {
    auto function = [gate](std::stop_token stop) {
        gate->open.get_future().wait();
        gate->saw_stop.set_value(stop.stop_requested());
        return 7;
    };
    into.value.right = co_await offload(function);
}

TEST(Offload, DeadlineAbandonsWorkAndRequestsStop) {
    auto const gate = std::make_shared<Gate>();
    auto stopped = gate->saw_stop.get_future();
    {
        asio::io_context context;
        auto source =
            Source<Right>("blocked", [gate](Outcome<Right>& into) { return block(gate, into); });
        auto run = Collection(context, source | with_timeout<ManualClock>(1s));
        turn(context, 1s);
        ASSERT_TRUE(run.done);
        EXPECT_EQ(run.outcome.state, State::timeout);
    }
    // The context is destroyed. The thread ends now and must not access it.
    gate->open.set_value();
    EXPECT_TRUE(stopped.get());
}

asio::awaitable<void> race(int rounds, int& ok, int& late) {
    for (int round = 0; round < rounds; ++round) {
        auto into = Outcome<Right>{};
        auto source = Source<Right>("quick", [](Outcome<Right>& out) -> asio::awaitable<void> {
            auto function = [](std::stop_token) { return 1; };
            out.value.right = co_await offload(function);
        });
        auto timed = with_timeout(source, std::chrono::microseconds(round % 90));
        co_await timed.collect(into);
        ++(into.value.right ? ok : late);
    }
}

TEST(Offload, ResultRacingDeadlineYieldsValueOrTimeout) {
    asio::io_context context;
    int ok = 0;
    int late = 0;
    asio::co_spawn(
        context, race(300, ok, late), [](std::exception_ptr error) { EXPECT_EQ(error, nullptr); });
    context.run();
    EXPECT_EQ(ok + late, 300);
}

} // namespace
