#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// Parses a duration: one or more pairs of a number and a unit, such as `500ms`, `2s`, `1m30s`,
/// `1.5h`, `7d` or `10us`. Units are ns, us, ms, s, m, h and d. Empty if the text is malformed,
/// negative, or longer than about 100 years.
OUSAGE_DECL std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/duration.hpp>
#endif
