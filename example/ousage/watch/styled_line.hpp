#pragma once

#include <ousage/format/text/text_style.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ousage::program {

/// A piece of a line in one role.
struct Span {
    std::string text; ///< well-formed UTF-8 without control characters
    Role role = Role::plain;
    bool reverse = false; ///< foreground and background exchanged

    friend bool operator==(Span const&, Span const&) = default;
};

/// One line of a screen, from left to right.
using StyledLine = std::vector<Span>;

/// Reads a line whose colours are those of `painted`. Other escape sequences are removed.
StyledLine read_painted(std::string_view text);

/// Returns the number of columns of a line.
std::size_t width_of(StyledLine const& line);

/// Returns the text of a line without roles.
std::string text_of(StyledLine const& line);

/// Cuts a line at its end to `width` columns, or appends spaces.
StyledLine fitted(StyledLine const& line, std::size_t width);

/// Appends the spans of `more`.
void append(StyledLine& line, StyledLine const& more);

} // namespace ousage::program
