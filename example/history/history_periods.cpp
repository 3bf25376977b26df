#include "example/history/history_periods.hpp"

#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/model/date_text.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace ousage::program {

namespace {

using ollama::HourSums;
using Value = std::optional<std::uint64_t>;

// Uses the larger value. Returns true if that is `other`.
bool raise(Value& value, Value const& other) {
    auto const is_larger = other && (!value || *other > *value);
    value = is_larger ? other : value;
    return is_larger;
}

// Values of a corrupt database may be as large as they like.
void add(Value& value, Value const& other) {
    if (other) {
        auto const room = std::numeric_limits<std::uint64_t>::max() - value.value_or(0);
        value = value.value_or(0) + std::min(room, *other);
    }
}

// The first local day of a period and of the next one.
struct Days {
    std::chrono::sys_days first, next;
};

Days days_of(std::chrono::sys_days day, HistoryUnit unit) {
    using namespace std::chrono;
    if (unit == HistoryUnit::weekly) {
        auto const monday = day - (weekday(day) - Monday);
        return {monday, monday + days(7)};
    }
    if (unit == HistoryUnit::monthly) {
        auto const date = year_month_day(day);
        auto const month = date.year() / date.month();
        return {sys_days(month / 1), sys_days((month + months(1)) / 1)};
    }
    return {day, day + days(1)};
}

std::chrono::sys_seconds midnight(std::chrono::sys_days day, Calendar const& calendar) {
    return calendar.to_sys(std::chrono::local_seconds(day.time_since_epoch()));
}

bool is_hour(std::chrono::sys_seconds time) {
    return std::chrono::floor<std::chrono::hours>(time) == time;
}

std::string name_of(Days days, HistoryUnit unit, Calendar const& calendar) {
    auto const is_exact =
        is_hour(midnight(days.first, calendar)) && is_hour(midnight(days.next, calendar));
    auto const date = ollama::date_text(days.first);
    return (is_exact ? "" : "~") + (unit == HistoryUnit::monthly ? date.substr(0, 7) : date);
}

// The periods are in the order of the hours: local dates never go back by a day.
std::string period_of(std::int64_t hour, HistoryUnit unit, Calendar const& calendar) {
    auto const start = ollama::start_of_hour(hour);
    if (unit == HistoryUnit::hourly) {
        return to_rfc3339(calendar.at(start));
    }
    auto const day = std::chrono::sys_days(calendar.date(start + std::chrono::minutes(30)));
    return name_of(days_of(day, unit), unit, calendar);
}

} // namespace

HistoryHours combine_hours(
    ollama::LogHourSums const& log, bool log_is_whole, ollama::HourlySums const& stored,
    std::int64_t now) {
    auto hours = HistoryHours{};
    for (auto const& [hour, sums] : log.hours) {
        if (hour <= now) {
            hours[hour].sums = sums;
        }
    }
    auto const covered = log_is_whole && log.caught_up && log.first_complete
                             ? *log.first_complete
                             : std::numeric_limits<std::int64_t>::max();
    for (auto const& [hour, of_hour] : stored) {
        if (hour > now || (hour >= covered && log.has_entries)) {
            continue;
        }
        auto sums = of_hour;
        if (hour >= covered) { // a log without access lines covers only the tokens
            sums.input_tokens.reset();
            sums.output_tokens.reset();
        }
        if (sums == HourSums{}) {
            continue;
        }
        auto& combined = hours[hour];
        for (auto const member :
             {&HourSums::requests, &HourSums::input_tokens, &HourSums::output_tokens,
              &HourSums::errors}) {
            if (raise(combined.sums.*member, sums.*member)) {
                combined.from = HistoryOrigin::stored;
            }
        }
    }
    return hours;
}

std::vector<HistoryPeriod>
history_rows(HistoryHours const& hours, HistoryUnit unit, Calendar const& calendar) {
    auto rows = std::vector<HistoryPeriod>{};
    for (auto const& [number, hour] : hours) {
        auto period = period_of(number, unit, calendar);
        if (rows.empty() || rows.back().period != period) {
            rows.emplace_back().period = std::move(period);
        }
        auto& row = rows.back();
        add(row.requests, hour.sums.requests);
        add(row.input_tokens, hour.sums.input_tokens);
        add(row.output_tokens, hour.sums.output_tokens);
        add(row.errors, hour.sums.errors);
        row.from = std::max(row.from, hour.from);
    }
    return rows;
}

} // namespace ousage::program
