#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/format/prometheus/subject.hpp>
#include <ousage/version.hpp>

#include <optional>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// The samples of `ousage_source_state` for the reports of any whole.
inline void write_source_states(std::vector<SourceReport> const& reports, Exposition& into) {
    for (auto const& report : reports) {
        for (int state = 0; state <= static_cast<int>(State::error); ++state) {
            auto const name = enum_name(static_cast<State>(state));
            auto const is_it = static_cast<int>(report.state) == state;
            into.sample({{"source", report.name}, {"state", name}}, is_it ? 1 : 0);
        }
    }
}

} // namespace OUSAGE_NAMESPACE

namespace OUSAGE_NAMESPACE::detail {

template <class T>
void write_fact(
    Subject const& subject, Exposition& into, std::optional<T> io::ProcessFacts::* member) {
    if (subject.process != nullptr) {
        write_optional(into, {}, subject.process->*member);
    }
}

/// Metrics of ousage itself.
inline constexpr SubjectFamily self_families[] = {
    {{"ousage_source_state",
      MetricType::gauge,
      "",
      {"source", "state"},
      "1 for the state in which a source ended at the last poll, 0 for all others."},
     [](Subject const& subject, Exposition& into) {
         write_source_states(subject.snapshot->sources, into);
     }},
    {{"ousage_source_duration_seconds",
      MetricType::gauge,
      "seconds",
      {"source"},
      "How long a source took at the last poll."},
     [](Subject const& subject, Exposition& into) {
         for (auto const& report : subject.snapshot->sources) {
             into.sample({{"source", report.name}}, report.elapsed_ms / 1e3);
         }
     }},
    {{"ousage_snapshot_age_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "How long ago the last poll ended, from which all of this comes."},
     [](Subject const& subject, Exposition& into) {
         write_optional(into, {}, subject.age_seconds);
     }},
    {{"ousage_build_info", MetricType::info, "", {"version"}, "The version of ousage."},
     [](Subject const&, Exposition& into) { into.sample({{"version", OUSAGE_VERSION}}, 1); }},
    {{"process_cpu_seconds_total",
      MetricType::counter,
      "seconds",
      {},
      "CPU time of the exporter, user and system."},
     [](Subject const& subject, Exposition& into) {
         auto const* const facts = subject.process;
         if (facts != nullptr && facts->cpu_seconds) {
             into.counter({}, *facts->cpu_seconds, facts->start_time_seconds.value_or(0));
         }
     }},
    {{"process_resident_memory_bytes",
      MetricType::gauge,
      "bytes",
      {},
      "Resident memory of the exporter."},
     [](Subject const& subject, Exposition& into) {
         write_fact(subject, into, &io::ProcessFacts::resident_bytes);
     }},
    {{"process_virtual_memory_bytes",
      MetricType::gauge,
      "bytes",
      {},
      "Address space of the exporter."},
     [](Subject const& subject, Exposition& into) {
         write_fact(subject, into, &io::ProcessFacts::virtual_bytes);
     }},
    {{"process_open_fds", MetricType::gauge, "", {}, "File descriptors that the exporter has."},
     [](Subject const& subject, Exposition& into) {
         write_fact(subject, into, &io::ProcessFacts::open_descriptors);
     }},
    {{"process_max_fds", MetricType::gauge, "", {}, "File descriptors that it may have."},
     [](Subject const& subject, Exposition& into) {
         write_fact(subject, into, &io::ProcessFacts::max_descriptors);
     }},
    {{"process_start_time_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "When the exporter started, in seconds since 1970."},
     [](Subject const& subject, Exposition& into) {
         write_fact(subject, into, &io::ProcessFacts::start_time_seconds);
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
