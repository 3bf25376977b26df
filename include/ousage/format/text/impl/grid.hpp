#pragma once

#include <ousage/format/text/detail/repeated.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/format/text/text_width.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline constexpr std::size_t grid_indent = 3; // a space, the mark, a space
inline constexpr std::size_t grid_gap = 2;
inline constexpr std::size_t grid_least = 4; // of a text that is cut

// Which columns of a grid are shown, and how wide they are.
class GridLayout {
public:
    GridLayout(Grid const& grid, TextStyle const& style) : columns_(grid.columns) {
        widths_.resize(columns_.size());
        for (auto const& row : grid.rows) {
            for (std::size_t index = 0; index < std::min(row.cells.size(), widths_.size());
                 ++index) {
                auto const width = text_width(encoded(row.cells[index].text, style));
                widths_[index] = std::max(widths_[index], width);
            }
        }
        fit(style.width);
    }

    // 0: the column is left out.
    std::size_t width(std::size_t column) const { return widths_[column]; }

    bool right(std::size_t column) const { return columns_[column].right; }

private:
    std::size_t total() const {
        std::size_t sum = grid_indent;
        for (auto const width : widths_) {
            sum += width > 0 ? width + grid_gap : 0;
        }
        return sum > grid_indent ? sum - grid_gap : sum;
    }

    // Cuts the texts of columns that may be cut, as far as is needed and allowed.
    void shrink(std::size_t limit, bool further) {
        for (std::size_t index = 0; index < widths_.size(); ++index) {
            auto const excess = total() > limit ? total() - limit : 0;
            auto const allowed = columns_[index].least;
            auto const least = further ? std::min(allowed, grid_least) : allowed;
            if (least > 0 && widths_[index] > least) {
                widths_[index] -= std::min(excess, widths_[index] - least);
            }
        }
    }

    void fit(std::size_t limit) {
        auto const full = widths_;
        for (;;) {
            shrink(limit, false);
            if (total() <= limit) {
                return;
            }
            auto dropped = widths_.size();
            for (std::size_t index = 0; index < widths_.size(); ++index) {
                auto const drop = widths_[index] > 0 ? columns_[index].drop : 0;
                auto const most = dropped < widths_.size() ? columns_[dropped].drop : 0;
                dropped = drop > most ? index : dropped;
            }
            if (dropped == widths_.size()) {
                shrink(limit, true);
                return;
            }
            widths_[dropped] = 0;
            for (std::size_t index = 0; index < widths_.size(); ++index) {
                widths_[index] = widths_[index] > 0 ? full[index] : 0;
            }
        }
    }

    std::vector<Column> columns_;
    std::vector<std::size_t> widths_;
};

// A line of painted texts, without trailing spaces.
class PaintedLine {
public:
    explicit PaintedLine(TextStyle const& style) : style_(style) {}

    void space(std::size_t count) { spaces_ += count; }

    // `text` is encoded.
    void add(std::string_view text, Role role) {
        auto const first = text.find_first_not_of(' ');
        if (first == text.npos) {
            spaces_ += text.size();
            return;
        }
        auto const last = text.find_last_not_of(' ') + 1;
        line_ += std::string(spaces_ + first, ' ');
        line_ += painted(text.substr(first, last - first), role, style_);
        spaces_ = text.size() - last;
    }

    std::string text() && { return std::move(line_); }

private:
    TextStyle style_;
    std::string line_;
    std::size_t spaces_ = 0;
};

inline std::string_view ellipsis_of(TextStyle const& style) {
    return style.unicode ? "…" : "..";
}

inline std::string grid_line(GridRow const& row, GridLayout const& layout, TextStyle const& style) {
    auto line = PaintedLine(style);
    line.add(" " + pad_right(row.mark, 1) + " ", row.role);
    for (std::size_t index = 0; index < row.cells.size(); ++index) {
        auto const width = layout.width(index);
        if (width == 0) {
            continue;
        }
        auto const& cell = row.cells[index];
        auto text = cut_middle(encoded(cell.text, style), width, ellipsis_of(style));
        line.add(
            layout.right(index) ? pad_left(std::move(text), width)
                                : pad_right(std::move(text), width),
            cell.role);
        line.space(grid_gap);
    }
    return std::move(line).text();
}

// A text of a line that may continue on the next one.
struct WrappedText {
    std::string text; // encoded
    Role role;
    std::size_t gap; // to the text before it on the same line
};

// Appends the words of a text.
inline void append_words(
    std::vector<WrappedText>& texts, std::string_view text, Role role, std::size_t first_gap) {
    auto gap = first_gap;
    while (!text.empty()) {
        auto const end = std::min(text.find(' '), text.size());
        if (end > 0) {
            texts.push_back(WrappedText{std::string(text.substr(0, end)), role, gap});
            gap = 1;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

inline std::size_t wrap_begin(std::size_t label_width) {
    return grid_indent + (label_width > 0 ? label_width + grid_gap : 0);
}

inline std::size_t wrap_room(std::size_t label_width, TextStyle const& style) {
    auto const begin = wrap_begin(label_width);
    return style.width > begin ? style.width - begin : 1;
}

inline std::vector<std::string> wrapped_lines(
    Cell const& label, std::size_t label_width, std::vector<WrappedText> const& texts,
    TextStyle const& style) {
    auto lines = std::vector<std::string>{};
    auto const begin = wrap_begin(label_width);
    auto const room = wrap_room(label_width, style);
    auto line = PaintedLine(style);
    line.space(grid_indent);
    line.add(pad_right(encoded(label.text, style), label_width), label.role);
    line.space(label_width > 0 ? grid_gap : 0);
    std::size_t used = 0;
    for (auto const& [whole, role, gap] : texts) {
        auto const text = cut_middle(whole, room, ellipsis_of(style));
        auto const width = text_width(text);
        if (used > 0 && used + gap + width > room) {
            lines.push_back(std::move(line).text());
            line = PaintedLine(style);
            line.space(begin);
            used = 0;
        }
        if (used > 0) {
            line.space(gap);
            used += gap;
        }
        line.add(text, role);
        used += width;
    }
    lines.push_back(std::move(line).text());
    return lines;
}

} // namespace detail

OUSAGE_DECL std::vector<std::string> grid_lines(Grid const& grid, TextStyle const& style) {
    auto const layout = detail::GridLayout(grid, style);
    auto lines = std::vector<std::string>{};
    for (auto const& row : grid.rows) {
        lines.push_back(detail::grid_line(row, layout, style));
    }
    return lines;
}

OUSAGE_DECL std::vector<std::string> flow_lines(
    Cell const& label, std::size_t label_width, std::vector<Cell> const& texts,
    TextStyle const& style) {
    static constexpr std::size_t gap = 3;
    auto wrapped = std::vector<detail::WrappedText>{};
    for (auto const& cell : texts) {
        auto text = encoded(cell.text, style);
        if (text_width(text) > detail::wrap_room(label_width, style)) {
            detail::append_words(wrapped, text, cell.role, gap);
        } else {
            wrapped.push_back(detail::WrappedText{std::move(text), cell.role, gap});
        }
    }
    return detail::wrapped_lines(label, label_width, wrapped, style);
}

OUSAGE_DECL std::vector<std::string> paragraph_lines(
    Cell const& label, std::size_t label_width, Cell const& text, TextStyle const& style) {
    auto words = std::vector<detail::WrappedText>{};
    detail::append_words(words, encoded(text.text, style), text.role, 1);
    return detail::wrapped_lines(label, label_width, words, style);
}

OUSAGE_DECL std::string
rule_line(std::string_view title, std::string_view note, TextStyle const& style) {
    auto const line = std::string_view(style.unicode ? "─" : "-");
    auto const name = encoded(title, style);
    auto const room = style.width - std::min(style.width, text_width(name) + 8);
    auto const right =
        note.empty() ? std::string{}
                     : " " + cut_middle(encoded(note, style), room, detail::ellipsis_of(style)) +
                           " " + std::string(line);
    auto const used = 2 + text_width(name) + 1 + text_width(right);
    auto const rest = style.width > used ? style.width - used : 0;
    return painted(line, Role::dim, style) + " " + painted(name, Role::accent, style) + " " +
           painted(detail::repeated(line, rest), Role::dim, style) + right;
}

} // namespace OUSAGE_NAMESPACE
