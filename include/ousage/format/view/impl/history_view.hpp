#pragma once

#include <ousage/format/view/history_view.hpp>
#include <ousage/format/view/units.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline Field history_field(std::uint64_t value, bool estimated) {
    auto field = make_field(count_text(value));
    field.estimated = estimated;
    return field;
}

// `2026-11-14` becomes `11-14`.
inline std::string short_date(std::string const& date) {
    return date.size() == 10 ? date.substr(5) : date;
}

inline HistoryRow
history_row(char const* label, std::vector<ollama::DayValue> const& days, bool estimated) {
    auto row = HistoryRow{};
    row.label = label;
    auto const shown = std::min<std::size_t>(days.size(), HistoryView::shown_days);
    for (auto index = days.size() - shown; index < days.size(); ++index) {
        row.values.push_back(days[index].value);
    }
    row.first = short_date(days[days.size() - shown].date);
    row.last = short_date(days.back().date);
    auto const begin =
        row.values.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(shown, 7));
    row.week = history_field(std::accumulate(begin, row.values.end(), std::uint64_t{0}), estimated);
    row.maximum = history_field(*std::max_element(row.values.begin(), row.values.end()), estimated);
    if (shown > 1) {
        row.yesterday = history_field(row.values[shown - 2], estimated);
    }
    return row;
}

} // namespace detail

OUSAGE_DECL HistoryView history_view(ollama::Snapshot const& snapshot) {
    struct Series {
        char const* key;
        char const* label;
        bool estimated;
    };

    static constexpr Series all[] = {
        {"requests", "requests", false},
        {"errors", "errors", false}, // only if the caller has added this series
        {"output_tokens", "output tokens", false},
        {"input_tokens", "input tokens", false},
        {"messages", "app messages", false},
        {"tokens", "app tokens", true},
    };
    auto view = HistoryView{};
    for (auto const& [key, label, estimated] : all) {
        auto const found = snapshot.daily_series.find(key);
        if (found != snapshot.daily_series.end() && !found->second.empty()) {
            view.rows.push_back(detail::history_row(label, found->second, estimated));
        }
    }
    return view;
}

} // namespace OUSAGE_NAMESPACE
