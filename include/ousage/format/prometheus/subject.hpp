#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// One observed server and what is known of it. Everything but the snapshot may be missing; what
/// it points at must live until the exposition is written.
struct Subject {
    ollama::Snapshot const* snapshot = nullptr; ///< the last one; never null
    std::string_view account;                   ///< label `account`; empty where there is only one
    ollama::Activity const* activity = nullptr; ///< over the polls of this process
    std::map<std::string, std::string> const* formats = nullptr; ///< of models, by name
    io::ProcessFacts const* process = nullptr;                   ///< of this process
    std::optional<double> age_seconds;                           ///< of the snapshot
    double now = 0;                                              ///< seconds since 1970
};

/// A family, and where its samples come from.
struct SubjectFamily {
    MetricFamily family;                        ///< see there
    void (*write)(Subject const&, Exposition&); ///< its samples of one subject, if there are any
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
