#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/families/cloud.hpp>
#include <ousage/format/prometheus/families/desktop.hpp>
#include <ousage/format/prometheus/families/log.hpp>
#include <ousage/format/prometheus/families/models.hpp>
#include <ousage/format/prometheus/families/self.hpp>
#include <ousage/format/prometheus/families/server.hpp>
#include <ousage/format/prometheus/subject.hpp>

#include <span>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Calls `function(SubjectFamily const&)` for every family, in the order of the output.
template <class F>
void for_each_family(F&& function) {
    auto const all = [&function](std::span<SubjectFamily const> families) {
        for (auto const& family : families) {
            function(family);
        }
    };
    all(detail::server_families);
    all(detail::model_families);
    all(detail::log_families);
    all(detail::desktop_families);
    all(detail::cloud_families);
    all(detail::self_families);
}

/// The exposition of these subjects. Each family occurs once, its samples grouped by subject.
inline std::string to_exposition(std::span<Subject const> subjects, ExpositionFormat format = {}) {
    auto exposition = Exposition(format);
    for_each_family([&](SubjectFamily const& one) {
        exposition.family(one.family);
        for (auto const& subject : subjects) {
            exposition.common_label("account", subject.account);
            one.write(subject, exposition);
        }
    });
    return std::move(exposition).finish();
}

} // namespace OUSAGE_NAMESPACE
