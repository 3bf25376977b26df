#pragma once

#include "example/history/history_recorder.hpp"
#include <ousage/core/clock.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/log_tally.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
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
/// the configuration, if there is one. Used on the thread of an event loop, except the observer.
class PolledHistory : public std::enable_shared_from_this<PolledHistory> {
public:
    PolledHistory(ollama::Account const& account, ollama::Configuration const& configuration);

    /// Returns the observer of the account's log, which then calls `next`.
    ollama::LogObserver observer(ollama::LogObserver next = {});

    /// Adds the outcome of a poll.
    void observe(Outcome<ollama::Snapshot> const& outcome);

    /// Starts to store the sums on a thread, if that is due, and returns at once. The work owns
    /// this object, and does not end with the process: what it has not stored is not stored.
    void start_work(asio::any_io_executor const& executor);

    /// Returns why the sums could not be stored; empty if they were, or were not yet.
    std::string const& failure() const noexcept { return failure_; }

private:
    static asio::awaitable<void> work(std::shared_ptr<PolledHistory> self);
    bool is_due() const;

    Now now_;
    ollama::LogHistory log_history_;
    std::shared_ptr<HistoryRecorder> recorder_; // null: nothing is stored
    std::shared_ptr<ollama::LogTally> tally_ = std::make_shared<ollama::LogTally>();
    ollama::Activity activity_;
    bool log_is_whole_ = false, is_working_ = false;
    std::optional<std::chrono::sys_seconds> started_; // the last work
    std::string failure_;
};

} // namespace ousage::program
