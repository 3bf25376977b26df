#include "example/history/recent_hours.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#if OUSAGE_WITH_SQLITE

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono;

class RecentHoursTest : public testing::Test {
protected:
    static ollama::Account account() {
        auto made = ollama::Account{};
        made.id = "desk";
        return made;
    }

    void store(sys_seconds time, std::uint64_t requests) {
        auto hour = StoredHour{};
        hour.hour = ollama::hour_number(time);
        hour.sums.requests = requests;
        hour.is_complete = true;
        EXPECT_FALSE(HistoryStore(file).record("desk", "", {hour}, now));
    }

    // Returns the requests of the hour that contains `time`; 0 if it is not among the recent ones.
    std::uint64_t requests_at(sys_seconds time) {
        auto const answer = recent.read(log, is_whole);
        EXPECT_TRUE(answer);
        auto const found = answer->hours.find(ollama::hour_number(time));
        return found == answer->hours.end() ? 0 : found->second.sums.requests.value_or(0);
    }

    TemporaryDirectory directory;
    std::filesystem::path file = directory.path() / "history.db";
    sys_seconds now = sys_days(2026y / November / 20) + 16h;
    ollama::LogHourSums log{{}, std::nullopt, true, true};
    bool is_whole = true;
    RecentHours recent{file, account(), [this] { return now; }};
};

TEST_F(RecentHoursTest, LogReplacesStoredHoursThatItCovers) {
    auto const yesterday = now - 24h;
    store(yesterday, 5);
    store(now, 5);
    log.hours[ollama::hour_number(now)].requests = 2;
    log.first_complete = ollama::hour_number(now);
    EXPECT_EQ(requests_at(now), 2u);
    EXPECT_EQ(requests_at(yesterday), 5u);
    is_whole = false;
    EXPECT_EQ(requests_at(now), 5u);
}

TEST_F(RecentHoursTest, DatabaseIsReadEveryTenMinutesAndWhenTheHourChanges) {
    store(now - 5h, 1);
    EXPECT_EQ(requests_at(now - 5h), 1u);
    store(now - 5h, 2);
    now += 9min + 59s;
    EXPECT_EQ(requests_at(sys_days(2026y / November / 20) + 11h), 1u);
    now += 1s;
    EXPECT_EQ(requests_at(sys_days(2026y / November / 20) + 11h), 2u);
    now = sys_days(2026y / November / 20) + 16h + 59min;
    store(now - 5h, 3);
    EXPECT_EQ(requests_at(now - 5h), 3u);
    store(now - 5h, 4);
    now += 1min;
    EXPECT_EQ(requests_at(now - 6h), 4u);
}

TEST_F(RecentHoursTest, HoursBeforeFourWeeksAreLeftOut) {
    store(now - days(27), 3);
    store(now - days(30), 4);
    log.hours[ollama::hour_number(now - days(31))].requests = 6;
    EXPECT_EQ(requests_at(now - days(27)), 3u);
    EXPECT_EQ(requests_at(now - days(30)), 0u);
    EXPECT_EQ(requests_at(now - days(31)), 0u);
}

TEST_F(RecentHoursTest, FailureIsReportedOnceAndTheLogIsShown) {
    directory.write("history.db", "this is no database, but it is long enough to be read as one");
    log.hours[ollama::hour_number(now)].requests = 2;
    auto const first = recent.read(log, true);
    ASSERT_TRUE(first);
    ASSERT_TRUE(first->failure);
    EXPECT_NE(first->failure->text.find("history.db"), std::string::npos) << first->failure->text;
    EXPECT_EQ(first->hours.size(), 1u);
    now += 10min;
    EXPECT_FALSE(recent.read(log, true)->failure);
}

TEST_F(RecentHoursTest, DatabaseIsNotReadIfTheLogCoversAllHours) {
    directory.write("history.db", "this is no database, but it is long enough to be read as one");
    log.first_complete = ollama::hour_number(now - days(40));
    EXPECT_FALSE(recent.read(log, true)->failure);
}

} // namespace

#endif
