#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>

#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE {

/// How one source of a merge ended. If the whole declares `std::vector<SourceReport> sources`,
/// `merge` appends one report for each source, sorted by the order that their traits state.
struct SourceReport {
    std::string name;                 ///< the source's name
    State state = State::ok;          ///< how it ended
    double elapsed_ms = 0;            ///< from start to end, in milliseconds
    std::optional<std::string> error; ///< what failed, or why it is absent; empty on success
};

} // namespace OUSAGE_NAMESPACE
