#pragma once

#include "example/history/history_store.hpp"
#include <ousage/core/clock.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/log/log_hours.hpp>
#include <ousage/ollama/log/log_observer.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ousage::program {

/// Stores the hourly sums of one account while a program polls it: those of its log, else what the
/// program itself has counted. Thread-safe.
class HistoryRecorder {
public:
    /// `database` is the file, see `HistoryStore`.
    HistoryRecorder(
        std::filesystem::path database, ollama::Account const& account, Now now = &system_now);

    /// Returns the observer of the account's log, of which `history` is read, which then calls
    /// `next`. A further observer is that of a new reader of the same log, and replaces the earlier
    /// one.
    ollama::LogObserver observer(ollama::LogHistory history, ollama::LogObserver next = {});

    /// Returns the sums of the log, of the observer that was returned last.
    std::shared_ptr<ollama::LogHours> log_hours() const;

    /// Stores what has changed, at most every 30 seconds, and at once if the hour has changed.
    /// `log_is_whole` is false if a part of the log could not be read in the last poll.
    /// `inferences` is the number of inferences that the program has observed since it started; it
    /// is used only as long as the log contains no access line. If a restarted program observes
    /// an hour again, it adds to what is stored. Blocks, see `HistoryStore::record`. Does nothing
    /// while another thread stores. The next call repeats an attempt that failed. Returns the
    /// failure, if any, unless the previous call failed for the same reason.
    std::optional<Failure> record(bool log_is_whole, std::uint64_t inferences);

    /// Returns why the last call of `record` failed; empty if it succeeded.
    std::string failure() const;

private:
    std::optional<Failure> store(bool log_is_whole, std::uint64_t inferences);
    void
    add_log(ollama::LogHourSums const& log, bool log_is_whole, std::vector<StoredHour>& into) const;
    std::optional<Failure> add_counted(std::chrono::sys_seconds now, std::vector<StoredHour>& into);

    HistoryStore store_;
    std::string account_, url_;
    Now now_;
    mutable std::mutex state_mutex_;                // of the next two
    std::shared_ptr<ollama::LogHours> hours_;       // of the current reader of the log
    std::string failure_;                           // of the last call
    std::mutex mutex_;                              // held while the history is stored
    ollama::HourlySums stored_;                     // of the log, as last stored
    bool stored_whole_ = false;                     // the log was whole then
    std::map<std::int64_t, std::uint64_t> counted_; // inferences by hour, without a log
    std::uint64_t inferences_ = 0;
    std::int64_t start_hour_;
    std::optional<std::uint64_t> base_; // stored requests of that hour, before this process
    std::optional<std::chrono::sys_seconds> recorded_;
};

} // namespace ousage::program
