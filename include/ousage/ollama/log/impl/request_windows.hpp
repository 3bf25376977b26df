#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/detail/hours.hpp>
#include <ousage/ollama/log/detail/nearest_rank.hpp>
#include <ousage/ollama/log/detail/request_hour.hpp>
#include <ousage/ollama/log/request_windows.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Sets the percentiles in milliseconds. `percentile` returns nanoseconds.
template <class Percentile>
void set_percentiles(RequestStatistics& into, Percentile&& percentile) {
    into.p50_latency_ms = static_cast<double>(percentile(50)) / 1e6;
    into.p95_latency_ms = static_cast<double>(percentile(95)) / 1e6;
    into.p99_latency_ms = static_cast<double>(percentile(99)) / 1e6;
}

} // namespace detail

OUSAGE_DECL Windows<RequestStatistics> RequestWindows::query(std::chrono::sys_seconds now) const {
    using namespace std::chrono_literals;
    auto const before_midnight = local_day_.calendar().midnight(now) - 1s;
    return {
        statistics(before_midnight, now), statistics(now - 5h, now), statistics(now - 24h, now),
        statistics(now - std::chrono::days(7), now)};
}

OUSAGE_DECL std::vector<DayValue> RequestWindows::daily(std::chrono::sys_seconds now) const {
    auto const& calendar = local_day_.calendar();
    auto const today = sum(calendar.midnight(now) - std::chrono::seconds(1), now);
    return days_.series(std::chrono::sys_days(calendar.date(now)), today.requests());
}

OUSAGE_DECL bool RequestWindows::select_hour(std::chrono::sys_seconds time) {
    auto const number = hour_number(time);
    auto found = hours_.find(number);
    if (found == hours_.end()) {
        last_ = nullptr;
        found = hours_.try_emplace(number).first;
        auto const surplus = hours_.size() > hour_limit
                                 ? detail::surplus_hour(hours_, hour_number(now_), hour_limit)
                                 : hours_.end();
        if (surplus != hours_.end()) {
            auto const is_kept = surplus != found;
            hours_.erase(surplus);
            if (!is_kept) {
                return false;
            }
        }
    }
    last_ = &found->second;
    start_ = std::chrono::floor<std::chrono::hours>(time);
    return true;
}

OUSAGE_DECL detail::RequestSums
RequestWindows::sum(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const {
    auto sums = detail::RequestSums{};
    detail::for_each_hour(
        hours_, after, until, [&](std::int64_t number, detail::RequestHour const& hour) {
            hour.collect(number, after, until, sums);
        });
    return sums;
}

OUSAGE_DECL RequestStatistics
RequestWindows::statistics(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const {
    auto const sums = sum(after, until);
    auto statistics = RequestStatistics{
        sums.requests(),
        sums.of_route(Route::chat),
        sums.of_route(Route::generate),
        sums.of_route(Route::embed),
        sums.of_group(1),
        sums.of_group(2),
        {},
        {},
        {},
        {}};
    if (sums.requests() == 0) {
        return statistics;
    }
    statistics.avg_latency_ms = sums.average_ms();
    if (sums.requests() <= exact_limit) {
        auto latencies = std::vector<std::int64_t>{};
        detail::for_each_hour(
            hours_, after, until, [&](std::int64_t number, detail::RequestHour const& hour) {
                hour.collect_latencies(number, after, until, latencies);
            });
        detail::set_percentiles(statistics, [&latencies](unsigned percent) {
            return detail::nearest_rank(latencies, percent);
        });
    } else {
        detail::set_percentiles(
            statistics, [&sums](unsigned percent) { return sums.latencies().percentile(percent); });
    }
    return statistics;
}

} // namespace OUSAGE_NAMESPACE::ollama
