#pragma once

#include <ousage/format/prometheus/log_tally.hpp>
#include <ousage/ollama/log/access_entry.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

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

// Sets `latest` to `time` if it is later.
inline void
advance(std::optional<std::chrono::sys_seconds>& latest, std::chrono::sys_seconds time) {
    latest = latest ? std::max(*latest, time) : time;
}

// Returns by how much each counter of `earlier` exceeds that of `later`.
inline LogProgress excess(LogProgress const& earlier, LogProgress const& later) {
    auto const of = [](std::uint64_t left, std::uint64_t right) {
        return left - std::min(left, right);
    };
    auto result = LogProgress{};
    result.counts.lines = of(earlier.counts.lines, later.counts.lines);
    result.counts.unparsed = of(earlier.counts.unparsed, later.counts.unparsed);
    result.counts.bytes = of(earlier.counts.bytes, later.counts.bytes);
    result.counts.entries = of(earlier.counts.entries, later.counts.entries);
    result.bytes = of(earlier.bytes, later.bytes);
    result.rotations = of(earlier.rotations, later.rotations);
    return result;
}

} // namespace detail

OUSAGE_DECL std::string_view method_label(std::string_view method) {
    auto const found = std::find(detail::methods.begin(), detail::methods.end(), method);
    return found == detail::methods.end() ? "other" : *found;
}

OUSAGE_DECL int status_label(int status) {
    auto const is_registered =
        std::binary_search(detail::statuses.begin(), detail::statuses.end(), status);
    return is_registered ? status : 0;
}

OUSAGE_DECL LogObserver LogTally::observer(std::shared_ptr<LogTally> tally) {
    auto const number = tally->start_observer();
    auto observer = LogObserver{};
    observer.entry = [tally, number](AccessEntry const& entry) {
        auto const lock = std::lock_guard(tally->mutex_);
        if (number == tally->observers_) {
            tally->count(entry.time, entry.route, entry.line);
        }
    };
    observer.engine = [tally, number](EngineRecord const& record, std::string const& model) {
        auto const lock = std::lock_guard(tally->mutex_);
        if (number == tally->observers_) {
            tally->count(record, model);
        }
    };
    observer.polled = [tally, number](LogProgress const& progress) {
        auto const lock = std::lock_guard(tally->mutex_);
        if (number == tally->observers_) {
            tally->update(progress);
        }
    };
    return observer;
}

OUSAGE_DECL std::uint64_t LogTally::start_observer() {
    auto const lock = std::lock_guard(mutex_);
    if (is_live_ || counted_to_) {
        counted_to_ = totals_.last_event.value_or(std::chrono::sys_seconds::min());
    }
    earlier_ = totals_.log;
    is_live_ = false;
    return ++observers_;
}

OUSAGE_DECL void LogTally::add(std::chrono::sys_seconds time, Route route, GinLine const& line) {
    auto const lock = std::lock_guard(mutex_);
    count(time, route, line);
}

OUSAGE_DECL void LogTally::add(EngineRecord const& record, std::string const& model) {
    auto const lock = std::lock_guard(mutex_);
    count(record, model);
}

OUSAGE_DECL void LogTally::polled(LogProgress const& progress) {
    auto const lock = std::lock_guard(mutex_);
    update(progress);
}

OUSAGE_DECL void LogTally::count(std::chrono::sys_seconds time, Route route, GinLine const& line) {
    detail::advance(totals_.last_event, time);
    if (route != Route::other) {
        detail::advance(totals_.last_inference, time);
    }
    if (!is_live_ && (!counted_to_ || time <= *counted_to_)) {
        return;
    }
    ++totals_.requests[{route, method_label(line.method), status_label(line.status)}];
    totals_.durations[static_cast<std::size_t>(route)].add(line.latency_ns);
    totals_.inference += route != Route::other ? 1u : 0u;
}

OUSAGE_DECL void LogTally::count(EngineRecord const& record, std::string const& model) {
    if (is_live_) {
        totals_.engine.add(record, model);
    }
}

// The counters of a further observer start at 0 and include the lines that were counted before. No
// counter decreases. Once the log was read to its end, what it still lacks is added from then on,
// such as the lines of deleted logs.
OUSAGE_DECL void LogTally::update(LogProgress const& progress) {
    auto shown = progress;
    if (!is_live_) {
        missing_ = earlier_ ? detail::excess(*earlier_, progress) : LogProgress{};
        is_live_ = progress.caught_up;
    }
    shown.add_counters(missing_);
    totals_.log = shown;
}

OUSAGE_DECL RequestTotals LogTally::totals() const {
    auto const lock = std::lock_guard(mutex_);
    return totals_;
}

} // namespace OUSAGE_NAMESPACE::ollama
