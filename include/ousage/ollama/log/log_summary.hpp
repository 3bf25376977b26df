#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/client_counts.hpp>
#include <ousage/ollama/log/detail/counted_day.hpp>
#include <ousage/ollama/log/detail/route_counts.hpp>
#include <ousage/ollama/log/engine_record.hpp>
#include <ousage/ollama/log/log_counts.hpp>
#include <ousage/ollama/log/route.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/detail/day_counts.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Statistics of the requests of one route. Percentiles use nearest rank: exact up to 4,096
/// requests, then within 0.8 %.
struct RouteSummary {
    Route route = Route::other; ///< see `Route`
    std::uint64_t requests = 0; ///< all requests
    std::uint64_t http_4xx = 0; ///< status 400 to 499
    std::uint64_t http_5xx = 0; ///< status 500 and above
    double avg_latency_ms = 0;  ///< milliseconds
    double p50_latency_ms = 0;  ///< milliseconds
    double p95_latency_ms = 0;  ///< milliseconds
    double p99_latency_ms = 0;  ///< milliseconds
    double max_latency_ms = 0;  ///< milliseconds
};

/// How often a status was returned.
struct StatusCount {
    int status = 0;          ///< 100 to 999
    std::uint64_t count = 0; ///< requests
};

/// The number of requests of a client.
struct ClientRequests {
    std::string client;         ///< its address as printed by Gin
    std::uint64_t requests = 0; ///< requests
};

/// The summary of a log. Its members are the keys of `ousage log --summary`.
struct LogSummary {
    std::uint64_t lines = 0;             ///< all lines
    std::uint64_t entries = 0;           ///< requests
    std::uint64_t unparsed = 0;          ///< lines with `[GIN] ` that could not be parsed
    std::uint64_t bytes = 0;             ///< all bytes
    std::optional<Timestamp> first;      ///< the earliest request
    std::optional<Timestamp> last;       ///< the latest request
    std::vector<RouteSummary> routes;    ///< routes that occur, in the order of `Route`
    std::vector<StatusCount> statuses;   ///< statuses that occur, ascending
    std::vector<DayValue> daily;         ///< requests by local day of 1970 to 2199, without gaps
    std::vector<ClientRequests> clients; ///< the ten with the most requests, in descending order
    std::optional<std::uint64_t> generations;   ///< completed; absent without lines of the engine
    std::optional<std::uint64_t> input_tokens;  ///< of all tasks of the engine
    std::optional<std::uint64_t> output_tokens; ///< of completed and cancelled generations
};

/// Summarizes a log, entry by entry.
class LogSummarizer {
public:
    /// `calendar` defines the days.
    explicit LogSummarizer(Calendar calendar) : local_day_(std::move(calendar)) {}

    /// Counts one request.
    void add(AccessEntry const& entry) {
        auto const& line = entry.line;
        ++entries_;
        if (entry.time < first_) {
            first_ = entry.time;
            first_offset_ = entry.offset;
        }
        if (entry.time >= last_) {
            last_ = entry.time;
            last_offset_ = entry.offset;
        }
        routes_[static_cast<std::size_t>(entry.route)].add(line.status, line.latency_ns);
        if (auto const day = local_day_.of(entry.time); detail::is_counted_day(day)) {
            days_.add(day, 1);
        }
        clients_.add(line.client);
    }

    /// Counts one record of the engine.
    void add(EngineRecord const& record) {
        generations_ += record.kind == EngineRecordKind::completed ? 1u : 0u;
        input_tokens_ += record.input_tokens.value_or(0);
        output_tokens_ += record.output_tokens.value_or(0);
    }

    /// Includes the engine in the summary, even if it has no record: the log has lines of its
    /// tasks.
    void include_engine() { has_engine_ = true; }

    /// Returns the summary of all added entries. `counts` are the counts of the logs.
    LogSummary summary(LogCounts const& counts) const;

private:
    std::uint64_t entries_ = 0;
    std::chrono::sys_seconds first_ = std::chrono::sys_seconds::max();
    std::chrono::sys_seconds last_ = std::chrono::sys_seconds::min();
    std::chrono::seconds first_offset_{}, last_offset_{};
    std::array<detail::RouteCounts, route_count> routes_;
    detail::LocalDay local_day_;
    detail::DayCounts days_;
    detail::ClientCounts clients_;
    std::uint64_t generations_ = 0, input_tokens_ = 0, output_tokens_ = 0;
    bool has_engine_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/log_summary.hpp>
#endif
