#pragma once

#include "example/ousage/watch/styled_line.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ousage::program {

/// The characters of a chart.
enum class ChartCells {
    braille, ///< 2 x 4 dots in a character
    blocks,  ///< eighths of a character
    ascii,   ///< `.`, `:` and `#`
};

/// Size of a chart in characters, without its labels.
struct ChartSize {
    std::size_t columns = 0;
    std::size_t rows = 0;
};

/// Draws bars from the bottom, relative to the largest value. A value above 0 is never empty. The
/// values share the width evenly; of more values than fit, the largest of each column is drawn.
std::vector<StyledLine>
chart_lines(std::span<std::uint64_t const> values, ChartSize size, ChartCells cells);

/// Labels of a chart.
struct ChartLabels {
    std::string maximum; ///< of the y axis
    std::string first;   ///< of the x axis
    std::string last;    ///< of the x axis
    std::string origin;  ///< between them: where the values come from
};

/// Draws a chart of three rows with labels, indented by three columns and at most `columns` wide:
/// the maximum is at the right of its first row, the ends of the x axis are below it. Bars are at
/// most five characters wide, and have gaps from three.
std::vector<StyledLine> labelled_chart(
    std::span<std::uint64_t const> values, ChartLabels const& labels, std::size_t columns,
    ChartCells cells);

} // namespace ousage::program
