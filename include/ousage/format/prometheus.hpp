#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/format/prometheus/source_states.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <span>
#include <string>

namespace OUSAGE_NAMESPACE {

/// Returns all families, in the order of the output, in groups by source.
OUSAGE_DECL std::span<std::span<FamilyWriter const> const> metric_families();

/// Calls `function(FamilyWriter const&)` for every family, in the order of the output.
template <class F>
void for_each_family(F&& function) {
    for (auto const group : metric_families()) {
        for (auto const& family : group) {
            function(family);
        }
    }
}

/// Returns the exposition of these servers. Each family occurs once, its samples grouped by server.
OUSAGE_DECL std::string
to_exposition(std::span<Observation const> observations, ExpositionFormat format = {});

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/impl/prometheus.hpp>
#endif
