#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/source_report.hpp>
#include <ousage/format/prometheus/exposition.hpp>

#include <vector>

namespace OUSAGE_NAMESPACE {

/// Writes the samples of `ousage_source_state` for the reports of any merge: 1 for the state of
/// each source, 0 for all other states.
inline void write_source_states(std::vector<SourceReport> const& reports, Exposition& into) {
    for (auto const& report : reports) {
        for (int state = 0; state <= static_cast<int>(State::error); ++state) {
            auto const name = enum_name(static_cast<State>(state));
            auto const is_current = static_cast<int>(report.state) == state;
            into.sample({{"source", report.name}, {"state", name}}, is_current ? 1 : 0);
        }
    }
}

} // namespace OUSAGE_NAMESPACE
