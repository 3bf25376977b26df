#include "example/history/history_charts.hpp"

#include <ousage/ollama/model/date_text.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace ousage::program {

namespace {

constexpr std::int64_t hours_of_day = 24;
constexpr int shown_days = 31;

struct Origins {
    bool log = false, stored = false;

    void add(HistoryOrigin origin) { (origin == HistoryOrigin::log ? log : stored) = true; }

    std::string text() const {
        return std::string(log ? "log" : "") + (log && stored ? ", " : "") +
               (stored ? "stored" : "");
    }
};

struct Metric {
    char const* key; // of the daily series
    std::optional<std::uint64_t> HistoryPeriod::* member;
};

constexpr Metric metrics[] = {
    {"requests", &HistoryPeriod::requests},
    {"input_tokens", &HistoryPeriod::input_tokens},
    {"output_tokens", &HistoryPeriod::output_tokens}};

using Values = std::map<std::string, std::uint64_t>; // by date

Values by_date(ollama::DailySeries const& series, char const* key) {
    auto values = Values{};
    auto const found = series.find(key);
    if (found != series.end()) {
        for (auto const& day : found->second) {
            values[day.date] = day.value;
        }
    }
    return values;
}

// All days from the first one that has a value to `today`.
std::vector<ollama::DayValue> without_gaps(Values const& values, std::chrono::sys_days today) {
    auto days = std::vector<ollama::DayValue>{};
    for (auto day = today - std::chrono::days(shown_days - 1); day <= today;
         day += std::chrono::days(1)) {
        auto date = ollama::date_text(day);
        auto const found = values.find(date);
        if (!days.empty() || found != values.end()) {
            auto const value = found == values.end() ? 0 : found->second;
            days.push_back(ollama::DayValue{std::move(date), value});
        }
    }
    return days;
}

void add_hours(HistoryHours const& hours, std::int64_t last, HistoryCharts& into) {
    auto origins = Origins{};
    for (auto number = last - hours_of_day + 1; number <= last; ++number) {
        auto const found = hours.find(number);
        into.hours.push_back(found == hours.end() ? 0 : found->second.sums.requests.value_or(0));
        if (found != hours.end()) {
            origins.add(found->second.from);
        }
    }
    into.hours_from = origins.text();
}

} // namespace

HistoryCharts history_charts(
    HistoryHours const& hours, ollama::DailySeries const& log_days, Calendar const& calendar,
    std::chrono::sys_seconds now) {
    auto charts = HistoryCharts{};
    if (hours.empty()) {
        return charts;
    }
    auto const last = ollama::hour_number(now);
    add_hours(hours, last, charts);
    auto const begin = hours.lower_bound(last - hours_of_day * shown_days);
    auto const rows = history_rows({begin, hours.end()}, HistoryUnit::daily, calendar);
    auto origins = Origins{};
    for (auto const& row : rows) {
        origins.add(row.from);
        charts.days_estimated = charts.days_estimated ||
                                (row.from == HistoryOrigin::stored && row.period.starts_with('~'));
    }
    charts.days_from = origins.text();
    auto const today = std::chrono::sys_days(calendar.date(now));
    for (auto const& [key, member] : metrics) {
        auto const exact = by_date(log_days, key);
        auto values = exact;
        for (auto const& row : rows) {
            auto const date = row.period.substr(row.period.starts_with('~') ? 1 : 0);
            auto const is_exact = row.from == HistoryOrigin::log && exact.contains(date);
            if (row.*member && !is_exact) {
                values[date] = *(row.*member);
            }
        }
        if (auto days = without_gaps(values, today); !days.empty()) {
            charts.days[key] = std::move(days);
        }
    }
    return charts;
}

} // namespace ousage::program
