#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_report.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// Facts about the source that produces a `Part`. Specialize it beside the part to change them,
/// with a `std::string_view name` besides; a source without a specialization is last in the output
/// and counts as data.
template <class Part>
struct SourceTraits {
    static constexpr int order = 1000;           ///< position in the output, ascending
    static constexpr bool counts_as_data = true; ///< its value alone makes a snapshot one with data
    static constexpr std::chrono::milliseconds deadline{5000}; ///< if none is configured
};

/// The same facts for one source by its name.
struct SourceDescription {
    std::string name;                         ///< the name of the source
    int order = 0;                            ///< see `SourceTraits`
    bool counts_as_data = true;               ///< see `SourceTraits`
    std::chrono::milliseconds deadline{5000}; ///< see `SourceTraits`
};

/// Describes the source of a `Part` under that name.
template <class Part>
SourceDescription describe_source(std::string name) {
    using Traits = SourceTraits<Part>;
    return {std::move(name), Traits::order, Traits::counts_as_data, Traits::deadline};
}

/// The description of the source of that name; null if there is none.
inline SourceDescription const*
find_source(std::vector<SourceDescription> const& sources, std::string_view name) {
    auto const found =
        std::find_if(sources.begin(), sources.end(), [name](SourceDescription const& source) {
            return source.name == name;
        });
    return found == sources.end() ? nullptr : &*found;
}

/// Whether a source ended with a value that counts as data; a source without a description counts.
inline bool has_data(SourceReport const& report, std::vector<SourceDescription> const& sources) {
    auto const* const source = find_source(sources, report.name);
    auto const has_value = report.state == State::ok || report.state == State::partial;
    return has_value && (source == nullptr || source->counts_as_data);
}

/// Whether any of the sources ended with a value that counts as data.
inline bool
has_data(std::vector<SourceReport> const& reports, std::vector<SourceDescription> const& sources) {
    return std::any_of(reports.begin(), reports.end(), [&sources](SourceReport const& report) {
        return has_data(report, sources);
    });
}

} // namespace OUSAGE_NAMESPACE
