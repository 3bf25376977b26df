#pragma once

#include <ousage/config.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/format/view/field.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::detail {

constexpr Role role_of(Severity severity) noexcept {
    switch (severity) {
    case Severity::ok: return Role::plain;
    case Severity::notice: return Role::notice;
    case Severity::warning: return Role::warning;
    }
    return Role::plain;
}

inline Role role_of(Field const& field) {
    return role_of(field.severity);
}

inline Cell plain_cell(std::string text) {
    return Cell{std::move(text), Role::plain};
}

inline Cell dim_cell(std::string text) {
    return Cell{std::move(text), Role::dim};
}

// A value whose mark is in its cell.
inline Cell marked_cell(Field const& field) {
    return Cell{marked(field), role_of(field)};
}

// A value whose mark is before its row.
inline Cell row_cell(Field const& field) {
    return Cell{annotated(field), role_of(field)};
}

// A row with the mark of its most important value.
inline GridRow marked_row(Severity severity, std::vector<Cell> cells) {
    auto row = GridRow{};
    row.mark = severity == Severity::warning ? "!" : "";
    row.role = role_of(severity);
    row.cells = std::move(cells);
    return row;
}

inline Column left_column(int drop = 0, std::size_t least = 0) {
    return Column{false, drop, least};
}

inline Column right_column(int drop = 0) {
    return Column{true, drop, 0};
}

} // namespace OUSAGE_NAMESPACE::detail
