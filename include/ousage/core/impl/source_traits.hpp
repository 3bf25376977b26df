#pragma once

#include <ousage/core/source_traits.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL SourceDescription const*
find_source(std::vector<SourceDescription> const& sources, std::string_view name) {
    auto const found =
        std::find_if(sources.begin(), sources.end(), [name](SourceDescription const& source) {
            return source.name == name;
        });
    return found == sources.end() ? nullptr : &*found;
}

OUSAGE_DECL bool
has_data(SourceReport const& report, std::vector<SourceDescription> const& sources) {
    auto const* const source = find_source(sources, report.name);
    auto const has_value = report.state == State::ok || report.state == State::partial;
    return has_value && (source == nullptr || source->counts_as_data);
}

OUSAGE_DECL bool
has_data(std::vector<SourceReport> const& reports, std::vector<SourceDescription> const& sources) {
    return std::any_of(reports.begin(), reports.end(), [&sources](SourceReport const& report) {
        return has_data(report, sources);
    });
}

} // namespace OUSAGE_NAMESPACE
