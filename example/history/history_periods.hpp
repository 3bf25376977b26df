#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/log_hours.hpp>
#include <ousage/ollama/model/hour_sums.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ousage::program {

/// The length of a period of the history.
enum class HistoryUnit { hourly, daily, weekly, monthly };

/// Where the sums of a period come from.
enum class HistoryOrigin {
    log,    ///< all from the log
    stored, ///< at least one hour from the database
};

/// The sums of one hour and their origin.
struct HistoryHour {
    ollama::HourSums sums;
    HistoryOrigin from = HistoryOrigin::log;
};

/// Hours by number, see `ollama::hour_number`.
using HistoryHours = std::map<std::int64_t, HistoryHour>;

/// One row of the history. The members but `account` are the keys of the output.
struct HistoryPeriod {
    std::optional<std::string> account; ///< only if there are several accounts
    std::string period;                 ///< see `history_rows`
    std::optional<std::uint64_t> requests;
    std::optional<std::uint64_t> input_tokens;
    std::optional<std::uint64_t> output_tokens;
    std::optional<std::uint64_t> errors;
    HistoryOrigin from = HistoryOrigin::log;
};

/// Combines the hours of a log with stored ones. An hour that the log covers completely is that of
/// the log, and others are stored. If both have a part of an hour, the larger sums are used.
/// `log_is_whole` is false if a part of the log could not be read: it covers no hour then.
HistoryHours combine_hours(
    ollama::LogHourSums const& log, bool log_is_whole, ollama::HourlySums const& stored,
    std::int64_t now);

/// Sums hours by period of the local calendar, oldest first, without periods that have no sums. A
/// period is named by its first hour (RFC 3339), day or month: `2026-11-20T16:00:00+01:00`,
/// `2026-11-20`, `2026-11`; a week by its Monday. An hour belongs to the period that contains its
/// middle. If a period does not begin and end with an hour of UTC, its sums are an estimate, and
/// `~` precedes its name.
std::vector<HistoryPeriod>
history_rows(HistoryHours const& hours, HistoryUnit unit, Calendar const& calendar);

} // namespace ousage::program
