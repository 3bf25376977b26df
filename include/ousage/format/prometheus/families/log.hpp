#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/format/prometheus/subject.hpp>

#include <cstdint>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

inline void write_requests(Subject const& subject, Exposition& into) {
    if (subject.activity == nullptr) {
        return;
    }
    for (auto const& [kind, count] : subject.activity->log().requests) {
        auto const code = kind.status == 0 ? std::string("other") : std::to_string(kind.status);
        into.counter(
            {{"route", enum_name(kind.route)}, {"method", kind.method}, {"code", code}}, count,
            subject.activity->start());
    }
}

inline void write_request_durations(Subject const& subject, Exposition& into) {
    if (subject.activity == nullptr || !subject.activity->has_log()) {
        return;
    }
    auto const& durations = subject.activity->log().durations;
    for (std::size_t index = 0; index < durations.size(); ++index) {
        into.histogram(
            {{"route", enum_name(static_cast<ollama::Route>(index))}}, durations[index],
            subject.activity->start());
    }
}

inline void write_lines(Subject const& subject, Exposition& into) {
    auto const write = [&into](std::uint64_t lines, std::uint64_t unparsed, double start) {
        into.counter({{"outcome", "read"}}, lines - unparsed, start);
        into.counter({{"outcome", "unparsed"}}, unparsed, start);
    };
    auto const& log = subject.snapshot->metrics.log;
    if (subject.activity != nullptr && subject.activity->log().log) {
        auto const& counts = subject.activity->log().log->counts;
        write(counts.lines, counts.unparsed, subject.activity->start());
    } else if (subject.activity == nullptr && log.log_lines) {
        write(*log.log_lines, log.log_lines_unparsed.value_or(0), subject.now);
    }
}

/// Metrics of the server's log.
inline constexpr SubjectFamily log_families[] = {
    {{"ollama_requests_total",
      MetricType::counter,
      "",
      {"route", "method", "code"},
      "Requests of the server's log since the exporter started."},
     &write_requests},
    {{"ollama_request_duration_seconds",
      MetricType::histogram,
      "seconds",
      {"route"},
      "How long these requests took, as the server's log has it."},
     &write_request_durations},
    {{"ollama_log_lines_total",
      MetricType::counter,
      "",
      {"outcome"},
      "Lines of the log; unparsed are those of the access log that give no request."},
     &write_lines},
    {{"ollama_log_bytes_total", MetricType::counter, "bytes", {}, "Bytes of the log."},
     [](Subject const& subject, Exposition& into) {
         if (subject.activity != nullptr && subject.activity->log().log) {
             auto const& log = *subject.activity->log().log;
             into.counter({}, log.bytes, subject.activity->start());
         } else if (subject.activity == nullptr && subject.snapshot->metrics.log.log_bytes) {
             into.counter({}, *subject.snapshot->metrics.log.log_bytes, subject.now);
         }
     }},
    {{"ollama_log_rotations_total",
      MetricType::counter,
      "",
      {},
      "How often the log was seen to be rotated, truncated or replaced."},
     [](Subject const& subject, Exposition& into) {
         if (subject.activity != nullptr && subject.activity->log().log) {
             auto const& log = *subject.activity->log().log;
             into.counter({}, log.rotations, subject.activity->start());
         }
     }},
    {{"ollama_log_last_event_timestamp_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "The time of the latest request in the log."},
     [](Subject const& subject, Exposition& into) {
         if (subject.activity != nullptr && subject.activity->log().last_event) {
             into.sample({}, subject.activity->log().last_event->time_since_epoch().count());
         }
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
