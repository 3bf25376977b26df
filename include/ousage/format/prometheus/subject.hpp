#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// One observed server and its data. Every member except the snapshot is optional. All pointers
/// and views must remain valid until the exposition is written.
struct Subject {
    ollama::Snapshot const* snapshot = nullptr; ///< last snapshot; never null
    std::string_view account;                   ///< label `account`; empty if there is one account
    ollama::Activity const* activity = nullptr; ///< over all polls of this process
    io::ProcessFacts const* process = nullptr;  ///< facts about this process
    std::optional<double> age_seconds;          ///< age of the snapshot
    double now = 0;                             ///< seconds since 1970
};

/// A family and the function that writes its samples.
struct SubjectFamily {
    MetricFamily family;                        ///< metadata
    void (*write)(Subject const&, Exposition&); ///< writes the samples of one subject, if any
};

namespace detail {

template <class T>
void write_optional(Exposition& into, Labels labels, std::optional<T> const& value) {
    if (value) {
        into.sample(labels, *value);
    }
}

} // namespace detail

} // namespace OUSAGE_NAMESPACE
