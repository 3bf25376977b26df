#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/file/log_follower.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/detail/interim_report.hpp>
#include <ousage/ollama/log/detail/request_sink.hpp>
#include <ousage/ollama/log/log_history.hpp>
#include <ousage/ollama/log/log_location.hpp>
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
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Reads the logs at one location and computes all windows. Each poll resumes where the last one
/// stopped. Not thread-safe.
class ServerLogReader final : public io::LogVisitor {
public:
    /// Reads nothing before the first poll.
    ServerLogReader(
        LogLocation location, LogZone zone, LogHistory history = {}, LogObserver observer = {});

    /// Reads the logs of a directory: see `log_directory`.
    ServerLogReader(
        std::filesystem::path directory, LogZone zone, LogHistory history = {},
        LogObserver observer = {});

    /// Reads new data until `stop` is requested and returns the state at `now`. `absent` if there
    /// is no log and never was one. A log that cannot be read is reported as a failure; the others
    /// are used. `interim` receives the state so far while a long poll reads.
    Outcome<ServerLog> poll(
        std::chrono::sys_seconds now, std::stop_token const& stop,
        detail::InterimReport interim = {});

    // Called by io::LogFollower.
    std::optional<std::uint64_t>
    begin(std::uint64_t number, io::LogFile const& file, io::LogBytes& bytes) override;
    void bytes(std::uint64_t number, std::string_view bytes) override;
    void end(std::uint64_t number) override;
    void removed(std::uint64_t number) override;

private:
    struct Log {
        AccessLog log;
        std::string name;
        bool begins_late = false;
        detail::EngineDater dater;
    };

    detail::RequestSink sink(Log& log) { return {*windows_, observer_, *engine_, log.dater}; }

    // Returns the counts of all logs, including deleted ones.
    LogCounts total_counts() const;

    // Reads the new data of all files.
    void read(
        std::vector<io::LogFile> const& files, std::stop_token const& stop,
        Outcome<ServerLog>& into);

    // Stores the state at `now` in `into`.
    void publish(std::chrono::sys_seconds now, ServerLog& into);

    // If the logs are large in total, only what the windows need is read.
    void limit_history(std::vector<io::LogFile> const& files, std::chrono::sys_seconds now);

    void report_counts(std::chrono::sys_seconds now, LogCounts const& total, ServerLog& into) const;

    // Omits values that are too small because older lines were not read.
    void omit_incomplete(std::chrono::sys_seconds now, ServerLog& into) const;

    LogLocation location_;
    LogZone zone_;
    LogHistory history_;
    LogObserver observer_;
    std::optional<std::chrono::sys_seconds> oldest_;
    io::LogFollower follower_;
    std::map<std::uint64_t, Log> logs_;
    std::optional<RequestWindows> windows_;
    std::optional<detail::EngineReader> engine_;
    LogCounts deleted_; // counts of deleted logs
    std::string first_unparsed_;
    // Of the current poll.
    std::stop_token stop_;
    std::chrono::sys_seconds now_;
    detail::InterimReport interim_;
    // Searches that a stop has ended; the next poll resumes them.
    std::map<io::FileId, LogStartSearch> searches_;
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/server_log_reader.hpp>
#endif
