#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/log_files.hpp>
#include <ousage/ollama/access_log.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/metrics.hpp>
#include <ousage/ollama/request_windows.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace ousage::ollama {

/// What the server's log brings to a snapshot.
struct ServerLog {
    Windows<RequestStatistics> requests;            ///< by window
    LogMetrics log;                                 ///< sizes and what could not be read
    DailySeries daily_series;                       ///< `requests`
    std::optional<std::string> requests_from;       ///< `server_log`
    std::map<std::string, std::string> diagnostics; ///< the first unparsed line's place
};

namespace detail {

// Everything that reading the logs needs, owned by the thread that does it.
struct LogReading {
    std::filesystem::path folder;
    LogZone zone;
    std::chrono::sys_seconds now;

    Outcome<ServerLog> operator()(std::stop_token const& stop) const {
        auto outcome = Outcome<ServerLog>{};
        auto const files = io::list_server_logs(folder);
        if (!files) {
            outcome.fail({}, files.failure());
        } else if (files->empty()) {
            outcome.absent("no server*.log in " + folder.string());
        } else {
            read(*files, stop, outcome);
        }
        return outcome;
    }

    void read(
        std::vector<std::filesystem::path> const& files, std::stop_token const& stop,
        Outcome<ServerLog>& outcome) const {
        auto windows = RequestWindows(now, zone.calendar);
        auto total = LogCounts{};
        auto seen = std::set<std::pair<std::uint64_t, std::uint64_t>>{};
        auto const sink = [&windows](AccessEntry const& entry) {
            auto const path = entry.line.quoted_path.substr(0, entry.line.quoted_path.find('?'));
            auto const route = route_of(entry.line.method, path);
            windows.add(entry.time, route, entry.line.status, entry.line.latency_ns);
        };
        std::size_t readable = 0;
        for (auto const& path : files) {
            auto log = AccessLog(zone.calendar, zone.forced);
            auto const failure = io::read_log_file(
                path, seen, stop, [&](std::string_view bytes) { log.feed(bytes, sink); });
            // The live file may end within a line that is still being written.
            if (io::detail::rotation(path) > 0) {
                log.finish(sink);
            } else {
                log.flush(sink);
                log.settle_zone(sink);
            }
            note_unparsed(path, log.counts(), total, outcome);
            total.lines += log.counts().lines;
            total.unparsed += log.counts().unparsed;
            total.bytes += log.counts().bytes;
            if (failure) {
                outcome.fail(path.filename().string(), *failure);
            } else {
                ++readable;
            }
        }
        if (readable > 0) {
            conclude(windows, total, outcome.value);
        }
    }

    static void note_unparsed(
        std::filesystem::path const& path, LogCounts const& counts, LogCounts const& before,
        Outcome<ServerLog>& outcome) {
        if (before.unparsed == 0 && counts.unparsed > 0) {
            outcome.value.diagnostics["server_log_first_unparsed"] =
                path.filename().string() + ":" + std::to_string(counts.first_unparsed_line);
        }
    }

    void conclude(RequestWindows const& windows, LogCounts const& total, ServerLog& into) const {
        into.requests = windows.ask(now);
        into.log = {into.requests.one_day.requests, total.lines, total.unparsed, total.bytes};
        if (auto series = windows.daily(now); !series.empty()) {
            into.daily_series["requests"] = std::move(series);
        }
        into.requests_from = "server_log";
    }
};

inline asio::awaitable<void>
collect_server_log(std::filesystem::path folder, LogZone zone, Now now, Outcome<ServerLog>& into) {
    auto reading = LogReading{std::move(folder), std::move(zone), now()};
    into = co_await offload(std::move(reading));
}

} // namespace detail

/// The source `server_log`: every `server*.log` of the folder, oldest first, read on a thread of
/// its own. `absent` where there is none. A file that cannot be read is named, the others stand.
inline Source<ServerLog> server_log(std::filesystem::path folder, LogZone zone, Now now) {
    auto collect = [folder = std::move(folder), zone = std::move(zone),
                    now = std::move(now)](Outcome<ServerLog>& into) {
        return detail::collect_server_log(folder, zone, now, into);
    };
    return Source<ServerLog>("server_log", std::move(collect));
}

} // namespace ousage::ollama
