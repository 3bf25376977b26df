#pragma once

#include <ousage/config.hpp>
#include <ousage/format/detail/view_cells.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/format/text/text_width.hpp>
#include <ousage/format/view/header_view.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::detail {

// The texts on the left of the first line.
inline std::vector<Cell> header_cells(HeaderView const& header, bool with_server) {
    auto cells = std::vector<Cell>{};
    auto const add = [&cells](std::string const& text, Role role) {
        if (!text.empty()) {
            cells.push_back(Cell{text, role});
        }
    };
    add(header.account, Role::accent);
    if (!header.sentence.text.empty()) {
        add(marked(header.sentence), Role::warning);
        return cells;
    }
    add(header.title, Role::plain);
    if (with_server) {
        add(header.server, Role::plain);
    }
    add(marked(header.status), header.state == ServerState::up ? Role::ok : role_of(header.status));
    return cells;
}

inline std::string joined(std::initializer_list<std::string> texts, char const* separator) {
    auto whole = std::string{};
    for (auto const& text : texts) {
        whole += (whole.empty() || text.empty() ? "" : separator) + text;
    }
    return whole;
}

// One line if it fits with the date, without the date, or without the server; else several.
inline std::vector<std::string> header_lines(HeaderView const& header, TextStyle const& style) {
    auto const date_and_time = joined({header.date, header.time}, " ");
    for (auto const with_server : {true, false}) {
        auto const left = header_cells(header, with_server);
        std::size_t used = 1;
        for (auto const& cell : left) {
            used += text_width(encoded(cell.text, style)) + 3;
        }
        for (auto const& right :
             {joined({date_and_time, header.interval}, "   "),
              joined({header.time, header.interval}, "   "), header.time}) {
            auto const width = text_width(right) + 1;
            if (used + width > style.width) {
                continue;
            }
            auto line = std::string{};
            for (auto const& cell : left) {
                line += (line.empty() ? " " : "   ") +
                        painted(encoded(cell.text, style), cell.role, style);
            }
            line += std::string(style.width - width - (used - 3), ' ');
            return {line + painted(right, Role::dim, style)};
        }
    }
    auto lines = std::vector<std::string>{};
    auto const cell = header_cells(header, false);
    for (auto const& text : cell) {
        auto next = paragraph_lines(Cell{}, 0, text, style);
        std::move(next.begin(), next.end(), std::back_inserter(lines));
    }
    auto const time = Cell{header.time, Role::dim};
    auto last = flow_lines(Cell{}, 0, {time}, style);
    std::move(last.begin(), last.end(), std::back_inserter(lines));
    return lines;
}

} // namespace OUSAGE_NAMESPACE::detail
