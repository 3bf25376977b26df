#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/detail/write_optional.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/format/prometheus/source_states.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/ollama/snapshot.hpp>
#include <ousage/version.hpp>

#include <optional>

namespace OUSAGE_NAMESPACE::detail {

template <class T>
void write_fact(
    Observation const& observation, Exposition& into, std::optional<T> io::ProcessFacts::* member) {
    if (observation.process != nullptr) {
        write_optional(into, {}, observation.process->*member);
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
    {{"ousage_build_info", MetricType::info, "", {"version"}, "Version of ousage; always 1."},
     [](Observation const&, Exposition& into) { into.sample({{"version", OUSAGE_VERSION}}, 1); }},
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
