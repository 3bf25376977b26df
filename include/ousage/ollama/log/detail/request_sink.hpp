#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/request_windows.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <chrono>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Passes the entries of a log to the windows and to the observer.
struct RequestSink {
    RequestWindows& windows;
    LogObserver const& observer;

    void operator()(AccessEntry const& entry) const {
        windows.add(entry.time, entry.route, entry.line.status, entry.line.latency_ns);
        if (observer.entry) {
            observer.entry(entry);
        }
    }
};

// Stores the windows at `now` in `into`. Later calls must not pass an earlier time, because older
// requests are dropped.
inline void
publish_requests(RequestWindows& windows, std::chrono::sys_seconds now, ServerLog& into) {
    windows.expire(now);
    into.requests = windows.query(now);
    into.log.recent_requests = into.requests.one_day.requests;
    // Set even if empty, so that no other source's series replaces that of an existing log.
    into.daily_series["requests"] = windows.daily(now);
    into.requests_from = SourceTraits<ServerLog>::name;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
