#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_report.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// The facts about a source that its traits do not define.
struct DefaultTraits {
    static constexpr int order = 1000;           ///< position in the output, ascending
    static constexpr bool counts_as_data = true; ///< its value alone makes a snapshot one with data
    static constexpr std::chrono::milliseconds deadline{5000}; ///< if none is configured
};

/// Facts about the source that produces a `Part`. A specialization beside the part derives from
/// `DefaultTraits`, defines `std::string_view name` and redefines the facts that differ. A source
/// without a specialization is last in the output and counts as data.
template <class Part>
struct SourceTraits : DefaultTraits {};

/// The same facts for one source by its name.
struct SourceDescription {
    std::string name;                         ///< the name of the source
    int order = 0;                            ///< see `DefaultTraits`
    bool counts_as_data = true;               ///< see `DefaultTraits`
    std::chrono::milliseconds deadline{5000}; ///< see `DefaultTraits`
};

/// Describes the source of a `Part` under that name.
template <class Part>
SourceDescription describe_source(std::string name) {
    using Traits = SourceTraits<Part>;
    return {std::move(name), Traits::order, Traits::counts_as_data, Traits::deadline};
}

/// The description of the source of that name; null if there is none.
OUSAGE_DECL SourceDescription const*
find_source(std::vector<SourceDescription> const& sources, std::string_view name);

/// Whether a source ended with a value that counts as data; a source without a description counts.
OUSAGE_DECL bool
has_data(SourceReport const& report, std::vector<SourceDescription> const& sources);

/// Whether any of the sources ended with a value that counts as data.
OUSAGE_DECL bool
has_data(std::vector<SourceReport> const& reports, std::vector<SourceDescription> const& sources);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/source_traits.hpp>
#endif
