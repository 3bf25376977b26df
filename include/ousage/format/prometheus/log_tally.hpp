#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/duration_histogram.hpp>
#include <ousage/format/prometheus/engine_tally.hpp>
#include <ousage/ollama/log/engine_record.hpp>
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/route.hpp>

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// The method as a label: one of the nine methods of RFC 9110 and RFC 5789, otherwise `other`.
OUSAGE_DECL std::string_view method_label(std::string_view method);

/// The status as a label: the status itself if it is registered or 499, otherwise 0 for `other`.
OUSAGE_DECL int status_label(int status);

/// The labels by which the requests of a log are counted.
struct RequestKind {
    Route route = Route::other;        ///< see `Route`
    std::string_view method = "other"; ///< from `method_label`
    int status = 0;                    ///< from `status_label`

    auto operator<=>(RequestKind const&) const = default;
};

/// Numbers of requests by kind.
using RequestCounts = std::map<RequestKind, std::uint64_t>;

/// Totals of all counted requests.
struct RequestTotals {
    RequestCounts requests; ///< since the log was first read to its end
    std::array<DurationHistogram, route_count> durations{
        DurationHistogram(request_duration_bounds), DurationHistogram(request_duration_bounds),
        DurationHistogram(request_duration_bounds), DurationHistogram(request_duration_bounds)};
    EngineTotals engine;                                    ///< of the engine's lines
    std::uint64_t inference = 0;                            ///< the inference requests among them
    std::optional<std::chrono::sys_seconds> last_event;     ///< latest entry, history included
    std::optional<std::chrono::sys_seconds> last_inference; ///< latest inference, history included
    std::optional<LogProgress> log;                         ///< empty before the first poll
};

/// Counts each request of a log once, starting when the log has first been read to its end. Earlier
/// entries are history and only update the latest times. Thread-safe.
class LogTally {
public:
    /// The observer that adds the entries of a log to `tally`. It shares ownership of the tally.
    ///
    /// A further observer is that of a new reader of the same log. It replaces the earlier one, and
    /// all totals continue. Until the new reader has read the log to its end, only entries that are
    /// later than all earlier ones are counted, and no records of the engine.
    static LogObserver observer(std::shared_ptr<LogTally> tally);

    /// Counts one entry.
    void add(std::chrono::sys_seconds time, Route route, GinLine const& line);

    /// Counts one record of the engine. `model` may be empty.
    void add(EngineRecord const& record, std::string const& model);

    /// Records the end of a poll.
    void polled(LogProgress const& progress);

    /// A copy of the totals so far.
    RequestTotals totals() const;

private:
    // All of these require the lock.
    void count(std::chrono::sys_seconds time, Route route, GinLine const& line);
    void count(EngineRecord const& record, std::string const& model);
    void update(LogProgress const& progress);

    // Starts a further observer, and returns its number.
    std::uint64_t start_observer();

    mutable std::mutex mutex_;
    RequestTotals totals_;
    bool is_live_ = false;                               // the log was read to its end
    std::uint64_t observers_ = 0;                        // only the last one has an effect
    std::optional<std::chrono::sys_seconds> counted_to_; // by earlier observers
    std::optional<LogProgress> earlier_;                 // the progress shown before this observer
    LogProgress missing_;                                // what the counters of this observer lack
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/format/prometheus/impl/log_tally.hpp>
#endif
