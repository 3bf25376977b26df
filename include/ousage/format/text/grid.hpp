#pragma once

#include <ousage/config.hpp>
#include <ousage/format/text/text_style.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// A text with its role. The text is on one line and has no control characters.
struct Cell {
    std::string text;
    Role role = Role::plain;
};

/// How a column of a grid is aligned and what happens to it if the grid is too wide.
struct Column {
    bool right = false; ///< numbers are aligned right
    int drop = 0;       ///< the column with the highest value is left out first; 0: never
    /// Its texts are cut in the middle to this width before a column is left out, and to four
    /// columns once no other can be left out. 0: never.
    std::size_t least = 0;
};

/// One row of a grid.
struct GridRow {
    std::string mark; ///< one column before the cells, such as `!`
    Role role = Role::plain;
    std::vector<Cell> cells;
};

/// Rows whose cells are aligned in columns, two spaces apart, behind a mark.
struct Grid {
    std::vector<Column> columns;
    std::vector<GridRow> rows;
};

/// Formats a grid: one line for each row, without trailing spaces. A column without any text is
/// left out. A line is at most as wide as the style, if the columns that are never left out fit.
OUSAGE_DECL std::vector<std::string> grid_lines(Grid const& grid, TextStyle const& style);

/// Formats a label and texts three spaces apart, which continue on the next line below the first
/// text if they do not fit. A text that is wider than a line is divided at its spaces; a wider word
/// is cut in the middle. `label_width` is the width of the labels of the section.
OUSAGE_DECL std::vector<std::string> flow_lines(
    Cell const& label, std::size_t label_width, std::vector<Cell> const& texts,
    TextStyle const& style);

/// Formats a paragraph after a label in the same way: words one space apart.
OUSAGE_DECL std::vector<std::string> paragraph_lines(
    Cell const& label, std::size_t label_width, Cell const& text, TextStyle const& style);

/// Formats the line above a section: its title on the left and a note, which may be empty, on the
/// right, as wide as the style.
OUSAGE_DECL std::string
rule_line(std::string_view title, std::string_view note, TextStyle const& style);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/text/impl/grid.hpp>
#endif
