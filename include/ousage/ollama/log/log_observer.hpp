#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/engine_record.hpp>
#include <ousage/ollama/log/log_counts.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The lines of the engine, and of Ollama about it, that a log reader has read since it was
/// constructed.
struct EngineProgress {
    std::uint64_t lines = 0; ///< number of these lines
    /// Time of the last of them, if it contains one, else of the last dated line before it. Absent
    /// if there is none.
    std::optional<std::chrono::sys_seconds> last_line{};
    std::uint64_t started_tasks = 0; ///< tasks that were started
    /// Tasks that were started and not released. Absent if no line of a task was read.
    std::optional<std::uint64_t> open_tasks{};
    /// Number of the newest of the open tasks, from 1 to `started_tasks`; 0 if there is none.
    std::uint64_t newest_open_task = 0;
};

/// What a log reader has read since it was constructed.
struct LogProgress {
    LogCounts counts;            ///< counts of everything read
    std::uint64_t bytes = 0;     ///< bytes read or skipped
    std::uint64_t rotations = 0; ///< how often a live log was renamed, replaced or truncated
    bool caught_up = false;      ///< true if everything was read, false if a deadline expired
    EngineProgress engine{};     ///< lines of the engine

    /// Adds `counts`, `bytes` and `rotations` of another log.
    void add_counters(LogProgress const& other) noexcept {
        counts += other.counts;
        bytes += other.bytes;
        rotations += other.rotations;
    }
};

/// Records of the engine with the time of the last dated line before them.
using UndatedRecords = std::vector<std::pair<std::chrono::sys_seconds, EngineRecord>>;

/// Callbacks of a log reader. Called on the reading thread, never concurrently, but also after a
/// deadline has abandoned that thread: they must own what they access.
struct LogObserver {
    std::function<void(AccessEntry const&)> entry; ///< called for every entry, including old ones
    /// Called for every record of the engine and the name of its model, which may be empty.
    std::function<void(EngineRecord const&, std::string const&)> engine;
    /// Called for every record of the engine once its time is known, which is at the next dated
    /// line.
    std::function<void(std::chrono::sys_seconds, EngineRecord const&)> dated{};
    /// Called at the end of a poll with the records whose time is not known yet. They are passed to
    /// `dated` later.
    std::function<void(UndatedRecords const&)> undated{};
    /// Called if the log contains the name of a model that the engine has loaded, which follows the
    /// load. The digest may be empty.
    std::function<void(EngineModel const&)> load;
    std::function<void(LogProgress const&)> polled; ///< called at the end of every poll
};

} // namespace OUSAGE_NAMESPACE::ollama
