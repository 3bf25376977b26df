#pragma once

#include <ousage/config.hpp>
#include <ousage/format/text/text_style.hpp>
#include <ousage/format/view.hpp>

#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// One section of a view as text.
struct ViewSection {
    std::string title;              ///< `Loaded`, `GPU`, …
    std::string note;               ///< shown on the right of the title; may be empty
    std::vector<std::string> lines; ///< no wider than the style, in the colours of `painted`
};

/// Formats the first lines of a view: the server, its state and the time of the snapshot. Several
/// lines if the style is narrow.
OUSAGE_DECL std::vector<std::string>
view_header_lines(HeaderView const& header, TextStyle const& style);

/// Formats the sections of a view that have data, in the view's order. `view_table` joins them;
/// programs with a layout of their own place them.
OUSAGE_DECL std::vector<ViewSection> view_sections(View const& view, TextStyle const& style);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/impl/view_sections.hpp>
#endif
