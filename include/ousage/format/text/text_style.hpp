#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// What a piece of text means. Each role is one colour of the terminal's own theme.
enum class Role {
    plain,   ///< the default colour
    dim,     ///< less important
    ok,      ///< green
    notice,  ///< yellow
    warning, ///< red
    accent,  ///< titles
};

/// How text is written to a terminal, a pipe or a file.
struct TextStyle {
    std::size_t width = 80; ///< columns of a line
    bool colour = false;    ///< write SGR sequences
    bool unicode = true;    ///< false: only ASCII
};

/// Returns the text in the colour of its role; unchanged without colour. The sequences set the
/// foreground only and have no columns.
OUSAGE_DECL std::string painted(std::string_view text, Role role, TextStyle const& style);

/// Returns the text in ASCII if the style has no Unicode, else unchanged. A character without a
/// replacement becomes `?`.
OUSAGE_DECL std::string encoded(std::string_view text, TextStyle const& style);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/text/impl/text_style.hpp>
#endif
