#pragma once

#include "example/history/history_periods.hpp"
#include "example/history/history_recorder.hpp"
#include "example/history/history_store.hpp"
#include <ousage/core/clock.hpp>
#include <ousage/core/error.hpp>
#include <ousage/ollama/configuration.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace ousage::program {

/// The hours of the last four weeks of one account, for the charts of a program that polls it: from
/// the log for the hours that it covers, else from the database. Thread-safe.
class RecentHours {
public:
    /// The hours, and why the database could not be read, unless that is already known.
    struct Answer {
        HistoryHours hours;
        std::optional<Failure> failure;
    };

    /// `database` is the file, see `HistoryStore`.
    RecentHours(
        std::filesystem::path database, ollama::Account const& account, Now now = &system_now);

    /// Combines the sums of the log with those of the database. `log_is_whole` is false if a part
    /// of the log could not be read. Reads the database at most every ten minutes, and at once if
    /// the hour has changed, but not if the log covers all hours. Blocks meanwhile. Returns nothing
    /// while another thread reads.
    std::optional<Answer> read(ollama::LogHourSums const& log, bool log_is_whole);

private:
    std::optional<Failure> read_stored(std::chrono::sys_seconds now, std::int64_t first);

    HistoryStore store_;
    std::string account_, url_;
    Now now_;
    std::mutex mutex_;
    ollama::HourlySums stored_;                    // as last read
    std::optional<std::chrono::sys_seconds> read_; // when that was
    std::string failure_;                          // of the last attempt
};

/// Calls `RecentHours::read` on a thread, with the log of `recorder`.
asio::awaitable<std::optional<RecentHours::Answer>> read_recent_hours(
    std::shared_ptr<RecentHours> recent, std::shared_ptr<HistoryRecorder> recorder,
    bool log_is_whole);

} // namespace ousage::program
