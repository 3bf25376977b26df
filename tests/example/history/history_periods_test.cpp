#include "example/history/history_periods.hpp"
#include <ousage/io/file/time_zone.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono;
using ousage::ollama::HourlySums;
using ousage::ollama::HourSums;
using ousage::ollama::LogHourSums;

std::int64_t at(sys_seconds time) {
    return ollama::hour_number(time);
}

Calendar zone(char const* name) {
    auto const loaded = io::load_time_zone(name);
    EXPECT_TRUE(loaded);
    return loaded ? *loaded : Calendar::utc();
}

// One request in each of `count` hours from `first`.
HistoryHours hours_from(sys_seconds first, int count) {
    auto made = HistoryHours{};
    for (int index = 0; index < count; ++index) {
        made[at(first) + index].sums.requests = 1;
    }
    return made;
}

std::vector<std::string> names(std::vector<HistoryPeriod> const& rows) {
    auto all = std::vector<std::string>{};
    for (auto const& row : rows) {
        all.push_back(row.period + " " + std::to_string(row.requests.value_or(0)));
    }
    return all;
}

using Names = std::vector<std::string>;

TEST(HistoryPeriods, HoursAreNamedInLocalTime) {
    auto const hours = hours_from(sys_days(2026y / November / 20) + 15h, 2);
    EXPECT_EQ(
        names(history_rows(hours, HistoryUnit::hourly, Calendar::fixed(1h))),
        (Names{"2026-11-20T16:00:00+01:00 1", "2026-11-20T17:00:00+01:00 1"}));
}

TEST(HistoryPeriods, DaysAreThoseOfTheLocalCalendar) {
    auto const hours = hours_from(sys_days(2026y / November / 20), 48);
    EXPECT_EQ(
        names(history_rows(hours, HistoryUnit::daily, Calendar::fixed(-5h))),
        (Names{"2026-11-19 5", "2026-11-20 24", "2026-11-21 19"}));
}

TEST(HistoryPeriods, DaysOfClockChangesHave25And23Hours) {
    auto const berlin = zone("Europe/Berlin");
    auto const autumn = hours_from(sys_days(2026y / October / 24) + 22h, 25 + 24);
    EXPECT_EQ(
        names(history_rows(autumn, HistoryUnit::daily, berlin)),
        (Names{"2026-10-25 25", "2026-10-26 24"}));
    auto const spring = hours_from(sys_days(2026y / March / 28) + 23h, 23 + 24);
    EXPECT_EQ(
        names(history_rows(spring, HistoryUnit::daily, berlin)),
        (Names{"2026-03-29 23", "2026-03-30 24"}));
}

TEST(HistoryPeriods, RepeatedHourIsTwoRows) {
    auto const hours = hours_from(sys_days(2026y / October / 25), 2);
    EXPECT_EQ(
        names(history_rows(hours, HistoryUnit::hourly, zone("Europe/Berlin"))),
        (Names{"2026-10-25T02:00:00+02:00 1", "2026-10-25T02:00:00+01:00 1"}));
}

TEST(HistoryPeriods, WeeksBeginOnMondayAlsoOverTheYear) {
    auto const hours = hours_from(sys_days(2026y / December / 27), 24 * 9);
    EXPECT_EQ(
        names(history_rows(hours, HistoryUnit::weekly, Calendar::utc())),
        (Names{"2026-12-21 24", "2026-12-28 168", "2027-01-04 24"}));
}

TEST(HistoryPeriods, MonthsHaveTheirOwnLength) {
    auto const hours = hours_from(sys_days(2028y / January / 31), 24 * 31);
    EXPECT_EQ(
        names(history_rows(hours, HistoryUnit::monthly, Calendar::utc())),
        (Names{"2028-01 24", "2028-02 696", "2028-03 24"}));
}

// Local midnight is at 18:15 UTC: most of that hour belongs to the new day.
TEST(HistoryPeriods, DaysInZonesOfPartHoursAreMarked) {
    auto const hours = hours_from(sys_days(2026y / November / 20) + 17h, 3);
    auto const kathmandu = zone("Asia/Kathmandu");
    EXPECT_EQ(
        names(history_rows(hours, HistoryUnit::daily, kathmandu)),
        (Names{"~2026-11-20 1", "~2026-11-21 2"}));
    EXPECT_EQ(names(history_rows(hours, HistoryUnit::weekly, kathmandu)), (Names{"~2026-11-16 3"}));
    EXPECT_EQ(names(history_rows(hours, HistoryUnit::monthly, kathmandu)), (Names{"~2026-11 3"}));
    EXPECT_EQ(
        names(history_rows(hours, HistoryUnit::hourly, kathmandu))[0],
        "2026-11-20T22:45:00+05:45 1");
}

// Lord Howe has whole hours in summer alone.
TEST(HistoryPeriods, OnlyDaysThatBeginOrEndWithinAnHourAreMarked) {
    auto const howe = zone("Australia/Lord_Howe");
    auto const summer = hours_from(sys_days(2026y / January / 10), 1);
    auto const winter = hours_from(sys_days(2026y / July / 10), 1);
    EXPECT_EQ(names(history_rows(summer, HistoryUnit::daily, howe)), (Names{"2026-01-10 1"}));
    EXPECT_EQ(names(history_rows(winter, HistoryUnit::daily, howe)), (Names{"~2026-07-10 1"}));
}

TEST(HistoryPeriods, AbsentValuesStayAbsentAndOthersAreAdded) {
    auto hours = hours_from(sys_days(2026y / November / 20), 2);
    hours.begin()->second.sums.errors = 3;
    auto const rows = history_rows(hours, HistoryUnit::daily, Calendar::utc());
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].requests, 2u);
    EXPECT_EQ(rows[0].errors, 3u);
    EXPECT_FALSE(rows[0].input_tokens);
    EXPECT_FALSE(rows[0].account);
    EXPECT_TRUE(history_rows({}, HistoryUnit::daily, Calendar::utc()).empty());
}

TEST(HistoryPeriods, HugeValuesDoNotOverflow) {
    auto hours = hours_from(sys_days(2026y / November / 20), 2);
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    hours.begin()->second.sums.requests = most;
    EXPECT_EQ(history_rows(hours, HistoryUnit::daily, Calendar::utc())[0].requests, most);
}

TEST(HistoryPeriods, LogCoversItsCompleteHoursAndTheDatabaseOthers) {
    constexpr std::int64_t now = 1000;
    auto log = LogHourSums{};
    log.hours = {
        {990, HourSums{2, {}, {}, 0}},
        {992, HourSums{5, {}, {}, 1}},
        {1001, HourSums{1, {}, {}, {}}}};
    log.first_complete = 991;
    log.has_entries = log.caught_up = true;
    auto const stored = HourlySums{
        {980, HourSums{7, 70, 7, 0}},
        {990, HourSums{6, {}, {}, 0}},
        {991, HourSums{9, {}, {}, 0}},
        {992, HourSums{4, {}, {}, 0}},
        {1002, HourSums{1, {}, {}, 0}}};
    auto const hours = combine_hours(log, true, stored, now);
    ASSERT_EQ(hours.size(), 3u);
    EXPECT_EQ(hours.at(980).from, HistoryOrigin::stored);
    EXPECT_EQ(hours.at(990).sums.requests, 6u); // the log has only a part of it
    EXPECT_EQ(hours.at(990).from, HistoryOrigin::stored);
    EXPECT_EQ(hours.at(992).sums, (HourSums{5, {}, {}, 1}));
    EXPECT_EQ(hours.at(992).from, HistoryOrigin::log);
    auto const rows = history_rows(hours, HistoryUnit::monthly, Calendar::utc());
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].from, HistoryOrigin::stored);
    EXPECT_EQ(rows[0].requests, 18u);
    // A log that was not read completely covers no hour.
    EXPECT_EQ(combine_hours(log, false, stored, now).at(991).sums.requests, 9u);
}

TEST(CombineHours, LogWithoutAccessLinesCoversOnlyTokens) {
    auto log = ollama::LogHourSums{};
    log.hours = {{992, HourSums{{}, 50, 5, {}}}};
    log.first_complete = 991;
    log.caught_up = true;
    auto const stored = HourlySums{{991, HourSums{{}, 7, 7, {}}}, {992, HourSums{4, 70, 7, 1}}};
    auto const hours = combine_hours(log, true, stored, 1000);
    ASSERT_EQ(hours.size(), 1u);
    EXPECT_EQ(hours.at(992).sums, (HourSums{4, 50, 5, 1}));
    EXPECT_EQ(hours.at(992).from, HistoryOrigin::stored);
}

} // namespace
