#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_report.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <algorithm>
#include <string_view>

namespace OUSAGE_NAMESPACE::detail {

// The report of a source; null if the snapshot has none.
inline SourceReport const*
source_report_of(ollama::Snapshot const& snapshot, std::string_view name) {
    auto const found = std::find_if(
        snapshot.sources.begin(), snapshot.sources.end(),
        [name](SourceReport const& report) { return report.name == name; });
    return found == snapshot.sources.end() ? nullptr : &*found;
}

// True if a source responded at least in part.
constexpr bool has_responded(State state) noexcept {
    return state == State::ok || state == State::partial;
}

} // namespace OUSAGE_NAMESPACE::detail
