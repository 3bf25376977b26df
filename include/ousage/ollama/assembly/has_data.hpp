#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <algorithm>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns whether any source had data.
inline bool has_data(Snapshot const& snapshot) {
    return std::any_of(
        snapshot.sources.begin(), snapshot.sources.end(), [](SourceReport const& report) {
            return report.state == State::ok || report.state == State::partial;
        });
}

} // namespace OUSAGE_NAMESPACE::ollama
