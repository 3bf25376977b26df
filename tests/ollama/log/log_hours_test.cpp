#include "support/process.hpp"
#include <ousage/ollama/log/log_hours.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

constexpr auto day = sys_days(2026y / November / 25);

std::string access(std::string const& time, int status = 200, std::string const& path = "chat") {
    return "[GIN] 2026/11/25 - " + time + " | " + std::to_string(status) +
           " |            1s |       127.0.0.1 | POST     \"/api/" + path + "\"\n";
}

std::string slog(std::string const& time) {
    return "time=2026-11-25T" + time + ".000Z level=INFO source=sched.go:728 msg=other\n";
}

std::string task(int number) {
    auto const head = "slot x: id  0 | task " + std::to_string(number) + " | ";
    return head + "processing task, is_child = 0\n" + head + "new prompt, task.n_tokens = 20\n" +
           head + "prompt eval time = 10.00 ms / 20 tokens\n" + head +
           "eval time = 20.00 ms / 3 tokens\n" + head +
           "stop processing: n_tokens = 22, truncated = 0\n";
}

class LogHoursTest : public testing::Test {
protected:
    LogHourSums poll(sys_seconds at) {
        now = at;
        reader.poll(at, {});
        return hours->sums();
    }

    void write(std::string const& text) {
        std::ofstream(directory.path() / "server.log", std::ios::app) << text;
    }

    TemporaryDirectory directory;
    sys_seconds now = day + 16h;
    std::shared_ptr<LogHours> hours = std::make_shared<LogHours>([this] { return now; });
    ServerLogReader reader{directory.path(), LogZone{}, {}, LogHours::observer(hours)};
};

TEST_F(LogHoursTest, CountsInferencesAndErrorsByHour) {
    write(
        slog("08:59:59") + access("09:10:00") + access("09:59:59", 500) + access("10:00:00", 404));
    write(access("10:30:00", 200, "tags"));
    auto const sums = poll(day + 11h);
    ASSERT_EQ(sums.hours.size(), 2u);
    EXPECT_EQ(sums.hours.at(hour_number(day + 9h)), (HourSums{2, {}, {}, 1}));
    EXPECT_EQ(sums.hours.at(hour_number(day + 10h)), (HourSums{1, {}, {}, 1}));
    EXPECT_EQ(sums.first_complete, hour_number(day + 10h));
    EXPECT_TRUE(sums.caught_up);
    EXPECT_TRUE(sums.has_entries);
}

TEST_F(LogHoursTest, TokensCountAtTheNextDatedLineAndNeverTwice) {
    write(slog("09:10:00") + access("09:20:00") + task(1));
    auto const key = hour_number(day + 9h);
    EXPECT_EQ(poll(day + 9h + 30min).hours.at(key), (HourSums{1, 20, 3, 0}));
    write(slog("10:05:00"));
    auto const later = poll(day + 10h + 30min);
    EXPECT_EQ(later.hours.at(key), (HourSums{1, 0, 0, 0}));
    EXPECT_EQ(later.hours.at(key + 1), (HourSums{0, 20, 3, 0}));
}

TEST_F(LogHoursTest, LogWithoutAccessLinesHasNoRequests) {
    write(slog("09:10:00") + task(1) + slog("09:11:00"));
    auto const sums = poll(day + 11h);
    EXPECT_FALSE(sums.has_entries);
    EXPECT_EQ(sums.hours.at(hour_number(day + 9h)), (HourSums{{}, 20, 3, {}}));
}

TEST_F(LogHoursTest, HoursAfterNowAreNotReturnedYet) {
    write(slog("09:10:00") + access("12:00:00"));
    EXPECT_TRUE(poll(day + 11h).hours.empty());
    EXPECT_EQ(poll(day + 12h).hours.size(), 1u);
}

TEST_F(LogHoursTest, ClockThatWasNotSetCoversNothing) {
    write("[GIN] 1970/01/01 - 00:00:05" + access("09:00:00").substr(27));
    write(access("09:10:00"));
    EXPECT_EQ(poll(day + 11h).first_complete, hour_number(day + 10h));
}

TEST_F(LogHoursTest, NothingIsCompleteWithoutADatedLine) {
    auto const sums = poll(day + 11h);
    EXPECT_FALSE(sums.first_complete);
    EXPECT_TRUE(sums.hours.empty());
}

// Of a large log only the end is read.
TEST(LogHours, LinesThatWereSkippedAreNotCovered) {
    auto const now = day + 16h;
    auto const hours =
        std::make_shared<LogHours>([now] { return now; }, LogHistory{0, std::chrono::hours(3)});
    auto progress = LogProgress{};
    progress.bytes = 10;
    hours->add(day + 1h, Route::chat, 200);
    hours->polled(progress);
    EXPECT_EQ(hours->sums().first_complete, hour_number(day + 14h));
}

TEST(LogHours, NumberOfHoursIsBounded) {
    auto const now = day + 16h;
    auto const hours = std::make_shared<LogHours>([now] { return now; });
    for (int index = 0; index < 20'000; ++index) {
        hours->add(now - std::chrono::hours(index), Route::chat, 200);
    }
    EXPECT_EQ(hours->sums().hours.size(), LogHours::hour_limit);
}

} // namespace
