#pragma once

#include "example/history/history_periods.hpp"
#include "example/history/history_recorder.hpp"
#include <ousage/core/clock.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/log_tally.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/log/log_hours.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace ousage::program {

/// Returns whether a snapshot contains what the whole log of its server says.
bool has_read_log(ollama::Snapshot const& snapshot);

/// Calls `HistoryRecorder::record` on a thread, so that a slow disk does not block an event loop.
/// Returns the failure that it returns.
asio::awaitable<std::optional<Failure>> record_history(
    std::shared_ptr<HistoryRecorder> recorder, bool log_is_whole, std::uint64_t inferences);

/// The history of one account of a program that polls it: stores its hourly sums in the database of
/// the configuration, if there is one, and combines those of the log with the stored ones. Used on
/// the thread of an event loop, except the observer.
class PolledHistory : public std::enable_shared_from_this<PolledHistory> {
public:
    /// `reads_stored`: stored sums are read too.
    PolledHistory(
        ollama::Account const& account, ollama::Configuration const& configuration,
        bool reads_stored);

    /// Returns the observer of the account's log, which then calls `next`.
    ollama::LogObserver observer(ollama::LogObserver next = {});

    /// Adds the outcome of a poll.
    void observe(Outcome<ollama::Snapshot> const& outcome);

    /// Starts to read and to store sums on a thread, if that is due, and returns at once. Stored
    /// sums are read at first, in each new hour and, without a log, every 30 seconds. The work
    /// owns this object. If the process ends, what is not stored yet is not stored.
    void start_work(asio::any_io_executor const& executor);

    /// Returns the sums of at least the last 31 days, if they may have changed since the last call.
    std::optional<HistoryHours> changed_hours();

    /// Returns why the sums could not be read or stored; empty if they were, or were not yet.
    std::string const& failure() const noexcept { return failure_; }

private:
    static asio::awaitable<void> work(std::shared_ptr<PolledHistory> self);
    asio::awaitable<void> read_stored();
    bool is_due() const;

    // What the combined hours depend on.
    struct Version {
        std::uint64_t log_bytes = 0;
        std::int64_t hour = 0;
        bool log_is_whole = false;
        unsigned reads = 0;

        friend bool operator==(Version const&, Version const&) = default;
    };

    Now now_;
    ollama::Account account_;
    std::optional<std::filesystem::path> database_;
    std::shared_ptr<ollama::LogHours> log_hours_;
    std::shared_ptr<std::atomic<std::uint64_t>> log_bytes_ =
        std::make_shared<std::atomic<std::uint64_t>>(0);
    std::shared_ptr<HistoryRecorder> recorder_; // null: nothing is stored
    std::shared_ptr<ollama::LogTally> tally_ = std::make_shared<ollama::LogTally>();
    ollama::Activity activity_;
    bool reads_stored_, log_is_whole_ = false, is_working_ = false;
    std::optional<std::chrono::sys_seconds> started_; // the last work
    std::string failure_;
    ollama::HourlySums stored_;
    std::optional<std::int64_t> read_hour_; // in which the stored hours were read
    std::string read_failure_;
    unsigned reads_ = 0;
    bool has_entries_ = false;       // the log contains access lines
    std::optional<Version> version_; // of the hours that were returned last
};

} // namespace ousage::program
