#pragma once

#include <ousage/config.hpp>
#include <ousage/format/text/text_style.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace OUSAGE_NAMESPACE {

/// Draws a bar that is `columns` wide: `share` of it, 0 to 1, in eighths of a column, then spaces.
/// Without Unicode it consists of `#`. A share above 0 is never empty, one below 1 never full.
OUSAGE_DECL std::string bar(double share, std::size_t columns, TextStyle const& style);

/// Draws a bar of two parts without spaces: `share` of it solid, the rest shaded (`.` without
/// Unicode). A part above 0 has at least one column.
OUSAGE_DECL std::string split_bar(double share, std::size_t columns, TextStyle const& style);

/// Draws one column for each value, relative to the largest. Only zeros have the lowest level.
OUSAGE_DECL std::string sparkline(std::span<std::uint64_t const> values, TextStyle const& style);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/text/impl/bar.hpp>
#endif
