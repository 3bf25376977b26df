#pragma once

#include "example/history/history_periods.hpp"
#include <ousage/core/calendar.hpp>
#include <ousage/format/view/history_view.hpp>
#include <ousage/ollama/model/day_value.hpp>

#include <chrono>
#include <string>

namespace ousage::program {

/// The last days of an account, from its log and the database, and which of them is which.
struct HistoryDays {
    /// `requests`, `errors`, `input_tokens` and `output_tokens`, those that are known, from the
    /// first day with a value to today.
    ollama::DailySeries series;
    /// Where they come from, for people: `from the log since 11-18, stored before`. Empty if no
    /// hour is known.
    std::string from;
    /// The first day from which on all values are from the log, `2026-11-18`. Empty if today's are
    /// not.
    std::string log_since;
    bool estimated = false; ///< a day does not begin with an hour of UTC
};

/// Sums `hours` by day of the local calendar. `measured` are the series of the snapshot: a day of
/// which all hours are from the log is that of the snapshot, if it has it, because the snapshot
/// counts days exactly; otherwise the larger value is used. Days of `measured` alone are kept.
HistoryDays history_days(
    HistoryHours const& hours, ollama::DailySeries const& measured, Calendar const& calendar,
    std::chrono::sys_seconds now);

/// Replaces the series of a snapshot by those of `days`, for the view of it.
void use_history(HistoryDays const& days, ollama::DailySeries& series);

/// Marks the rows of `days` in a view as estimates if they are.
void mark_history(HistoryDays const& days, HistoryView& view);

} // namespace ousage::program
