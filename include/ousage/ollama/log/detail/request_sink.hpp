#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/engine_dater.hpp>
#include <ousage/ollama/log/detail/engine_reader.hpp>
#include <ousage/ollama/log/log_counts.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/request_windows.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Passes the entries of a log to the windows and to the observer, and its lines to the engine's
// reader.
struct RequestSink {
    RequestWindows& windows;
    LogObserver const& observer;
    EngineReader& engine;
    EngineDater& dater;

    void operator()(AccessEntry const& entry) const {
        windows.add(entry.time, entry.route, entry.line.status, entry.line.latency_ns);
        engine.read_entry(entry.time, dater);
        if (observer.entry) {
            observer.entry(entry);
        }
    }

    // Reads a line that is no entry and follows `entries` of them.
    void line(std::string_view text, std::uint64_t entries) const {
        engine.read_line(text, entries, dater, observer);
    }
};

// Stores the windows at `now` in `into`. A log without an access line is no source of requests:
// they are left to other sources, and a diagnostic reports it.
inline void publish_requests(
    RequestWindows const& windows, std::chrono::sys_seconds now, LogCounts const& counts,
    ServerLog& into) {
    if (counts.entries == 0) {
        into.diagnostics[std::string(SourceTraits<ServerLog>::name) + "_no_access_line"] =
            "the log has no access line; requests are not counted from it";
        return;
    }
    into.requests = windows.query(now);
    into.log.recent_requests = into.requests.one_day.requests;
    // Set even if empty, so that no other source's series replaces that of an existing log.
    into.daily_series["requests"] = windows.daily(now);
    into.requests_from = SourceTraits<ServerLog>::name;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
