#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/detail/nearest_rank.hpp>
#include <ousage/ollama/log/detail/request_hour.hpp>
#include <ousage/ollama/log/route.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/detail/day_counts.hpp>
#include <ousage/ollama/model/windows.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Counts inference requests for the four windows, to the second, at any query time and in any
/// order of arrival. Stores eight bytes per request of the last nine days, grouped by hour, and
/// only the daily number of older ones. Percentiles are exact up to `exact_limit` requests in a
/// window, beyond that within 0.8 %.
class RequestWindows {
public:
    /// The maximum number of requests in a window for which percentiles are exact.
    static constexpr std::uint64_t exact_limit = 4096;

    RequestWindows(RequestWindows&&) = default;
    RequestWindows& operator=(RequestWindows&&) = default;

    /// Supports queries at `now` or later. `calendar` defines the days.
    RequestWindows(std::chrono::sys_seconds now, Calendar calendar)
        : oldest_(detail::RequestHour::of(now - kept)), local_day_(std::move(calendar)) {}

    /// Counts one request. Requests of route `other` are not inference and are ignored.
    void add(std::chrono::sys_seconds time, Route route, int status, std::int64_t latency_ns) {
        if (route == Route::other) {
            return;
        }
        days_.add(local_day_.of(time), 1);
        auto second = static_cast<std::uint64_t>((time - start_).count());
        if (last_ == nullptr || second >= 3600) {
            if (detail::RequestHour::of(time) < oldest_) {
                return;
            }
            turn_to(time);
            second = static_cast<std::uint64_t>((time - start_).count());
        }
        last_->add(second, route, status, latency_ns);
    }

    /// Drops the requests that no window at `now` or later can contain.
    void forget(std::chrono::sys_seconds now) {
        oldest_ = std::max(oldest_, detail::RequestHour::of(now - kept));
        hours_.erase(hours_.begin(), hours_.lower_bound(oldest_));
        last_ = nullptr;
    }

    /// Returns the four windows that end at `now`.
    Windows<RequestStatistics> ask(std::chrono::sys_seconds now) const {
        using namespace std::chrono_literals;
        auto const before_midnight = local_day_.calendar().midnight(now) - 1s;
        return {
            ask(before_midnight, now), ask(now - 5h, now), ask(now - 24h, now),
            ask(now - std::chrono::days(7), now)};
    }

    /// Returns the requests by local day, from the first day that has one to the day of `now`, with
    /// zeros between. Empty if there are none.
    std::vector<DayValue> daily(std::chrono::sys_seconds now) const {
        auto const& calendar = local_day_.calendar();
        auto const midnight = calendar.midnight(now);
        auto of_today = detail::RequestSums{};
        for_hours(midnight - std::chrono::seconds(1), now, of_today);
        return days_.series(std::chrono::sys_days(calendar.date(now)), of_today.requests());
    }

private:
    static constexpr std::chrono::days kept{9};

    // Most requests arrive hour by hour.
    [[gnu::cold]] void turn_to(std::chrono::sys_seconds time) {
        last_ = &hours_[detail::RequestHour::of(time)];
        start_ = std::chrono::floor<std::chrono::hours>(time);
    }

    // Adds the requests in (after, until]: whole hours by their sums, the two hours at the ends
    // request by request.
    void for_hours(
        std::chrono::sys_seconds after, std::chrono::sys_seconds until,
        detail::RequestSums& into) const {
        auto const end = hours_.upper_bound(detail::RequestHour::of(until));
        for (auto hour = hours_.lower_bound(detail::RequestHour::of(after)); hour != end; ++hour) {
            hour->second.collect(hour->first, after, until, into);
        }
    }

    // Converts nanoseconds to milliseconds.
    template <class Percentile>
    static void tell_percentiles(RequestStatistics& into, Percentile&& percentile) {
        into.p50_latency_ms = static_cast<double>(percentile(50)) / 1e6;
        into.p95_latency_ms = static_cast<double>(percentile(95)) / 1e6;
        into.p99_latency_ms = static_cast<double>(percentile(99)) / 1e6;
    }

    RequestStatistics ask(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const {
        auto sums = detail::RequestSums{};
        for_hours(after, until, sums);
        auto counts = RequestStatistics{
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
            return counts;
        }
        counts.avg_latency_ms = sums.average_ms();
        if (sums.requests() <= exact_limit) {
            auto latencies = std::vector<std::int64_t>{};
            auto const end = hours_.upper_bound(detail::RequestHour::of(until));
            for (auto hour = hours_.lower_bound(detail::RequestHour::of(after)); hour != end;
                 ++hour) {
                hour->second.collect_latencies(hour->first, after, until, latencies);
            }
            tell_percentiles(counts, [&latencies](unsigned percent) {
                return detail::nearest_rank(latencies, percent);
            });
        } else {
            tell_percentiles(
                counts, [&sums](unsigned percent) { return sums.latencies().percentile(percent); });
        }
        return counts;
    }

    std::int64_t oldest_;
    detail::LocalDay local_day_;
    detail::DayCounts days_;
    std::map<std::int64_t, detail::RequestHour> hours_;
    detail::RequestHour* last_ = nullptr;
    std::chrono::sys_seconds start_{}; // the start of that hour
};

} // namespace OUSAGE_NAMESPACE::ollama
