#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/detail/engine_hour.hpp>
#include <ousage/ollama/log/detail/hours.hpp>
#include <ousage/ollama/log/engine_record.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/detail/day_counts.hpp>
#include <ousage/ollama/model/usage.hpp>
#include <ousage/ollama/model/windows.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Counts the records of the engine for the four windows, to the second, at any query time and in
/// any order of arrival. Stores 40 bytes per record, grouped by hour, of the latest `hour_limit`
/// hours with records, and of as many hours after the current time: so a clock that is wrong for a
/// while loses none. Of other records only the daily tokens are stored. Percentiles are exact up to
/// `exact_limit` prompts in a window, beyond that within 0.8 %.
class EngineWindows {
public:
    /// The maximum number of prompts in a window for which percentiles are exact.
    static constexpr std::uint64_t exact_limit = 4096;

    /// The number of hours with records of which each record is stored. The windows need 193.
    static constexpr std::size_t hour_limit = 264;

    /// `now` is the current time. `calendar` defines the days.
    EngineWindows(std::chrono::sys_seconds now, Calendar calendar)
        : now_(now), local_day_(std::move(calendar)) {}

    /// Sets the current time, which only determines which records are dropped if there are too many
    /// hours.
    void set_now(std::chrono::sys_seconds now) { now_ = now; }

    /// Counts one record.
    void add(std::chrono::sys_seconds time, EngineRecord const& record);

    /// Replaces the records whose time may still change, with their present times.
    void set_undated(std::vector<std::pair<std::chrono::sys_seconds, EngineRecord>> const& records);

    /// Returns the four windows that end at `now`, with zeros if they contain no record.
    Windows<EngineStatistics> query(std::chrono::sys_seconds now) const;

    /// Returns a row for each model and window with tasks. The models are those of `EngineTasks`:
    /// a row has the name, else `sha256-` and the digest, else `unknown`. Rows of the same name are
    /// added.
    std::vector<ModelUsage>
    usage(std::chrono::sys_seconds now, std::vector<EngineModel> const& models) const;

    /// Returns the input tokens by local day, from the first day that has some to the day of `now`,
    /// with zeros between. Empty if there are none.
    std::vector<DayValue> daily_input(std::chrono::sys_seconds now) const;

    /// Returns the output tokens by local day, like `daily_input`.
    std::vector<DayValue> daily_output(std::chrono::sys_seconds now) const;

    // Reads or writes all members but the undated records: see detail/state_archive.hpp.
    template <class Archive>
    void archive(Archive& with) {
        with(input_days_, output_days_);
        detail::archive_hours(with, hours_);
    }

private:
    using Hours = std::map<std::int64_t, detail::EngineHour>;

    detail::ModelSums sums(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const;
    EngineStatistics
    statistics(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const;
    void set_percentiles(
        EngineStatistics& into, std::chrono::sys_seconds after,
        std::chrono::sys_seconds until) const;

    std::chrono::sys_seconds now_;
    detail::LocalDay local_day_;
    detail::DayCounts input_days_, output_days_;
    Hours hours_;
    std::vector<std::pair<std::chrono::sys_seconds, detail::StoredRecord>> undated_;
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/engine_windows.hpp>
#endif
