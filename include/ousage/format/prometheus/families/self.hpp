#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/detail/write_optional.hpp>
#include <ousage/format/prometheus/exporter_facts.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/format/prometheus/source_states.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/ollama/snapshot.hpp>
#include <ousage/version.hpp>

#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

template <class T>
void write_fact(
    Observation const& observation, Exposition& into, std::optional<T> io::ProcessFacts::* member) {
    if (observation.process != nullptr) {
        write_optional(into, {}, observation.process->*member);
    }
}

// The name and version of the compiler, such as `gcc 12.2`.
inline std::string compiler_name() {
#if defined(__clang__)
    return "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#elif defined(__GNUC__)
    return "gcc " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#else
    return "other";
#endif
}

inline void write_http_requests(Observation const& observation, Exposition& into) {
    if (observation.exporter != nullptr) {
        for (auto const& [key, count] : observation.exporter->requests) {
            into.counter(
                {{"handler", key.first}, {"code", std::to_string(key.second)}}, count,
                observation.exporter->start);
        }
    }
}

/// Metrics of ousage itself.
inline constexpr FamilyWriter self_families[] = {
    {{"ousage_source_state",
      MetricType::gauge,
      "",
      {"source", "state"},
      "State of a source at the last poll: 1 for its state, 0 for all other states."},
     [](Observation const& observation, Exposition& into) {
         write_source_states(observation.snapshot->sources, into);
     }},
    {{"ousage_source_duration_seconds",
      MetricType::gauge,
      "seconds",
      {"source"},
      "Duration of a source's collection at the last poll."},
     [](Observation const& observation, Exposition& into) {
         for (auto const& report : observation.snapshot->sources) {
             into.sample({{"source", report.name}}, report.elapsed_ms / 1e3);
         }
     }},
    {{"ousage_snapshot_age_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "Time since the end of the last poll, which provides all other values."},
     [](Observation const& observation, Exposition& into) {
         write_optional(into, {}, observation.age_seconds);
     }},
    {{"ousage_http_requests_total",
      MetricType::counter,
      "",
      {"handler", "code"},
      "Number of HTTP requests to the exporter since it started, by page and status code."},
     &write_http_requests},
    {{"ousage_http_connections_dropped_total",
      MetricType::counter,
      "",
      {"reason"},
      "Number of connections of clients that the exporter closed since it started: late in sending "
      "a request or reading a response, idle, evicted for a new connection, or failed."},
     [](Observation const& observation, Exposition& into) {
         if (observation.exporter != nullptr) {
             for (auto const& [reason, count] : observation.exporter->dropped) {
                 into.counter({{"reason", reason}}, count, observation.exporter->start);
             }
         }
     }},
    {{"ousage_config_last_reload_successful",
      MetricType::gauge,
      "",
      {},
      "Whether the accounts file and the web configuration were valid when they were last read (1) "
      "or not (0)."},
     [](Observation const& observation, Exposition& into) {
         if (observation.exporter != nullptr) {
             into.sample({}, observation.exporter->is_reload_successful ? 1 : 0);
         }
     }},
    {{"ousage_config_last_reload_success_timestamp_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "Time at which a configuration was last applied, in seconds since 1970."},
     [](Observation const& observation, Exposition& into) {
         if (observation.exporter != nullptr) {
             into.sample({}, observation.exporter->reload_success_time);
         }
     }},
    {{"ousage_build_info",
      MetricType::info,
      "",
      {"version", "revision", "compiler"},
      "Version of ousage, its revision if the build defined one, and the compiler; always 1."},
     [](Observation const&, Exposition& into) {
         auto const compiler = compiler_name();
         into.sample(
             {{"version", OUSAGE_VERSION}, {"revision", OUSAGE_REVISION}, {"compiler", compiler}},
             1);
     }},
    {{"process_cpu_seconds_total",
      MetricType::counter,
      "seconds",
      {},
      "Total user and system CPU time spent by the exporter."},
     [](Observation const& observation, Exposition& into) {
         auto const* const facts = observation.process;
         if (facts != nullptr && facts->cpu_seconds) {
             into.counter({}, *facts->cpu_seconds, facts->start_time_seconds.value_or(0));
         }
     }},
    {{"process_resident_memory_bytes",
      MetricType::gauge,
      "bytes",
      {},
      "Resident memory size of the exporter."},
     [](Observation const& observation, Exposition& into) {
         write_fact(observation, into, &io::ProcessFacts::resident_bytes);
     }},
    {{"process_virtual_memory_bytes",
      MetricType::gauge,
      "bytes",
      {},
      "Virtual memory size of the exporter."},
     [](Observation const& observation, Exposition& into) {
         write_fact(observation, into, &io::ProcessFacts::virtual_bytes);
     }},
    {{"process_open_fds",
      MetricType::gauge,
      "",
      {},
      "Number of open file descriptors of the exporter."},
     [](Observation const& observation, Exposition& into) {
         write_fact(observation, into, &io::ProcessFacts::open_descriptors);
     }},
    {{"process_max_fds",
      MetricType::gauge,
      "",
      {},
      "Maximum number of open file descriptors of the exporter."},
     [](Observation const& observation, Exposition& into) {
         write_fact(observation, into, &io::ProcessFacts::max_descriptors);
     }},
    {{"process_start_time_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "Start time of the exporter, in seconds since 1970."},
     [](Observation const& observation, Exposition& into) {
         write_fact(observation, into, &io::ProcessFacts::start_time_seconds);
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
