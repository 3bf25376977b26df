#include "support/process.hpp"
#include <ousage/core/run.hpp>
#include <ousage/ollama/log/detail/log_source.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>
#include <ousage/ollama/server_log.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

constexpr auto now = sys_days(2026y / November / 20) + hours(16) + minutes(30);

std::string line(std::string const& time) {
    return "[GIN] 2026/11/20 - " + time +
           " | 200 |            1s |       127.0.0.1 | POST     \"/api/chat\"\n";
}

// Reports four lines more at each poll, and returns only after a stop.
struct SlowReader {
    std::shared_ptr<std::function<void()>> reported;
    std::uint64_t lines = 0;

    Outcome<ServerLog>
    poll(sys_seconds, std::stop_token const& stop, ollama::detail::InterimReport interim) {
        lines += 4;
        auto outcome = Outcome<ServerLog>{};
        outcome.value.log.log_lines = lines;
        auto has_reported = false;
        while (!has_reported) {
            interim.offer([&] {
                has_reported = true;
                return outcome;
            });
            std::this_thread::yield();
        }
        (*reported)();
        while (!stop.stop_requested()) {
            std::this_thread::yield();
        }
        return outcome;
    }
};

TEST(LogSource, CancelledPollKeepsWhatWasRead) {
    auto reported = std::make_shared<std::function<void()>>();
    auto const source =
        ollama::detail::log_source(SlowReader{reported}, [] { return sys_seconds(now); });
    for (auto const lines : {4u, 8u}) {
        auto context = asio::io_context();
        auto signal = asio::cancellation_signal();
        auto const work = asio::make_work_guard(context);
        auto outcome = Outcome<ServerLog>{};
        *reported = [&] {
            asio::post(context, [&] { signal.emit(asio::cancellation_type::terminal); });
        };
        asio::co_spawn(
            context, source.collect(outcome),
            asio::bind_cancellation_slot(
                signal.slot(), [&](std::exception_ptr) { context.stop(); }));
        context.run();
        EXPECT_EQ(outcome.state, State::partial) << describe(outcome);
        ASSERT_EQ(outcome.failures.size(), 1u);
        EXPECT_EQ(outcome.failures[0].code, Errc::cancelled);
        EXPECT_EQ(outcome.value.log.log_lines, lines);
    }
}

TEST(LogSource, ReaderReportsWhatItHasReadSoFar) {
    auto const directory = TemporaryDirectory();
    directory.write("server-1.log", line("15:00:00"));
    directory.write("server.log", line("16:00:00") + line("16:00:01"));
    auto reader = ServerLogReader(directory.path(), LogZone{});
    auto lines = std::vector<std::uint64_t>{};
    auto requests = std::vector<std::uint64_t>{};
    auto const record = [&](Outcome<ServerLog> const& outcome) {
        lines.push_back(outcome.value.log.log_lines.value_or(0));
        requests.push_back(outcome.value.requests.five_hours.requests.value_or(0));
    };
    for (int poll = 0; poll < 2; ++poll) {
        reader.poll(now, {}, ollama::detail::InterimReport(record, seconds(0)));
    }
    // One report follows the first file. The next one is due later, and then nothing is new.
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0], 1u);
    EXPECT_LE(requests[0], 1u);
}

// The source of the reading end of a pipe, and the writing end.
class Pipe {
public:
    Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }

    Pipe(Pipe const&) = delete;
    Pipe& operator=(Pipe const&) = delete;

    ~Pipe() {
        ::close(ends_[0]);
        close();
    }

    Source<ServerLog> source(StreamWait wait) const {
        auto const clock = [] { return sys_seconds(now); };
        return server_log_stream(ends_[0], "standard input", LogZone{}, clock, {}, wait);
    }

    void write(std::string const& text) const {
        EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }

    void close() {
        if (ends_[1] >= 0) {
            ::close(ends_[1]);
            ends_[1] = -1;
        }
    }

private:
    std::array<int, 2> ends_{};
};

TEST(LogSource, OpenStreamIsReadAsFarAsItHasArrived) {
    auto pipe = Pipe();
    auto const source = pipe.source(StreamWait::none);
    auto const empty = run(source);
    EXPECT_EQ(empty.state, State::absent);
    EXPECT_EQ(empty.note, "no line on standard input yet");
    pipe.write(line("16:00:00") + line("16:00:01") + line("16:00:02").substr(0, 30));
    auto const first = run(source);
    EXPECT_EQ(first.state, State::ok) << describe(first);
    EXPECT_EQ(first.value.requests.five_hours.requests, 2u);
    pipe.write(line("16:00:02").substr(30));
    EXPECT_EQ(run(source).value.requests.five_hours.requests, 3u);
    pipe.close();
    EXPECT_EQ(run(source).value.requests.five_hours.requests, 3u);
}

TEST(LogSource, FirstCollectionWaitsForEndOfStreamAndFurtherOnesDoNot) {
    auto pipe = Pipe();
    auto const source = pipe.source(StreamWait::until_end);
    pipe.write(line("16:00:00"));
    auto writer = std::thread([&] {
        pipe.write(line("16:00:01"));
        pipe.close();
    });
    EXPECT_EQ(run(source).value.requests.five_hours.requests, 2u);
    writer.join();
    EXPECT_EQ(run(source).value.requests.five_hours.requests, 2u);
}

} // namespace
