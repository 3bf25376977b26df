#pragma once

#include <ousage/format/prometheus.hpp>
#include <ousage/format/prometheus/families/cloud.hpp>
#include <ousage/format/prometheus/families/desktop.hpp>
#include <ousage/format/prometheus/families/engine.hpp>
#include <ousage/format/prometheus/families/log.hpp>
#include <ousage/format/prometheus/families/machine.hpp>
#include <ousage/format/prometheus/families/models.hpp>
#include <ousage/format/prometheus/families/self.hpp>
#include <ousage/format/prometheus/families/server.hpp>

#include <span>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL std::span<std::span<FamilyWriter const> const> metric_families() {
    static constexpr std::span<FamilyWriter const> groups[] = {
        detail::server_families,  detail::model_families,   detail::log_families,
        detail::engine_families,  detail::desktop_families, detail::cloud_families,
        detail::machine_families, detail::self_families,
    };
    return groups;
}

OUSAGE_DECL std::string
to_exposition(std::span<Observation const> observations, ExpositionFormat format) {
    auto exposition = Exposition(format);
    for_each_family([&](FamilyWriter const& family) {
        exposition.family(family.family);
        for (auto const& observation : observations) {
            exposition.common_label("account", observation.account);
            family.write(observation, exposition);
        }
    });
    return std::move(exposition).finish();
}

} // namespace OUSAGE_NAMESPACE
