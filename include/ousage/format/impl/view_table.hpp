#pragma once

#include <ousage/format/text/grid.hpp>
#include <ousage/format/view_sections.hpp>
#include <ousage/format/view_table.hpp>

#include <string>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL std::string view_table(View const& view, TextStyle const& style) {
    auto text = std::string{};
    for (auto const& line : view_header_lines(view.header, style)) {
        text += line + "\n";
    }
    for (auto const& section : view_sections(view, style)) {
        text += rule_line(section.title, section.note, style) + "\n";
        for (auto const& line : section.lines) {
            text += line + "\n";
        }
    }
    return text;
}

} // namespace OUSAGE_NAMESPACE
