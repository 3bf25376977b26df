#include "example/history/history_days.hpp"

#include <ousage/ollama/model/date_text.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

namespace {

using Value = std::optional<std::uint64_t>;

struct Member {
    char const* series;
    std::string_view label; // of its row in a view
    Value HistoryPeriod::* value;
};

constexpr std::array members{
    Member{"requests", "requests", &HistoryPeriod::requests},
    Member{"errors", "errors", &HistoryPeriod::errors},
    Member{"input_tokens", "input tokens", &HistoryPeriod::input_tokens},
    Member{"output_tokens", "output tokens", &HistoryPeriod::output_tokens}};

// Rows by date, without the mark of an estimate.
using Days = std::map<std::string, HistoryPeriod>;

Days days_of(HistoryHours const& hours, Calendar const& calendar, bool& estimated) {
    auto days = Days{};
    for (auto& row : history_rows(hours, HistoryUnit::daily, calendar)) {
        auto const is_marked = row.period.starts_with('~');
        // Days that the log covers completely are counted exactly.
        estimated = estimated || (is_marked && row.from == HistoryOrigin::stored);
        auto date = row.period.substr(is_marked ? 1 : 0);
        days.emplace(std::move(date), std::move(row));
    }
    return days;
}

std::map<std::string, std::uint64_t>
values_of(Member const& member, Days const& days, ollama::DailySeries const& measured) {
    auto values = std::map<std::string, std::uint64_t>{};
    if (auto const found = measured.find(member.series); found != measured.end()) {
        for (auto const& day : found->second) {
            values.emplace(day.date, day.value);
        }
    }
    for (auto const& [date, row] : days) {
        if (auto const& value = row.*member.value) {
            auto const [known, is_new] = values.emplace(date, *value);
            if (!is_new && row.from == HistoryOrigin::stored) {
                known->second = std::max(known->second, *value);
            }
        }
    }
    return values;
}

// Returns the days from the first one with a value to today, zeros between.
std::vector<ollama::DayValue>
series_of(std::map<std::string, std::uint64_t> const& values, std::chrono::sys_days today) {
    static constexpr auto most = std::chrono::days(HistoryView::shown_days);
    auto series = std::vector<ollama::DayValue>{};
    for (auto day = today - most + std::chrono::days(1); day <= today;
         day += std::chrono::days(1)) {
        auto date = ollama::date_text(day);
        auto const found = values.find(date);
        if (found != values.end() || !series.empty()) {
            auto& next = series.emplace_back();
            next.date = std::move(date);
            next.value = found != values.end() ? found->second : 0;
        }
    }
    return series;
}

// The day after the last one with a stored hour, if that is not after today. If there is none, the
// first day.
std::string log_since(Days const& days, std::chrono::sys_days today) {
    auto const is_stored = [](auto const& day) { return day.second.from == HistoryOrigin::stored; };
    auto const last = std::find_if(days.rbegin(), days.rend(), is_stored);
    if (last == days.rend()) {
        return days.begin()->first;
    }
    auto day = today;
    while (ollama::date_text(day - std::chrono::days(1)) > last->first) {
        day -= std::chrono::days(1);
    }
    auto const date = ollama::date_text(day);
    return date > last->first ? date : std::string{};
}

std::string origin_text(HistoryHours const& hours, Days const& days, std::string const& since) {
    auto const count = std::count_if(hours.begin(), hours.end(), [](auto const& hour) {
        return hour.second.from == HistoryOrigin::log;
    });
    if (count == static_cast<std::ptrdiff_t>(hours.size())) {
        return "from the log";
    }
    // An hour without requests is in neither.
    if (since.empty() || days.rbegin()->first < since) {
        return count == 0 ? "stored" : "from the log and stored";
    }
    return "from the log since " + since.substr(5) + ", stored before";
}

} // namespace

HistoryDays history_days(
    HistoryHours const& hours, ollama::DailySeries const& measured, Calendar const& calendar,
    std::chrono::sys_seconds now) {
    auto result = HistoryDays{};
    auto const days = days_of(hours, calendar, result.estimated);
    if (days.empty()) {
        return result;
    }
    auto const today = std::chrono::sys_days(calendar.date(now));
    for (auto const& member : members) {
        auto series = series_of(values_of(member, days, measured), today);
        if (!series.empty()) {
            result.series.emplace(member.series, std::move(series));
        }
    }
    result.log_since = log_since(days, today);
    result.from = origin_text(hours, days, result.log_since);
    return result;
}

void use_history(HistoryDays const& days, ollama::DailySeries& series) {
    for (auto const& [name, values] : days.series) {
        series.insert_or_assign(name, values);
    }
}

void mark_history(HistoryDays const& days, HistoryView& view) {
    for (auto& row : view.rows) {
        auto const is_summed =
            days.estimated &&
            std::any_of(members.begin(), members.end(), [&](Member const& member) {
                return member.label == row.label && days.series.contains(member.series);
            });
        for (auto* const field : {&row.maximum, &row.yesterday, &row.week}) {
            field->estimated = field->estimated || (is_summed && !field->text.empty());
        }
    }
}

} // namespace ousage::program
