#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/file/log_follower.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/detail/interim_report.hpp>
#include <ousage/ollama/log/detail/log_checkpoint.hpp>
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
#include <set>
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
        io::FileId id = {};
        std::uint64_t partial = 0; // bytes after the last newline
    };

    // The live log of a checkpoint, until the follower begins it.
    struct ResumedLog {
        Log log;
        std::uint64_t offset = 0;
    };

    detail::RequestSink sink(Log& log) { return {*windows_, observer_, *engine_, log.dater}; }

    // Forgets everything that was read.
    void reset(std::chrono::sys_seconds now);

    // Continues at the checkpoint, if there is a valid one.
    void resume(
        std::vector<io::LogFile> const& files, detail::CheckpointConditions const& conditions,
        std::chrono::sys_seconds now);

    // Returns true if a full read could yield other values than the checkpoint did.
    bool is_resumed_wrongly() const;

    void store_checkpoint(
        std::vector<io::LogFile> const& files, detail::CheckpointConditions const& conditions,
        bool is_complete, std::chrono::sys_seconds now);

    // Sets where the next run continues. Returns the live log, or null if no run can.
    Log* set_position(io::LogFile const& file, detail::LogCheckpoint& into);

    // Returns the files that the checkpoint does not contain completely.
    std::vector<io::LogFile> without_resumed(std::vector<io::LogFile> files) const;

    // Returns the number of bytes that were not read, because they are too old.
    std::uint64_t skipped() const noexcept {
        return follower_.skipped() - resumed_offset_ + resumed_skipped_;
    }

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
    // Of the checkpoint.
    std::optional<ResumedLog> resumed_;
    std::uint64_t resumed_offset_ = 0, resumed_skipped_ = 0;
    std::set<io::FileId> resumed_files_; // rotated logs
    bool is_resumed_ = false, had_offset_ = false, is_stale_ = false;
    bool is_unordered_ = false; // a task may depend on lines that were read in another order
    // Searches that a stop has ended; the next poll resumes them.
    std::map<io::FileId, LogStartSearch> searches_;
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/server_log_reader.hpp>
#endif
