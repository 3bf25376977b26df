#include "example/history/history_days.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono;

constexpr sys_seconds now = sys_days(2026y / November / 20) + 16h;

void add(
    HistoryHours& hours, sys_seconds time, std::uint64_t requests,
    HistoryOrigin from = HistoryOrigin::log) {
    auto& hour = hours[ollama::hour_number(time)];
    hour.sums.requests = requests;
    hour.sums.errors = requests / 10;
    hour.from = from;
}

std::vector<std::string> texts(HistoryDays const& days, char const* series = "requests") {
    auto all = std::vector<std::string>{};
    for (auto const& day : days.series.at(series)) {
        all.push_back(day.date + " " + std::to_string(day.value));
    }
    return all;
}

using Texts = std::vector<std::string>;

TEST(HistoryDays, DaysOfTheLogFollowStoredOnes) {
    auto hours = HistoryHours{};
    add(hours, sys_days(2026y / November / 16) + 3h, 20, HistoryOrigin::stored);
    add(hours, sys_days(2026y / November / 17) + 3h, 5, HistoryOrigin::stored);
    add(hours, sys_days(2026y / November / 17) + 4h, 6);
    add(hours, sys_days(2026y / November / 19) + 3h, 30);
    add(hours, now, 7);
    auto const days = history_days(hours, {}, Calendar::utc(), now);
    EXPECT_EQ(
        texts(days),
        (Texts{"2026-11-16 20", "2026-11-17 11", "2026-11-18 0", "2026-11-19 30", "2026-11-20 7"}));
    EXPECT_EQ(
        texts(days, "errors"),
        (Texts{"2026-11-16 2", "2026-11-17 0", "2026-11-18 0", "2026-11-19 3", "2026-11-20 0"}));
    EXPECT_FALSE(days.series.contains("input_tokens"));
    EXPECT_EQ(days.log_since, "2026-11-18");
    EXPECT_EQ(days.from, "from the log since 11-18, stored before");
    EXPECT_FALSE(days.estimated);
}

TEST(HistoryDays, OriginsOfOneKind) {
    auto hours = HistoryHours{};
    EXPECT_EQ(history_days(hours, {}, Calendar::utc(), now).from, "");
    add(hours, now - 30h, 1);
    auto const logged = history_days(hours, {}, Calendar::utc(), now);
    EXPECT_EQ(logged.from, "from the log");
    EXPECT_EQ(logged.log_since, "2026-11-19");
    add(hours, now, 1, HistoryOrigin::stored);
    auto const mixed = history_days(hours, {}, Calendar::utc(), now);
    EXPECT_EQ(mixed.from, "from the log and stored");
    EXPECT_EQ(mixed.log_since, "");
    hours.erase(hours.begin());
    EXPECT_EQ(history_days(hours, {}, Calendar::utc(), now).from, "stored");
    hours.clear();
    add(hours, now - 48h, 1, HistoryOrigin::stored);
    auto const old = history_days(hours, {}, Calendar::utc(), now);
    EXPECT_EQ(old.from, "stored");
    EXPECT_EQ(texts(old), (Texts{"2026-11-18 1", "2026-11-19 0", "2026-11-20 0"}));
}

TEST(HistoryDays, SnapshotCountsDaysOfTheLogExactly) {
    auto hours = HistoryHours{};
    add(hours, now - 48h, 9, HistoryOrigin::stored);
    add(hours, now - 24h, 9, HistoryOrigin::stored);
    add(hours, now, 9);
    auto const measured = ollama::DailySeries{
        {"requests", {{"2026-11-17", 4}, {"2026-11-18", 5}, {"2026-11-19", 12}, {"2026-11-20", 8}}},
        {"tokens", {{"2026-11-20", 3}}}};
    auto const days = history_days(hours, measured, Calendar::utc(), now);
    EXPECT_EQ(
        texts(days), (Texts{"2026-11-17 4", "2026-11-18 9", "2026-11-19 12", "2026-11-20 8"}));
    EXPECT_FALSE(days.series.contains("tokens"));
    auto series = measured;
    use_history(days, series);
    EXPECT_EQ(series.at("requests")[1].value, 9u);
    EXPECT_EQ(series.at("tokens")[0].value, 3u);
}

TEST(HistoryDays, FourWeeksAtMost) {
    auto hours = HistoryHours{};
    for (int day = 0; day < 40; ++day) {
        add(hours, now - days(day), 1);
    }
    auto const all = history_days(hours, {}, Calendar::utc(), now).series.at("requests");
    ASSERT_EQ(all.size(), 28u);
    EXPECT_EQ(all.front().date, "2026-10-24");
}

TEST(HistoryDays, ZonesOfPartHoursAreEstimates) {
    auto hours = HistoryHours{};
    add(hours, now, 3);
    auto const zone = Calendar::fixed(5h + 30min);
    EXPECT_FALSE(history_days(hours, {}, zone, now).estimated); // the log counts days exactly
    add(hours, now, 3, HistoryOrigin::stored);
    auto const days = history_days(hours, {}, zone, now);
    EXPECT_TRUE(days.estimated);
    EXPECT_EQ(texts(days), (Texts{"2026-11-20 3"}));
    auto view = HistoryView{};
    view.rows.resize(2);
    view.rows[0].label = "requests";
    view.rows[0].week.text = "3";
    view.rows[1].label = "app messages";
    view.rows[1].week.text = "4";
    mark_history(days, view);
    EXPECT_TRUE(view.rows[0].week.estimated);
    EXPECT_FALSE(view.rows[0].yesterday.estimated);
    EXPECT_FALSE(view.rows[1].week.estimated);
}

} // namespace
