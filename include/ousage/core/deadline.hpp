#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/core/source_traits.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// A deadline as a user writes it.
struct Deadline {
    std::string source;             ///< the source it applies to; empty: every source
    std::chrono::nanoseconds limit; ///< more than 0
};

/// Reads `2s`, the deadline of every source, or `cloud=10s`, that of one of `sources`. A failure of
/// code `Errc::configuration` names what is wrong.
OUSAGE_DECL Result<Deadline>
parse_deadline(std::string_view text, std::vector<SourceDescription> const& sources);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/deadline.hpp>
#endif
