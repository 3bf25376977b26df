#pragma once

#include <ousage/core/outcome.hpp>
#include <ousage/io/log_follower.hpp>
#include <ousage/ollama/access_log.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/log_observer.hpp>
#include <ousage/ollama/log_start.hpp>
#include <ousage/ollama/metrics.hpp>
#include <ousage/ollama/request_windows.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::ollama {

/// What the server's log brings to a snapshot.
struct ServerLog {
    Windows<RequestStatistics> requests;            ///< by window
    LogMetrics log;                                 ///< sizes and what could not be read
    DailySeries daily_series;                       ///< `requests`
    std::optional<std::string> requests_from;       ///< `server_log`
    std::map<std::string, std::string> diagnostics; ///< the first unparsed line's place
};

/// How much of a log is read at its first reading.
struct LogHistory {
    /// Up to so many bytes of all logs together everything is read.
    std::uint64_t whole_up_to = 64ull * 1024 * 1024;
    /// Of larger ones what lies no longer back than this; windows that reach further stay empty.
    std::chrono::seconds period = std::chrono::days(8);
};

/// Reads the logs of one folder at each poll where the last one stopped, and answers for every
/// window. Not for two threads at once.
class ServerLogReader {
    // Above its users.
    struct Sink {
        RequestWindows& windows;
        LogObserver const& observer;

        void operator()(AccessEntry const& entry) const {
            auto const route = route_of_quoted(entry.line.method, entry.line.quoted_path);
            windows.add(entry.time, route, entry.line.status, entry.line.latency_ns);
            if (observer.entry) {
                observer.entry(entry, route);
            }
        }
    };

public:
    /// Nothing is read before the first poll.
    ServerLogReader(
        std::filesystem::path folder, LogZone zone, LogHistory history = {},
        LogObserver observer = {})
        : folder_(std::move(folder)),
          zone_(std::move(zone)),
          history_(history),
          observer_(std::move(observer)) {}

    /// Reads what is new until `stop`, and tells what is known at `now`. `absent` where there is no
    /// log and never was one. A log that cannot be read is named, the others stand.
    Outcome<ServerLog> poll(std::chrono::sys_seconds now, std::stop_token const& stop) {
        auto outcome = Outcome<ServerLog>{};
        auto files = io::list_server_logs(folder_);
        if (!files) {
            outcome.fail({}, files.failure());
            return outcome;
        }
        if (!windows_) {
            windows_.emplace(now, zone_.calendar);
            prepare(*files, now);
        }
        for (auto const& failure : follower_.poll(*files, stop, *this)) {
            outcome.failures.push_back(failure);
        }
        for (auto& [number, log] : logs_) {
            log.log.flush(Sink{*windows_, observer_});
            log.log.settle_zone(Sink{*windows_, observer_});
        }
        if (observer_.polled) {
            observer_.polled(
                {total_, total_.bytes + follower_.skipped(),
                 follower_.rotations() + follower_.truncations(), !stop.stop_requested()});
        }
        if (logs_.empty() && total_.lines == 0) {
            if (files->empty()) {
                outcome.absent("no server*.log in " + folder_.string());
            }
            return outcome;
        }
        windows_->forget(now);
        conclude(now, outcome.value);
        return outcome;
    }

    // What io::LogFollower calls.
    std::uint64_t begin(std::uint64_t number, io::LogFile const& file, io::LogBytes& bytes) {
        auto log = Log{AccessLog(zone_.calendar, zone_.forced), file.path.filename().string()};
        std::uint64_t offset = 0;
        if (oldest_) {
            auto const start = find_log_start(bytes, zone_.calendar, *oldest_);
            offset = start.offset;
            log.log.assume_offset(start.zone_offset);
            log.begins_late = offset > 0;
        }
        logs_.emplace(number, std::move(log));
        return offset;
    }

    void bytes(std::uint64_t number, std::string_view bytes) {
        auto& [log, name, begins_late] = logs_.at(number);
        auto const before = log.counts();
        log.feed(bytes, Sink{*windows_, observer_});
        total_ += log.counts() - before;
        if (first_unparsed_.empty() && log.counts().unparsed > 0 && !begins_late) {
            first_unparsed_ = name + ":" + std::to_string(log.counts().first_unparsed_line);
        }
    }

    void end(std::uint64_t number) {
        auto& log = logs_.at(number).log;
        auto const before = log.counts();
        log.finish(Sink{*windows_, observer_});
        total_ += log.counts() - before;
    }

    void gone(std::uint64_t number) { logs_.erase(number); }

private:
    struct Log {
        AccessLog log;
        std::string name;
        bool begins_late = false;
    };

    // Of logs that are large together only the windows are read.
    void prepare(std::vector<io::LogFile> const& files, std::chrono::sys_seconds now) {
        std::uint64_t size = 0;
        for (auto const& file : files) {
            std::error_code error;
            auto const bytes = std::filesystem::file_size(file.path, error);
            size += error ? 0 : bytes;
        }
        if (size > history_.whole_up_to) {
            oldest_ = now - history_.period;
        }
    }

    void conclude(std::chrono::sys_seconds now, ServerLog& into) const {
        into.requests = windows_->ask(now);
        into.log.recent_requests = into.requests.one_day.requests;
        into.log.log_bytes = total_.bytes + follower_.skipped();
        auto series = windows_->daily(now);
        if (follower_.skipped() == 0) {
            into.log.log_lines = total_.lines;
            into.log.log_lines_unparsed = total_.unparsed;
        } else {
            leave_out_the_unread(now, series, into);
        }
        // Also where it is empty: no other source's series stands in for a log that is there.
        into.daily_series["requests"] = std::move(series);
        if (!first_unparsed_.empty()) {
            into.diagnostics["server_log_first_unparsed"] = first_unparsed_;
        }
        into.requests_from = "server_log";
    }

    // What was not read has no value, and none that is too small.
    void leave_out_the_unread(
        std::chrono::sys_seconds now, std::vector<DayValue>& series, ServerLog& into) const {
        using namespace std::chrono_literals;
        auto const keep = [this](std::chrono::sys_seconds from, RequestStatistics& window) {
            window = from < *oldest_ ? RequestStatistics{} : window;
        };
        keep(zone_.calendar.midnight(now), into.requests.today);
        keep(now - 5h, into.requests.five_hours);
        keep(now - 24h, into.requests.one_day);
        keep(now - std::chrono::days(7), into.requests.seven_days);
        into.log.recent_requests = into.requests.one_day.requests;
        auto const midnight = zone_.calendar.midnight(*oldest_);
        auto const first = date_text(
            std::chrono::sys_days(zone_.calendar.date(*oldest_)) +
            std::chrono::days(midnight == *oldest_ ? 0 : 1));
        std::erase_if(series, [&first](DayValue const& day) { return day.date < first; });
        into.diagnostics["server_log_skipped"] =
            std::to_string(follower_.skipped()) + " bytes of older lines were not read";
    }

    std::filesystem::path folder_;
    LogZone zone_;
    LogHistory history_;
    LogObserver observer_;
    std::optional<std::chrono::sys_seconds> oldest_;
    io::LogFollower follower_;
    std::map<std::uint64_t, Log> logs_;
    std::optional<RequestWindows> windows_;
    LogCounts total_;
    std::string first_unparsed_;
};

} // namespace ousage::ollama
