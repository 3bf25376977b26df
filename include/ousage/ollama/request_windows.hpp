#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/ollama/date_text.hpp>
#include <ousage/ollama/day_value.hpp>
#include <ousage/ollama/route.hpp>
#include <ousage/ollama/windows.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace ousage::ollama {

/// Counts inference requests for every window of the contract, to the second and at any time of
/// asking, whatever the order in which they came. Sixteen bytes a request of the last nine days;
/// of older ones only the number of each day is kept.
class RequestWindows {
public:
    /// For questions at `now` or later; days are those of `calendar`.
    RequestWindows(std::chrono::sys_seconds now, Calendar calendar)
        : base_(now - std::chrono::days(9)), calendar_(std::move(calendar)) {}

    /// Counts one request. Requests of route `other` are not inference and are passed over.
    void add(std::chrono::sys_seconds time, Route route, int status, std::int64_t latency_ns) {
        if (route == Route::other) {
            return;
        }
        ++days_[calendar_.date(time)];
        auto const since = (time - base_).count();
        if (since > 0 && since <= 0xFFFF'FFFFLL) {
            requests_.push_back(
                {latency_ns, static_cast<std::uint32_t>(since), route,
                 static_cast<std::uint8_t>(std::clamp(status / 100, 0, 9))});
        }
    }

    /// The four windows that end at `now`.
    Windows<RequestStatistics> ask(std::chrono::sys_seconds now) const {
        using namespace std::chrono_literals;
        auto const before_midnight = calendar_.midnight(now) - 1s;
        return {
            ask(before_midnight, now), ask(now - 5h, now), ask(now - 24h, now),
            ask(now - std::chrono::days(7), now)};
    }

    /// Requests by local day, from the first day with one to the day of `now`, zeros between.
    /// Empty where there is none.
    std::vector<DayValue> daily(std::chrono::sys_seconds now) const {
        auto series = std::vector<DayValue>{};
        auto const today = std::chrono::sys_days(calendar_.date(now));
        if (days_.empty() || std::chrono::sys_days(days_.begin()->first) > today) {
            return series;
        }
        auto entry = days_.begin();
        for (auto day = std::chrono::sys_days(entry->first); day < today;
             day += std::chrono::days(1)) {
            auto const here = entry != days_.end() && std::chrono::sys_days(entry->first) == day;
            series.push_back({date_text(day), here ? entry++->second : 0});
        }
        // Of today only what is not after now: `days_` may hold later ones.
        auto const now_today = ask(calendar_.midnight(now) - std::chrono::seconds(1), now);
        if (!series.empty() || *now_today.requests > 0) {
            series.push_back({date_text(today), *now_today.requests});
        }
        return series;
    }

private:
    struct Request {
        std::int64_t latency_ns;
        std::uint32_t since; // seconds after base_
        Route route;
        std::uint8_t status_class;
    };

    // (after, until]
    RequestStatistics ask(std::chrono::sys_seconds after, std::chrono::sys_seconds until) const {
        auto counts = RequestStatistics{0, 0, 0, 0, 0, 0, {}, {}, {}, {}};
        auto latencies = std::vector<std::int64_t>{};
        auto const low = (after - base_).count();
        auto const high = (until - base_).count();
        // Seconds and nanoseconds apart: Gin prints latencies of which two overflow 64 bits.
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        for (auto const& request : requests_) {
            if (request.since <= low || request.since > high) {
                continue;
            }
            ++*counts.requests;
            auto& of_route = request.route == Route::chat       ? counts.chat_requests
                             : request.route == Route::generate ? counts.generate_requests
                                                                : counts.embed_requests;
            ++*of_route;
            *counts.http_4xx += request.status_class == 4 ? 1u : 0u;
            *counts.http_5xx += request.status_class >= 5 ? 1u : 0u;
            seconds += request.latency_ns / 1'000'000'000;
            nanoseconds += request.latency_ns % 1'000'000'000;
            latencies.push_back(request.latency_ns);
        }
        if (!latencies.empty()) {
            auto const total = static_cast<long double>(seconds) * 1e3L +
                               static_cast<long double>(nanoseconds) / 1e6L;
            counts.avg_latency_ms =
                static_cast<double>(total / static_cast<long double>(latencies.size()));
            counts.p50_latency_ms = percentile(latencies, 50);
            counts.p95_latency_ms = percentile(latencies, 95);
            counts.p99_latency_ms = percentile(latencies, 99);
        }
        return counts;
    }

    // Nearest rank: the smallest value that at least `percent` of all do not exceed.
    static double percentile(std::vector<std::int64_t>& latencies, std::size_t percent) {
        auto const rank = (latencies.size() * percent + 99) / 100;
        auto const at = latencies.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
        std::nth_element(latencies.begin(), at, latencies.end());
        return static_cast<double>(*at) / 1e6;
    }

    std::chrono::sys_seconds base_;
    Calendar calendar_;
    std::vector<Request> requests_;
    std::map<std::chrono::year_month_day, std::uint64_t> days_;
};

} // namespace ousage::ollama
