#pragma once

#include <ousage/core/timestamp.hpp>
#include <ousage/format/table.hpp>
#include <ousage/json/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

OUSAGE_DECL std::string printable(std::string_view text) {
    auto clean = std::string{};
    for (std::size_t index = 0; index < text.size();) {
        auto const length = utf8_length(text, index);
        auto const code = static_cast<unsigned char>(text[index]);
        // C1 control characters are two bytes: C2 80 to C2 9F.
        auto const c1 =
            length == 2 && code == 0xC2 && static_cast<unsigned char>(text[index + 1]) < 0xA0;
        auto const is_invalid = length == 0 || c1 || code < 0x20 || code == 0x7F;
        clean += is_invalid ? std::string_view("?") : text.substr(index, length);
        index += std::max<std::size_t>(length, 1);
    }
    return clean;
}

OUSAGE_DECL std::string cell(std::string const& value) {
    return printable(value);
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
    return printable(fmt::format(FMT_STRING("{}"), fmt::join(values, ", ")));
}

// The number of columns of a cell. A wide character counts as one column.
inline std::size_t width(std::string const& cell) {
    return static_cast<std::size_t>(std::count_if(cell.begin(), cell.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    }));
}

OUSAGE_DECL void append_rows(std::string& text, std::vector<Row> const& rows) {
    auto widths = std::vector<std::size_t>{};
    for (auto const& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], width(row[column]));
        }
    }
    for (auto const& row : rows) {
        auto line = std::string{};
        for (std::size_t column = 0; column < row.size(); ++column) {
            line += row[column] + std::string(widths[column] - width(row[column]) + 2, ' ');
        }
        text += "  " + line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
}

} // namespace detail

} // namespace OUSAGE_NAMESPACE
