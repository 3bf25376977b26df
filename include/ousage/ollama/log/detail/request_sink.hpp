#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/request_windows.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <chrono>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Where the entries of a log go: into the windows, and to who looks on.
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

// What the windows tell at `now`; nothing before it is asked for again.
inline void tell_requests(RequestWindows& windows, std::chrono::sys_seconds now, ServerLog& into) {
    windows.forget(now);
    into.requests = windows.ask(now);
    into.log.recent_requests = into.requests.one_day.requests;
    // Also where it is empty: no other source's series stands in for a log that is there.
    into.daily_series["requests"] = windows.daily(now);
    into.requests_from = "server_log";
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
