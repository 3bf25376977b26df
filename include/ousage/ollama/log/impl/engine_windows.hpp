#pragma once

#include <ousage/ollama/log/detail/counted_day.hpp>
#include <ousage/ollama/log/detail/hours.hpp>
#include <ousage/ollama/log/detail/nearest_rank.hpp>
#include <ousage/ollama/log/engine_windows.hpp>
#include <ousage/ollama/model/detail/blob_digest.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline EngineSums total_of(ModelSums const& sums) {
    auto total = EngineSums{};
    for (auto const& [model, of_model] : sums) {
        total.add(of_model);
    }
    return total;
}

// Returns the name of a model, else the file name of its blob, else `unknown`.
inline std::string usage_name(std::uint16_t number, std::vector<EngineModel> const& models) {
    auto const model = number < models.size() ? models[number] : EngineModel{};
    if (!model.name.empty()) {
        return model.name;
    }
    return model.digest.empty() ? "unknown" : std::string(blob_prefix) + model.digest;
}

// Returns `count` per second of `nanoseconds`, empty if there was no time.
inline std::optional<double> rate(std::uint64_t count, double nanoseconds) {
    return nanoseconds > 0 ? std::optional(static_cast<double>(count) / (nanoseconds / 1e9))
                           : std::nullopt;
}

// Sets the percentiles in milliseconds. `percentile` returns nanoseconds.
template <class Percentile>
void set_input_eval_percentiles(EngineStatistics& into, Percentile&& percentile) {
    into.p50_input_eval_ms = static_cast<double>(percentile(50)) / 1e6;
    into.p95_input_eval_ms = static_cast<double>(percentile(95)) / 1e6;
    into.p99_input_eval_ms = static_cast<double>(percentile(99)) / 1e6;
}

struct EngineWindowRange {
    std::string_view name;
    std::chrono::sys_seconds after;
};

// The four windows that end at `now`, without their first second.
inline std::array<EngineWindowRange, 4>
engine_windows(std::chrono::sys_seconds now, Calendar const& calendar) {
    using namespace std::chrono_literals;
    return {
        {{"today", calendar.midnight(now) - 1s},
         {"5h", now - 5h},
         {"1d", now - 24h},
         {"7d", now - std::chrono::days(7)}}};
}

} // namespace detail

OUSAGE_DECL void EngineWindows::add(std::chrono::sys_seconds time, EngineRecord const& record) {
    auto const day = local_day_.of(time);
    if (!detail::is_counted_day(day)) {
        return;
    }
    if (record.input_tokens.value_or(0) > 0) {
        input_days_.add(day, *record.input_tokens);
    }
    if (record.output_tokens.value_or(0) > 0) {
        output_days_.add(day, *record.output_tokens);
    }
    auto const hour = hour_number(time);
    auto const second = time - std::chrono::sys_seconds(std::chrono::hours(hour));
    hours_[hour].add(static_cast<std::uint64_t>(second.count()), record);
    if (hours_.size() > hour_limit) {
        if (auto const surplus = detail::surplus_hour(hours_, hour_number(now_), hour_limit);
            surplus != hours_.end()) {
            hours_.erase(surplus);
        }
    }
}

OUSAGE_DECL void EngineWindows::set_undated(
    std::vector<std::pair<std::chrono::sys_seconds, EngineRecord>> const& records) {
    undated_.clear();
    for (auto const& [time, record] : records) {
        undated_.emplace_back(time, detail::StoredRecord(0, record));
    }
}

OUSAGE_DECL detail::ModelSums
EngineWindows::sums(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const {
    auto all = detail::ModelSums{};
    detail::for_each_hour(
        hours_, after, until, [&](std::int64_t number, detail::EngineHour const& hour) {
            hour.visit(
                number, after, until,
                [&all](detail::ModelSums const& of_hour, LatencyHistogram const&) {
                    for (auto const& [model, of_model] : of_hour) {
                        all[model].add(of_model);
                    }
                },
                [&all](detail::StoredRecord const& record) { all[record.model()].add(record); });
        });
    for (auto const& [time, record] : undated_) {
        if (time > after && time <= until) {
            all[record.model()].add(record);
        }
    }
    return all;
}

OUSAGE_DECL Windows<EngineStatistics> EngineWindows::query(std::chrono::sys_seconds now) const {
    auto const ranges = detail::engine_windows(now, local_day_.calendar());
    return {
        statistics(ranges[0].after, now), statistics(ranges[1].after, now),
        statistics(ranges[2].after, now), statistics(ranges[3].after, now)};
}

OUSAGE_DECL EngineStatistics
EngineWindows::statistics(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const {
    auto const total = detail::total_of(sums(after, until));
    auto result = EngineStatistics{};
    result.generations = total.completed;
    result.cancelled_generations = total.cancelled;
    result.input_tokens = total.input;
    result.cached_input_tokens = total.cached;
    result.output_tokens = total.output;
    result.input_tokens_per_second = detail::rate(total.evaluated, total.evaluated_ns);
    result.output_tokens_per_second = detail::rate(total.generated, total.generated_ns);
    result.truncated_inputs = total.truncated;
    result.model_loads = total.loads;
    if (total.loads > 0) {
        result.avg_model_load_ms = total.load_ns / 1e6 / static_cast<double>(total.loads);
    }
    if (total.completed > 0) {
        set_percentiles(result, after, until);
    }
    return result;
}

OUSAGE_DECL void EngineWindows::set_percentiles(
    EngineStatistics& into, std::chrono::sys_seconds after, std::chrono::sys_seconds until) const {
    auto histogram = LatencyHistogram();
    if (into.generations.value_or(0) <= exact_limit) {
        auto times = std::vector<std::int64_t>{};
        detail::for_each_hour(
            hours_, after, until, [&](std::int64_t number, detail::EngineHour const& hour) {
                hour.collect_input_evals(number, after, until, times);
            });
        for (auto const& [time, record] : undated_) {
            if (time > after && time <= until && record.has_input_eval()) {
                times.push_back(record.input_eval_ns());
            }
        }
        if (!times.empty()) {
            detail::set_input_eval_percentiles(
                into, [&times](unsigned percent) { return detail::nearest_rank(times, percent); });
        }
        return;
    }
    detail::for_each_hour(
        hours_, after, until, [&](std::int64_t number, detail::EngineHour const& hour) {
            hour.visit(
                number, after, until,
                [&histogram](detail::ModelSums const&, LatencyHistogram const& of_hour) {
                    histogram.merge(of_hour);
                },
                [&histogram](detail::StoredRecord const& record) {
                    if (record.has_input_eval()) {
                        histogram.add(record.input_eval_ns());
                    }
                });
        });
    if (histogram.total() > 0) {
        detail::set_input_eval_percentiles(
            into, [&histogram](unsigned percent) { return histogram.percentile(percent); });
    }
}

OUSAGE_DECL std::vector<ModelUsage>
EngineWindows::usage(std::chrono::sys_seconds now, std::vector<EngineModel> const& models) const {
    auto rows = std::map<std::pair<std::string, std::size_t>, ModelUsage>{};
    auto const ranges = detail::engine_windows(now, local_day_.calendar());
    for (std::size_t index = 0; index < ranges.size(); ++index) {
        for (auto const& [model, of_model] : sums(ranges[index].after, now)) {
            if (of_model.tasks() == 0) {
                continue;
            }
            auto const name = detail::usage_name(model, models);
            auto& row = rows[{name, index}];
            row.model = name;
            row.window = ranges[index].name;
            row.estimated = false;
            row.requests += of_model.tasks();
            row.input_tokens += of_model.input;
            row.output_tokens += of_model.output;
            row.total_tokens = row.input_tokens + row.output_tokens;
        }
    }
    auto usage = std::vector<ModelUsage>{};
    for (auto& [key, row] : rows) {
        usage.push_back(std::move(row));
    }
    return usage;
}

OUSAGE_DECL std::vector<DayValue> EngineWindows::daily_input(std::chrono::sys_seconds now) const {
    auto const& calendar = local_day_.calendar();
    auto const today =
        detail::total_of(sums(calendar.midnight(now) - std::chrono::seconds(1), now));
    return input_days_.series(std::chrono::sys_days(calendar.date(now)), today.input);
}

OUSAGE_DECL std::vector<DayValue> EngineWindows::daily_output(std::chrono::sys_seconds now) const {
    auto const& calendar = local_day_.calendar();
    auto const today =
        detail::total_of(sums(calendar.midnight(now) - std::chrono::seconds(1), now));
    return output_days_.series(std::chrono::sys_days(calendar.date(now)), today.output);
}

} // namespace OUSAGE_NAMESPACE::ollama
