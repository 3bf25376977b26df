#include "example/history/history_periods.hpp"
#include "example/history/history_recorder.hpp"
#include "support/process.hpp"
#include <ousage/ollama/log/server_log_reader.hpp>
#include <ousage/testing/fake_log.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono;
using ousage::ollama::HourlySums;
using ousage::ollama::HourSums;

constexpr sys_seconds start = sys_days(2026y / October / 5) + hours(8) + minutes(20);

// A program that polls one log and stores its history, at a simulated time.
class Program {
public:
    Program(std::filesystem::path const& directory, sys_seconds const& now)
        : now_(now),
          logs_(directory / "logs"),
          recorder_(directory / "history.db", account(), [&now] { return now; }) {
        reload();
    }

    // Replaces the reader by a new one.
    void reload() {
        reader_.emplace(
            logs_, ollama::LogZone{}, ollama::LogHistory{},
            recorder_.observer(ollama::LogHistory{}));
    }

    static ollama::Account account() {
        auto made = ollama::Account{};
        made.base_url = io::Url{"http", "127.0.0.1", "11434", ""};
        return made;
    }

    void poll(bool log_is_whole = true) {
        EXPECT_TRUE(reader_->poll(now_, {}).failures.empty());
        auto const failure = recorder_.record(log_is_whole, 0);
        EXPECT_FALSE(failure) << to_string(*failure);
    }

private:
    sys_seconds const& now_;
    std::filesystem::path logs_;
    HistoryRecorder recorder_;
    std::optional<ollama::ServerLogReader> reader_;
};

HourlySums stored(std::filesystem::path const& directory, sys_seconds now) {
    auto const store = HistoryStore(directory / "history.db");
    auto const read = store.read("ollama", "http://127.0.0.1:11434", 0, ollama::hour_number(now));
    EXPECT_TRUE(read) << to_string(read.failure());
    return read ? *read : HourlySums{};
}

class HistoryRecorderTest : public testing::Test {
protected:
    HistoryRecorderTest() { std::filesystem::create_directory(directory.path() / "logs"); }

    std::unique_ptr<Program> started() { return std::make_unique<Program>(directory.path(), now); }

    HistoryRecorder without_log() {
        return HistoryRecorder(
            directory.path() / "history.db", Program::account(), [this] { return now; });
    }

    std::uint64_t requests_of_hour(sys_seconds time) {
        return stored(directory.path(), now).at(ollama::hour_number(time)).requests.value();
    }

    TemporaryDirectory directory;
    sys_seconds now = start;
};

// Five weeks: requests at random times, a server that restarts and rotates its log, programs that
// are killed between and restarted hours later, two of them at times.
TEST_F(HistoryRecorderTest, WeeksWithRestartsAndRotationsEqualTheLedger) {
    auto random = std::mt19937(7);
    auto const chance = [&random](unsigned in) { return random() % in == 0; };
    auto log = FakeLog(directory.path() / "logs");
    log.start(now);
    auto ledger = HourlySums{};
    auto first = started(), second = std::unique_ptr<Program>();
    for (int step = 0; step < 1000; ++step) {
        now += seconds(60 + random() % 6200);
        for (auto count = random() % 8; count > 0; --count) {
            auto const status = chance(5) ? 500 : 200;
            log.add({.time = now, .status = status});
            auto& sums = ledger[ollama::hour_number(now)];
            sums.requests = sums.requests.value_or(0) + 1;
            sums.errors = sums.errors.value_or(0) + (status == 500 ? 1u : 0u);
        }
        if (chance(33)) {
            log.rotate().start(now);
        }
        if (first) {
            first->poll();
        }
        if (second) {
            second->poll();
        }
        if (chance(14)) {
            first.reset();
        }
        if (!first && chance(3)) {
            first = started();
        }
        if (chance(20)) {
            second = second ? nullptr : started();
        }
    }
    now += minutes(1);
    started()->poll();
    EXPECT_GT(now, start + weeks(4));
    EXPECT_EQ(stored(directory.path(), now), ledger);
    auto hours = HistoryHours{};
    for (auto const& [number, sums] : stored(directory.path(), now)) {
        hours[number].sums = sums;
    }
    std::uint64_t requests = 0, expected = 0;
    for (auto const& row : history_rows(hours, HistoryUnit::weekly, Calendar::fixed(1h))) {
        requests += row.requests.value();
    }
    for (auto const& [number, sums] : ledger) {
        expected += sums.requests.value();
    }
    EXPECT_EQ(requests, expected);
}

TEST_F(HistoryRecorderTest, LogThatLostItsBeginningDoesNotReplaceALargerSum) {
    auto log = FakeLog(directory.path() / "logs");
    log.start(now).add({.time = now + 1min}).add({.time = now + 2min});
    now += 3min;
    started()->poll();
    EXPECT_EQ(requests_of_hour(start), 2u);
    std::filesystem::remove(log.path());
    log.start(now).add({.time = now + 1min});
    now += 2min;
    started()->poll();
    EXPECT_EQ(requests_of_hour(start), 2u);
}

TEST_F(HistoryRecorderTest, NewReaderOfTheLogCountsNothingTwice) {
    auto log = FakeLog(directory.path() / "logs");
    log.start(now).add({.time = now}).add({.time = now + 1min});
    now += 2min;
    auto const program = started();
    program->poll();
    program->reload();
    log.add({.time = now});
    now += 1min;
    program->poll();
    EXPECT_EQ(requests_of_hour(start), 3u);
}

// Another log of the account could not be read.
TEST_F(HistoryRecorderTest, LogThatIsNotWholeReplacesNothingUntilItIs) {
    auto log = FakeLog(directory.path() / "logs");
    log.start(now).add({.time = now}).add({.time = now + 1h}).add({.time = now + 1h});
    auto hour = StoredHour{};
    hour.hour = ollama::hour_number(now + 1h);
    hour.sums.requests = 5;
    hour.is_complete = true;
    now += 2h;
    auto const store = HistoryStore(directory.path() / "history.db");
    EXPECT_FALSE(store.record("ollama", "http://127.0.0.1:11434", {hour}, now));
    auto const program = started();
    program->poll(false);
    EXPECT_EQ(requests_of_hour(start + 1h), 5u);
    now += 1min;
    program->poll();
    EXPECT_EQ(requests_of_hour(start + 1h), 2u);
}

TEST_F(HistoryRecorderTest, WithoutALogARestartedProgramContinues) {
    {
        auto program = without_log();
        EXPECT_FALSE(program.record(true, 3));
        now += 1min;
        EXPECT_FALSE(program.record(true, 5));
    }
    EXPECT_EQ(requests_of_hour(start), 5u);
    {
        auto program = without_log();
        now += 1min;
        EXPECT_FALSE(program.record(true, 2));
        EXPECT_EQ(requests_of_hour(start), 7u);
        now += 1h;
        EXPECT_FALSE(program.record(true, 6));
    }
    EXPECT_EQ(requests_of_hour(start), 7u);
    EXPECT_EQ(requests_of_hour(now), 4u);
}

TEST_F(HistoryRecorderTest, TwoProgramsWithoutALogDoNotAddUp) {
    auto first = without_log(), second = without_log();
    for (std::uint64_t count = 0; count < 4; ++count) {
        now += 1min;
        EXPECT_FALSE(first.record(true, count));
        EXPECT_FALSE(second.record(true, count));
    }
    EXPECT_EQ(requests_of_hour(now), 3u);
}

TEST_F(HistoryRecorderTest, StoresAtMostEvery30SecondsAndAtANewHour) {
    auto program = without_log();
    EXPECT_FALSE(program.record(true, 1));
    now += 29s;
    EXPECT_FALSE(program.record(true, 2));
    EXPECT_EQ(requests_of_hour(start), 1u);
    now += 1s;
    EXPECT_FALSE(program.record(true, 2));
    EXPECT_EQ(requests_of_hour(start), 2u);
}

TEST_F(HistoryRecorderTest, FailureIsRepeatedUntilItSucceeds) {
    std::filesystem::create_directory(directory.path() / "history.db");
    auto program = without_log();
    EXPECT_TRUE(program.record(true, 1));
    EXPECT_FALSE(program.record(true, 1)); // reported once
    std::filesystem::remove(directory.path() / "history.db");
    EXPECT_FALSE(program.record(true, 1));
    EXPECT_EQ(requests_of_hour(start), 1u);
}

} // namespace
