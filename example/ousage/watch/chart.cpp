#include "example/ousage/watch/chart.hpp"

#include <ousage/format/text/text_width.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace ousage::program {

namespace {

constexpr std::size_t indent = 3;
constexpr std::size_t chart_rows = 3;
constexpr std::size_t most_of_bar = 6; // with its gap
constexpr std::size_t least_with_gap = 3;

struct Resolution {
    std::size_t columns; // of a character
    std::size_t rows;    // of a character
};

Resolution resolution_of(ChartCells cells) {
    switch (cells) {
    case ChartCells::braille: return {2, 4};
    case ChartCells::blocks: return {1, 8};
    case ChartCells::ascii: break;
    }
    return {1, 3};
}

// The heights of all columns, 0 to `rows`.
std::vector<std::size_t>
heights_of(std::span<std::uint64_t const> values, std::size_t columns, std::size_t rows) {
    auto heights = std::vector<std::size_t>(columns);
    auto const most = *std::max_element(values.begin(), values.end());
    if (most == 0) {
        return heights;
    }
    for (std::size_t column = 0; column < columns; ++column) {
        auto const begin = column * values.size() / columns;
        auto const end = std::max(begin + 1, (column + 1) * values.size() / columns);
        auto const value = *std::max_element(
            values.begin() + static_cast<std::ptrdiff_t>(begin),
            values.begin() + static_cast<std::ptrdiff_t>(end));
        auto const share = static_cast<double>(value) / static_cast<double>(most);
        auto const height = std::llround(share * static_cast<double>(rows));
        heights[column] =
            value == 0 ? 0 : std::clamp<std::size_t>(static_cast<std::size_t>(height), 1, rows);
    }
    return heights;
}

// Encodes a character of the block U+2800 to U+28FF.
std::string braille(unsigned dots) {
    auto const code = 0x2800u + dots;
    return {
        static_cast<char>(0xE0u | code >> 12u), static_cast<char>(0x80u | (code >> 6u & 0x3Fu)),
        static_cast<char>(0x80u | (code & 0x3Fu))};
}

// The dots of one column of a character, from the bottom to the top.
constexpr unsigned left_dots[] = {0x40, 0x04, 0x02, 0x01};
constexpr unsigned right_dots[] = {0x80, 0x20, 0x10, 0x08};

std::string braille_of(std::size_t left, std::size_t right) {
    unsigned dots = 0;
    for (std::size_t row = 0; row < 4; ++row) {
        dots |= row < left ? left_dots[row] : 0;
        dots |= row < right ? right_dots[row] : 0;
    }
    return dots == 0 ? " " : braille(dots);
}

std::string character_of(ChartCells cells, std::size_t left, std::size_t right) {
    static constexpr std::string_view blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static constexpr std::string_view ascii[] = {" ", ".", ":", "#"};
    switch (cells) {
    case ChartCells::braille: return braille_of(left, right);
    case ChartCells::blocks: return std::string(blocks[left]);
    case ChartCells::ascii: break;
    }
    return std::string(ascii[left]);
}

// Inserts a space after each `count` characters, except at the end.
StyledLine with_gaps(std::string const& text, std::size_t count) {
    auto result = std::string{};
    std::size_t index = 0;
    for (std::size_t number = 0; index < text.size(); ++number) {
        auto const length = grapheme_at(text, index).length;
        result += (number > 0 && number % count == 0 ? " " : "") + text.substr(index, length);
        index += length;
    }
    return {Span{std::move(result)}};
}

// The x axis of a chart `width` wide, which may be longer, but not than `most`. The origin is in
// the middle, if it fits.
std::string axis(ChartLabels const& labels, std::size_t width, std::size_t most) {
    auto const ends = text_width(labels.first) + text_width(labels.last);
    auto const middle = text_width(labels.origin);
    auto const needed = ends + (middle > 0 ? middle + 2 : 1);
    auto const shown = std::max(width, needed);
    if (middle == 0 || needed > most) {
        auto const gap = width > ends ? width - ends : 1;
        return labels.first + std::string(gap, ' ') + labels.last;
    }
    auto const spaces = shown - ends - middle;
    auto const left = std::clamp<std::size_t>(
        (shown - middle) / 2 - std::min((shown - middle) / 2, text_width(labels.first)), 1,
        spaces - 1);
    return labels.first + std::string(left, ' ') + labels.origin + std::string(spaces - left, ' ') +
           labels.last;
}

} // namespace

std::vector<StyledLine>
chart_lines(std::span<std::uint64_t const> values, ChartSize size, ChartCells cells) {
    auto lines = std::vector<StyledLine>{};
    if (values.empty() || size.columns == 0) {
        return lines;
    }
    auto const resolution = resolution_of(cells);
    auto const heights =
        heights_of(values, size.columns * resolution.columns, size.rows * resolution.rows);
    for (std::size_t row = size.rows; row-- > 0;) {
        auto text = std::string{};
        auto const below = row * resolution.rows;
        auto const part = [&](std::size_t column) {
            auto const height = heights[column];
            return height > below ? std::min(height - below, resolution.rows) : 0;
        };
        for (std::size_t column = 0; column < size.columns; ++column) {
            auto const first = column * resolution.columns;
            text += character_of(cells, part(first), part(first + resolution.columns - 1));
        }
        lines.push_back({Span{std::move(text)}});
    }
    return lines;
}

std::vector<StyledLine> labelled_chart(
    std::span<std::uint64_t const> values, ChartLabels const& labels, std::size_t columns,
    ChartCells cells) {
    auto const right = text_width(labels.maximum) + 2;
    if (values.empty() || columns <= indent + right) {
        return {};
    }
    // Several characters for each value, if they fit: bars of the same width.
    auto const room = columns - indent - right;
    auto const each = std::min(room / values.size(), most_of_bar);
    auto const gap = std::size_t{each >= least_with_gap ? 1u : 0u};
    auto const width = each > 0 ? each * values.size() - gap : room;
    auto const bars = each > 0 ? (each - gap) * values.size() : room;
    auto lines = chart_lines(values, {bars, chart_rows}, cells);
    for (auto& line : lines) {
        if (gap > 0) {
            line = with_gaps(text_of(line), each - gap);
        }
        line.insert(line.begin(), Span{std::string(indent, ' ')});
    }
    lines.front().push_back(Span{"  " + labels.maximum, Role::dim});
    lines.push_back(
        {Span{std::string(indent, ' ')}, Span{axis(labels, width, columns - indent), Role::dim}});
    return lines;
}

} // namespace ousage::program
