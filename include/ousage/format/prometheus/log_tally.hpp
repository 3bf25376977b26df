#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/duration_histogram.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/route.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline constexpr std::array<std::string_view, 9> methods{
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

// The status codes registered at IANA, and 499, which proxies and Ollama's cloud return.
inline constexpr std::array<int, 63> statuses{
    100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301,
    302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409,
    410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428,
    429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511};

} // namespace detail

/// The method as a label: one of the nine methods of RFC 9110 and RFC 5789, otherwise `other`.
inline std::string_view method_label(std::string_view method) {
    auto const found = std::find(detail::methods.begin(), detail::methods.end(), method);
    return found == detail::methods.end() ? "other" : *found;
}

/// The status as a label: the status itself if it is registered or 499, otherwise 0 for `other`.
inline int status_label(int status) {
    auto const known = std::binary_search(detail::statuses.begin(), detail::statuses.end(), status);
    return known ? status : 0;
}

/// The key by which the requests of a log are counted.
struct RequestKind {
    Route route = Route::other;        ///< see `Route`
    std::string_view method = "other"; ///< from `method_label`
    int status = 0;                    ///< from `status_label`

    auto operator<=>(RequestKind const&) const = default;
};

/// Totals of all counted requests.
struct RequestTotals {
    std::map<RequestKind, std::uint64_t> requests; ///< since the log was first read to its end
    std::array<DurationHistogram, route_count> durations{
        DurationHistogram(request_duration_bounds), DurationHistogram(request_duration_bounds),
        DurationHistogram(request_duration_bounds), DurationHistogram(request_duration_bounds)};
    std::uint64_t inference = 0;                            ///< the inference requests among them
    std::optional<std::chrono::sys_seconds> last_event;     ///< latest entry, history included
    std::optional<std::chrono::sys_seconds> last_inference; ///< latest inference, history included
    std::optional<LogProgress> log;                         ///< empty before the first poll
};

/// Counts each request of a log once, starting when the log has first been read to its end. Earlier
/// entries are history and only update the latest times. Thread-safe.
class LogTally {
public:
    /// The observer that adds the entries of a log to `tally`. It shares ownership of the tally.
    static LogObserver observer(std::shared_ptr<LogTally> tally) {
        auto observer = LogObserver{};
        observer.entry = [tally](AccessEntry const& entry) {
            tally->add(entry.time, entry.route, entry.line);
        };
        observer.polled = [tally](LogProgress const& progress) { tally->polled(progress); };
        return observer;
    }

    /// Counts one entry.
    void add(std::chrono::sys_seconds time, Route route, GinLine const& line) {
        auto const lock = std::lock_guard(mutex_);
        raise(totals_.last_event, time);
        if (route != Route::other) {
            raise(totals_.last_inference, time);
        }
        if (!is_live_) {
            return;
        }
        ++totals_.requests[{route, method_label(line.method), status_label(line.status)}];
        totals_.durations[static_cast<std::size_t>(route)].add(line.latency_ns);
        totals_.inference += route != Route::other ? 1u : 0u;
    }

    /// Records the end of a poll.
    void polled(LogProgress const& progress) {
        auto const lock = std::lock_guard(mutex_);
        totals_.log = progress;
        is_live_ = is_live_ || progress.caught_up;
    }

    /// A copy of the totals so far.
    RequestTotals totals() const {
        auto const lock = std::lock_guard(mutex_);
        return totals_;
    }

private:
    static void
    raise(std::optional<std::chrono::sys_seconds>& latest, std::chrono::sys_seconds time) {
        latest = latest ? std::max(*latest, time) : time;
    }

    mutable std::mutex mutex_;
    RequestTotals totals_;
    bool is_live_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama
