#pragma once

#include "example/history/history_periods.hpp"
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/model/day_value.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ousage::program {

/// What the charts of an account show. Their origins are `log`, `stored` or `log, stored`, of the
/// hours that have sums.
struct HistoryCharts {
    /// Inference requests of the last 24 hours of the clock, the oldest first. The last hour is not
    /// complete. Empty if there is no history.
    std::vector<std::uint64_t> hours;
    std::string hours_from; ///< empty if no hour has sums
    /// `requests`, `input_tokens` and `output_tokens` of at most 31 days, without gaps; those that
    /// are known.
    ollama::DailySeries days;
    std::string days_from; ///< empty if no day has sums
    /// True if a day has stored sums, and does not begin and end with an hour of UTC.
    bool days_estimated = false;
};

/// Derives charts from hours. `log_days` are the values by day that a snapshot contains, which are
/// exact: they are used for the days whose hours are all from the log.
HistoryCharts history_charts(
    HistoryHours const& hours, ollama::DailySeries const& log_days, Calendar const& calendar,
    std::chrono::sys_seconds now);

} // namespace ousage::program
