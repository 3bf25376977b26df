#pragma once

#include <ousage/config.hpp>
#include <ousage/format/text/text_style.hpp>
#include <ousage/format/view.hpp>

#include <string>

namespace OUSAGE_NAMESPACE {

/// Formats a view as a table for people: the header, then one section for each part of the view
/// that has data, in the view's order. No line is wider than the style, from 40 columns; the least
/// important columns are left out first, and long names are cut in the middle.
OUSAGE_DECL std::string view_table(View const& view, TextStyle const& style);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/impl/view_table.hpp>
#endif
