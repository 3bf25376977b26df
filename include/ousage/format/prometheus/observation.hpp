#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/metric_family.hpp>

#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

struct ProcessFacts;

} // namespace OUSAGE_NAMESPACE::io

namespace OUSAGE_NAMESPACE::ollama {

class Activity;
struct Snapshot;

} // namespace OUSAGE_NAMESPACE::ollama

namespace OUSAGE_NAMESPACE {

class Exposition;
struct ExporterFacts;

/// One observed server and its data. Every member except the snapshot is optional. All pointers
/// and views must remain valid until the exposition is written.
struct Observation {
    ollama::Snapshot const* snapshot = nullptr; ///< last snapshot; never null
    std::string_view account;                   ///< label `account`; empty if there is one account
    ollama::Activity const* activity = nullptr; ///< over all polls of this process
    io::ProcessFacts const* process = nullptr;  ///< facts about this process
    ExporterFacts const* exporter = nullptr;    ///< facts about the exporter of this exposition
    /// Also writes counters of events that have not occurred, as 0, so that `increase` in
    /// Prometheus counts the first one. About 120 series.
    bool has_zeros = false;
    std::optional<double> age_seconds; ///< age of the snapshot
    double now = 0;                    ///< seconds since 1970
};

/// A family and the function that writes its samples.
struct FamilyWriter {
    MetricFamily family;                            ///< metadata
    void (*write)(Observation const&, Exposition&); ///< writes the samples of one server, if any
};

} // namespace OUSAGE_NAMESPACE
