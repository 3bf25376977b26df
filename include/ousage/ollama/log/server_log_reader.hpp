#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/file/log_follower.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/detail/request_sink.hpp>
#include <ousage/ollama/log/log_history.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/log_start.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/log/request_windows.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

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

namespace OUSAGE_NAMESPACE::ollama {

/// Reads the logs of one directory and computes all windows. Each poll resumes where the last one
/// stopped. Not thread-safe.
class ServerLogReader {
public:
    /// Reads nothing before the first poll.
    ServerLogReader(
        std::filesystem::path folder, LogZone zone, LogHistory history = {},
        LogObserver observer = {})
        : folder_(std::move(folder)),
          zone_(std::move(zone)),
          history_(history),
          observer_(std::move(observer)) {}

    /// Reads new data until `stop` is requested and returns the state at `now`. `absent` if there
    /// is no log and never was one. A log that cannot be read is reported as a failure; the others
    /// are used.
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
            log.log.flush(sink());
            log.log.settle_zone(sink());
        }
        auto const total = total_counts();
        if (observer_.polled) {
            observer_.polled(
                {total, total.bytes + follower_.skipped(),
                 follower_.rotations() + follower_.truncations(), !stop.stop_requested()});
        }
        if (logs_.empty() && total.lines == 0) {
            if (files->empty()) {
                outcome.absent("no server*.log in " + folder_.string());
            }
            return outcome;
        }
        detail::tell_requests(*windows_, now, outcome.value);
        conclude(now, total, outcome.value);
        return outcome;
    }

    // Callbacks of io::LogFollower.
    std::uint64_t begin(std::uint64_t number, io::LogFile const& file, io::LogBytes& bytes) {
        auto log = Log{
            AccessLog(zone_.of_lines(), zone_.forced.has_value()), file.path.filename().string()};
        auto const start = find_log_start(bytes, zone_, oldest_);
        if (bytes.size() > 0) {
            log.log.assume_offset(start.zone_offset);
        }
        log.begins_late = start.offset > 0;
        logs_.emplace(number, std::move(log));
        return start.offset;
    }

    void bytes(std::uint64_t number, std::string_view bytes) {
        auto& [log, name, begins_late] = logs_.at(number);
        log.feed(bytes, sink());
        if (first_unparsed_.empty() && log.counts().unparsed > 0 && !begins_late) {
            first_unparsed_ = name + ":" + std::to_string(log.counts().first_unparsed_line);
        }
    }

    void end(std::uint64_t number) { logs_.at(number).log.finish(sink()); }

    void gone(std::uint64_t number) {
        gone_ += logs_.at(number).log.counts();
        logs_.erase(number);
    }

private:
    struct Log {
        AccessLog log;
        std::string name;
        bool begins_late = false;
    };

    detail::RequestSink sink() { return {*windows_, observer_}; }

    // Returns the counts of all logs, including deleted ones.
    LogCounts total_counts() const {
        auto total = gone_;
        for (auto const& [number, log] : logs_) {
            total += log.log.counts();
        }
        return total;
    }

    // If the logs are large in total, reads only what the windows need.
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

    void conclude(std::chrono::sys_seconds now, LogCounts const& total, ServerLog& into) const {
        into.log.log_bytes = total.bytes + follower_.skipped();
        if (follower_.skipped() == 0) {
            into.log.log_lines = total.lines;
            into.log.log_lines_unparsed = total.unparsed;
        } else {
            leave_out_the_unread(now, into);
        }
        if (!first_unparsed_.empty()) {
            into.diagnostics["server_log_first_unparsed"] = first_unparsed_;
        }
    }

    // Omits values that are too small because older lines were not read.
    void leave_out_the_unread(std::chrono::sys_seconds now, ServerLog& into) const {
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
        std::erase_if(into.daily_series["requests"], [&first](DayValue const& day) {
            return day.date < first;
        });
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
    LogCounts gone_; // counts of deleted logs
    std::string first_unparsed_;
};

} // namespace OUSAGE_NAMESPACE::ollama
