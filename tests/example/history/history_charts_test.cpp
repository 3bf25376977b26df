#include "example/history/history_charts.hpp"
#include <ousage/io/file/time_zone.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono;

constexpr sys_seconds now = sys_days(2026y / November / 20) + hours(15) + minutes(30);

HistoryHour hour_of(
    std::uint64_t requests, HistoryOrigin from,
    std::optional<std::uint64_t> output_tokens = std::nullopt) {
    auto made = HistoryHour{};
    made.sums.requests = requests;
    made.sums.output_tokens = output_tokens;
    made.from = from;
    return made;
}

std::int64_t at(sys_seconds time) {
    return ollama::hour_number(time);
}

std::vector<std::string> texts(ollama::DailySeries const& series, std::string const& key) {
    auto result = std::vector<std::string>{};
    for (auto const& day : series.at(key)) {
        result.push_back(day.date + " " + std::to_string(day.value));
    }
    return result;
}

using Texts = std::vector<std::string>;

HistoryCharts charts(
    HistoryHours const& hours, ollama::DailySeries const& log_days = {},
    Calendar const& calendar = Calendar::utc()) {
    return history_charts(hours, log_days, calendar, now);
}

TEST(HistoryCharts, WithoutHoursThereAreNone) {
    auto const made = charts({});
    EXPECT_TRUE(made.hours.empty());
    EXPECT_TRUE(made.days.empty());
    EXPECT_EQ(made.hours_from + made.days_from, "");
}

TEST(HistoryCharts, HoursAreTheLastOfTheClock) {
    auto hours = HistoryHours{};
    hours[at(now) - 24] = hour_of(100, HistoryOrigin::stored);
    hours[at(now) - 23] = hour_of(1, HistoryOrigin::log);
    hours[at(now)] = hour_of(2, HistoryOrigin::log);
    hours[at(now) + 1] = hour_of(100, HistoryOrigin::stored);
    auto const made = charts(hours);
    ASSERT_EQ(made.hours.size(), 24u);
    EXPECT_EQ(made.hours.front(), 1u);
    EXPECT_EQ(made.hours.back(), 2u);
    EXPECT_EQ(std::accumulate(made.hours.begin(), made.hours.end(), 0u), 3u);
    EXPECT_EQ(made.hours_from, "log");
}

TEST(HistoryCharts, OriginsAreNamed) {
    auto hours = HistoryHours{};
    hours[at(now) - 1] = hour_of(1, HistoryOrigin::stored);
    EXPECT_EQ(charts(hours).hours_from, "stored");
    EXPECT_EQ(charts(hours).days_from, "stored");
    hours[at(now)] = hour_of(1, HistoryOrigin::log);
    EXPECT_EQ(charts(hours).hours_from, "log, stored");
}

TEST(HistoryCharts, DaysHaveNoGapsAndEndToday) {
    auto hours = HistoryHours{};
    hours[at(now) - 72] = hour_of(5, HistoryOrigin::stored, 50);
    hours[at(now) - 24] = hour_of(7, HistoryOrigin::stored);
    auto const made = charts(hours);
    EXPECT_EQ(
        texts(made.days, "requests"),
        (Texts{"2026-11-17 5", "2026-11-18 0", "2026-11-19 7", "2026-11-20 0"}));
    EXPECT_EQ(
        texts(made.days, "output_tokens"),
        (Texts{"2026-11-17 50", "2026-11-18 0", "2026-11-19 0", "2026-11-20 0"}));
    EXPECT_FALSE(made.days.contains("input_tokens"));
}

TEST(HistoryCharts, DaysAreAtMostThirtyOne) {
    auto hours = HistoryHours{};
    for (int day = 0; day < 40; ++day) {
        hours[at(now) - 24 * day] = hour_of(1, HistoryOrigin::stored);
    }
    auto const days = texts(charts(hours).days, "requests");
    ASSERT_EQ(days.size(), 31u);
    EXPECT_EQ(days.front(), "2026-10-21 1");
}

TEST(HistoryCharts, DaysOfTheLogAloneAreExact) {
    auto hours = HistoryHours{};
    hours[at(now) - 48] = hour_of(5, HistoryOrigin::stored);
    hours[at(now) - 24] = hour_of(7, HistoryOrigin::stored);
    hours[at(now) - 23] = hour_of(1, HistoryOrigin::log);
    hours[at(now)] = hour_of(9, HistoryOrigin::log);
    auto log_days = ollama::DailySeries{};
    log_days["requests"] = {{"2026-11-19", 2}, {"2026-11-20", 10}};
    EXPECT_EQ(
        texts(charts(hours, log_days).days, "requests"),
        (Texts{"2026-11-18 5", "2026-11-19 8", "2026-11-20 10"}));
}

TEST(HistoryCharts, StoredDaysOfZonesWithPartHoursAreEstimated) {
    auto const india = Calendar::fixed(hours(5) + minutes(30));
    auto all = HistoryHours{};
    all[at(now)] = hour_of(9, HistoryOrigin::log);
    EXPECT_FALSE(charts(all, {}, india).days_estimated);
    all[at(now) - 30] = hour_of(5, HistoryOrigin::stored);
    auto const made = charts(all, {}, india);
    EXPECT_TRUE(made.days_estimated);
    EXPECT_EQ(texts(made.days, "requests"), (Texts{"2026-11-19 5", "2026-11-20 9"}));
    EXPECT_FALSE(charts(all).days_estimated);
}

} // namespace
