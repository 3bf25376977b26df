#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/detail/write_optional.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <cstdint>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

// Adds the usual kinds of inference requests, if the log has shown any access line.
inline void add_zero_requests(ollama::RequestTotals const& log, ollama::RequestCounts& requests) {
    if (log.log && log.log->counts.entries > 0) {
        for (auto const route :
             {ollama::Route::chat, ollama::Route::generate, ollama::Route::embed}) {
            for (auto const status : {200, 400, 404, 499, 500, 503}) {
                requests.try_emplace(ollama::RequestKind{route, "POST", status}, 0u);
            }
        }
    }
}

inline void write_requests(Observation const& observation, Exposition& into) {
    if (observation.activity == nullptr) {
        return;
    }
    auto requests = observation.activity->log().requests;
    if (observation.has_zeros) {
        add_zero_requests(observation.activity->log(), requests);
    }
    for (auto const& [kind, count] : requests) {
        auto const code = kind.status == 0 ? std::string("other") : std::to_string(kind.status);
        into.counter(
            {{"route", enum_name(kind.route)}, {"method", kind.method}, {"code", code}}, count,
            observation.activity->start());
    }
}

inline void write_request_durations(Observation const& observation, Exposition& into) {
    if (observation.activity == nullptr || !observation.activity->has_log()) {
        return;
    }
    auto const& durations = observation.activity->log().durations;
    for (std::size_t index = 0; index < durations.size(); ++index) {
        into.histogram(
            {{"route", enum_name(static_cast<ollama::Route>(index))}}, durations[index],
            observation.activity->start());
    }
}

inline void write_lines(Observation const& observation, Exposition& into) {
    auto const write = [&into](std::uint64_t lines, std::uint64_t unparsed, double start) {
        into.counter({{"outcome", "read"}}, lines - unparsed, start);
        into.counter({{"outcome", "unparsed"}}, unparsed, start);
    };
    auto const& log = observation.snapshot->metrics.log;
    if (observation.activity != nullptr && observation.activity->log().log) {
        auto const& counts = observation.activity->log().log->counts;
        write(counts.lines, counts.unparsed, observation.activity->start());
    } else if (observation.activity == nullptr && log.log_lines) {
        write(*log.log_lines, log.log_lines_unparsed.value_or(0), observation.now);
    }
}

/// Metrics of the server's log.
inline constexpr FamilyWriter log_families[] = {
    {{"ollama_requests_total",
      MetricType::counter,
      "",
      {"route", "method", "code"},
      "Number of requests in the server's log since the exporter started."},
     &write_requests},
    {{"ollama_request_duration_seconds",
      MetricType::histogram,
      "seconds",
      {"route"},
      "Duration of requests in the server's log since the exporter started."},
     &write_request_durations},
    {{"ollama_log_lines_total",
      MetricType::counter,
      "",
      {"outcome"},
      "Number of lines of the log. Unparsed lines contain the access log's mark but no complete "
      "request."},
     &write_lines},
    {{"ollama_log_bytes_total", MetricType::counter, "bytes", {}, "Number of bytes of the log."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity != nullptr && observation.activity->log().log) {
             auto const& log = *observation.activity->log().log;
             into.counter({}, log.bytes, observation.activity->start());
         } else if (
             observation.activity == nullptr && observation.snapshot->metrics.log.log_bytes) {
             into.counter({}, *observation.snapshot->metrics.log.log_bytes, observation.now);
         }
     }},
    {{"ollama_log_rotations_total",
      MetricType::counter,
      "",
      {},
      "Number of detected rotations, truncations and replacements of the log since the exporter "
      "started."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity != nullptr && observation.activity->log().log) {
             auto const& log = *observation.activity->log().log;
             into.counter({}, log.rotations, observation.activity->start());
         }
     }},
    {{"ollama_log_last_event_timestamp_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "Time of the latest request in the log, in seconds since 1970."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity != nullptr && observation.activity->log().last_event) {
             into.sample({}, observation.activity->log().last_event->time_since_epoch().count());
         }
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
