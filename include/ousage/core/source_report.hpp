#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>

#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE {

/// How one source of a merge ended. A whole that declares `std::vector<SourceReport> sources` gets
/// one for each source, in the order of the merge.
struct SourceReport {
    std::string name;                 ///< the source's name
    State state = State::ok;          ///< how it ended
    double elapsed_ms = 0;            ///< from its start to its end, milliseconds
    std::optional<std::string> error; ///< what failed, or why it is absent; none where all is well
};

} // namespace OUSAGE_NAMESPACE
