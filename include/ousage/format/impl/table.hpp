#pragma once

#include <ousage/core/timestamp.hpp>
#include <ousage/format/table.hpp>
#include <ousage/format/text/display_text.hpp>
#include <ousage/format/text/text_width.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

OUSAGE_DECL std::string cell(std::string const& value) {
    return display_text(value);
}

OUSAGE_DECL std::string cell(bool value) {
    return value ? "true" : "false";
}

OUSAGE_DECL std::string cell(Timestamp const& value) {
    return to_rfc3339(value);
}

OUSAGE_DECL std::string cell(double value) {
    return std::isfinite(value) ? fmt::format(FMT_STRING("{:.6g}"), value) : "";
}

OUSAGE_DECL std::string cell(std::vector<std::string> const& values) {
    return display_text(fmt::format(FMT_STRING("{}"), fmt::join(values, ", ")));
}

OUSAGE_DECL void append_rows(std::string& text, std::vector<Row> const& rows) {
    auto widths = std::vector<std::size_t>{};
    for (auto const& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], text_width(row[column]));
        }
    }
    for (auto const& row : rows) {
        auto line = std::string{};
        for (std::size_t column = 0; column < row.size(); ++column) {
            line += pad_right(row[column], widths[column] + 2);
        }
        text += "  " + line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
}

} // namespace detail

} // namespace OUSAGE_NAMESPACE
