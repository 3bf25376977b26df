#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/detail/counted_day.hpp>
#include <ousage/ollama/log/detail/hours.hpp>
#include <ousage/ollama/log/detail/request_hour.hpp>
#include <ousage/ollama/log/route.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/detail/day_counts.hpp>
#include <ousage/ollama/model/windows.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Counts inference requests for the four windows, to the second, at any query time and in any
/// order of arrival. Stores eight bytes per request, grouped by hour, of the latest `hour_limit`
/// hours with requests, and of as many hours after the current time: so a clock that is wrong for a
/// while loses none. Of other requests only the daily number is stored, for days of 1970 to 2199.
/// Percentiles are exact up to `exact_limit` requests in a window, beyond that within 0.8 %.
class RequestWindows {
public:
    /// The maximum number of requests in a window for which percentiles are exact.
    static constexpr std::uint64_t exact_limit = 4096;

    /// The number of hours with requests of which each request is stored. The windows need 193.
    static constexpr std::size_t hour_limit = 264;

    RequestWindows(RequestWindows&&) = default;
    RequestWindows& operator=(RequestWindows&&) = default;

    /// `now` is the current time. `calendar` defines the days.
    RequestWindows(std::chrono::sys_seconds now, Calendar calendar)
        : now_(now), local_day_(std::move(calendar)) {}

    /// Sets the current time, which only determines which requests are dropped if there are too
    /// many hours.
    void set_now(std::chrono::sys_seconds now) { now_ = now; }

    /// Counts one request. Requests of route `other` are not inference and are ignored.
    void add(std::chrono::sys_seconds time, Route route, int status, std::int64_t latency_ns) {
        if (route == Route::other) {
            return;
        }
        auto const day = local_day_.of(time);
        if (!detail::is_counted_day(day)) {
            return;
        }
        days_.add(day, 1);
        auto second = static_cast<std::uint64_t>((time - start_).count());
        if (last_ == nullptr || second >= 3600) {
            if (!select_hour(time)) {
                return;
            }
            second = static_cast<std::uint64_t>((time - start_).count());
        }
        last_->add(second, route, status, latency_ns);
    }

    /// Returns the four windows that end at `now`.
    Windows<RequestStatistics> query(std::chrono::sys_seconds now) const;

    /// Returns the requests by local day, from the first day that has one to the day of `now`, with
    /// zeros between. Empty if there are none.
    std::vector<DayValue> daily(std::chrono::sys_seconds now) const;

    // Reads or writes all members: see detail/state_archive.hpp.
    template <class Archive>
    void archive(Archive& with) {
        with(days_);
        detail::archive_hours(with, hours_);
        last_ = nullptr;
    }

private:
    using Hours = std::map<std::int64_t, detail::RequestHour>;

    // Returns false if the hour is not kept. Most requests arrive hour by hour.
    [[gnu::cold]] bool select_hour(std::chrono::sys_seconds time);

    // Sums the requests in (after, until]: whole hours by their sums, the two hours at the ends
    // request by request.
    detail::RequestSums sum(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const;

    RequestStatistics
    statistics(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const;

    std::chrono::sys_seconds now_;
    detail::LocalDay local_day_;
    detail::DayCounts days_;
    Hours hours_;
    detail::RequestHour* last_ = nullptr;
    std::chrono::sys_seconds start_{}; // the start of that hour
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/request_windows.hpp>
#endif
