#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/detail/request_hour.hpp>
#include <ousage/ollama/log/route.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/detail/day_counts.hpp>
#include <ousage/ollama/model/windows.hpp>

#include <chrono>
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
        : oldest_(detail::RequestHour::of(now - retention)), local_day_(std::move(calendar)) {}

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
            select_hour(time);
            second = static_cast<std::uint64_t>((time - start_).count());
        }
        last_->add(second, route, status, latency_ns);
    }

    /// Drops the requests that no window at `now` or later can contain.
    void expire(std::chrono::sys_seconds now);

    /// Returns the four windows that end at `now`.
    Windows<RequestStatistics> query(std::chrono::sys_seconds now) const;

    /// Returns the requests by local day, from the first day that has one to the day of `now`, with
    /// zeros between. Empty if there are none.
    std::vector<DayValue> daily(std::chrono::sys_seconds now) const;

private:
    static constexpr std::chrono::days retention{9};

    // Most requests arrive hour by hour.
    [[gnu::cold]] void select_hour(std::chrono::sys_seconds time);

    // Calls `visitor` for every hour that contains requests in (after, until].
    template <class Visitor>
    void for_each_hour(
        std::chrono::sys_seconds after, std::chrono::sys_seconds until, Visitor&& visitor) const;

    // Sums the requests in (after, until]: whole hours by their sums, the two hours at the ends
    // request by request.
    detail::RequestSums sum(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const;

    RequestStatistics
    statistics(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const;

    std::int64_t oldest_;
    detail::LocalDay local_day_;
    detail::DayCounts days_;
    std::map<std::int64_t, detail::RequestHour> hours_;
    detail::RequestHour* last_ = nullptr;
    std::chrono::sys_seconds start_{}; // the start of that hour
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/request_windows.hpp>
#endif
