#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/ollama/log/engine_record.hpp>
#include <ousage/ollama/log/log_history.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/route.hpp>
#include <ousage/ollama/model/hour_sums.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The hourly sums of a log.
struct LogHourSums {
    HourlySums hours; ///< the hours with a request or a record of the engine, up to now
    /// The first hour that the log covers completely: the one after its first dated line. Empty if
    /// it has none.
    std::optional<std::int64_t> first_complete;
    bool has_entries = false; ///< the log contains an access line
    bool caught_up = false;   ///< everything was read
};

/// Sums the requests and tokens of a log by hour. Keeps the latest `hour_limit` hours that have
/// some, and as many of the future, for the case of a wrong clock. Thread-safe.
class LogHours {
public:
    /// The maximum number of hours that are kept: two years.
    static constexpr std::size_t hour_limit = std::size_t{24} * 731;

    /// `now` is the current time, and `history` how much of the log is read.
    explicit LogHours(Now now = &system_now, LogHistory history = {})
        : now_(std::move(now)), history_(history) {}

    /// Returns the observer that adds a log to `hours`, which it owns jointly, and then calls
    /// `next`.
    static LogObserver observer(std::shared_ptr<LogHours> hours, LogObserver next = {});

    /// Adds a request. Those of route `other` only show from when on the log exists.
    void add(std::chrono::sys_seconds time, Route route, int status);

    /// Adds a record of the engine.
    void add(std::chrono::sys_seconds time, EngineRecord const& record);

    /// Replaces the records whose time may still change.
    void set_undated(UndatedRecords const& records);

    /// Records the end of a poll.
    void polled(LogProgress const& progress);

    /// Returns the sums so far.
    LogHourSums sums() const;

private:
    struct Counts {
        std::uint64_t requests = 0, errors = 0, input = 0, output = 0;
    };

    using Hours = std::map<std::int64_t, Counts>;

    Counts* hour_of(std::chrono::sys_seconds time);
    Counts* select(std::int64_t number);
    static void add_tokens(EngineRecord const& record, Counts& into);

    mutable std::mutex mutex_;
    Now now_;
    LogHistory history_;
    Hours hours_;
    Hours::value_type* last_ = nullptr;
    UndatedRecords undated_;
    std::optional<std::chrono::sys_seconds> first_;  // of the dated lines
    std::optional<std::chrono::sys_seconds> oldest_; // older lines were not read
    bool has_entries_ = false, has_tokens_ = false, caught_up_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/log_hours.hpp>
#endif
