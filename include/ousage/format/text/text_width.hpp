#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// One grapheme of a text: a character with the marks that belong to it.
struct Grapheme {
    std::size_t length; ///< bytes, at least 1
    std::size_t width;  ///< columns in a terminal, 0 to 2
};

/// Returns the grapheme that starts at byte `index`, which is less than the size of `text`.
OUSAGE_DECL Grapheme grapheme_at(std::string_view text, std::size_t index);

/// Returns the number of columns of a text in a terminal, such as 2 for an ideograph. The text is
/// a result of `display_text`.
OUSAGE_DECL std::size_t text_width(std::string_view text);

/// Returns the text if it fits in `width` columns, else its start and end with `ellipsis` between
/// them. Graphemes are not divided. The result has at most `width` columns.
OUSAGE_DECL std::string
cut_middle(std::string_view text, std::size_t width, std::string_view ellipsis = "…");

/// Appends spaces to a width of `width` columns. A wider text is not changed.
OUSAGE_DECL std::string pad_right(std::string text, std::size_t width);

/// Puts spaces before the text to a width of `width` columns. A wider text is not changed.
OUSAGE_DECL std::string pad_left(std::string text, std::size_t width);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/text/impl/text_width.hpp>
#endif
