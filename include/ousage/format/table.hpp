#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/shape.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/format/text/display_text.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

using Row = std::vector<std::string>;

// Formats one value as the text of a cell; empty if the value is absent.
OUSAGE_DECL std::string cell(std::string const& value);
OUSAGE_DECL std::string cell(bool value);
OUSAGE_DECL std::string cell(Timestamp const& value);
OUSAGE_DECL std::string cell(double value);
OUSAGE_DECL std::string cell(std::vector<std::string> const& values);

template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
std::string cell(T value) {
    return std::to_string(value);
}

template <class T>
    requires std::is_enum_v<T>
std::string cell(T value) {
    return std::string(enum_name(value));
}

template <class T>
std::string cell(std::optional<T> const& value) {
    if constexpr (Reflectable<T> && !std::is_same_v<T, Timestamp>) {
        auto text = std::string{};
        if (value) {
            for_each_member(*value, [&text](std::string_view name, auto const& member) {
                if (auto const inner = cell(member); !inner.empty()) {
                    text += (text.empty() ? "" : ", ") + std::string(name) + " " + inner;
                }
            });
        }
        return text;
    } else {
        return value ? cell(*value) : std::string{};
    }
}

// Appends rows with each column as wide as its widest cell.
OUSAGE_DECL void append_rows(std::string& text, std::vector<Row> const& rows);

// True for a vector of aggregates.
template <class T>
inline constexpr bool is_list = false;

template <class T>
inline constexpr bool is_list<std::vector<T>> = Reflectable<T>;

class TableFormat {
public:
    std::string text() && { return std::move(text_); }

    template <class T>
    void section(std::string_view name, T const& value) {
        auto rows = std::vector<Row>{};
        if constexpr (Flattened<T>) {
            for_each_key(value, [&rows](std::string const& key, auto const& member) {
                add(rows, key, cell(member));
            });
        } else if constexpr (Reflectable<T> && !std::is_same_v<T, Timestamp>) {
            for_each_member(value, [&rows](std::string_view key, auto const& member) {
                add(rows, std::string(key), cell(member));
            });
        } else if constexpr (is_list<T>) {
            rows = list_rows(value);
        } else if constexpr (requires { typename T::mapped_type; }) {
            map_rows(value, rows);
        } else {
            text_ += std::string(name) + "  " + cell(value) + "\n";
            return;
        }
        if (!rows.empty()) {
            text_ += "\n" + std::string(name) + "\n";
            append_rows(text_, rows);
        }
    }

private:
    static void add(std::vector<Row>& rows, std::string key, std::string value) {
        if (!value.empty()) {
            rows.push_back({std::move(key), std::move(value)});
        }
    }

    // A heading row and the rows of the list, without columns that are empty in every row.
    template <class T>
    static std::vector<Row> list_rows(std::vector<T> const& values) {
        auto rows = std::vector<Row>{};
        if (values.empty()) {
            return rows;
        }
        rows.emplace_back(member_names<T>.begin(), member_names<T>.end());
        for (auto const& value : values) {
            auto& row = rows.emplace_back();
            for_each_member(value, [&row](std::string_view, auto const& member) {
                row.push_back(cell(member));
            });
        }
        for (auto column = rows.front().size(); column-- > 0;) {
            auto const empty = [column](Row const& row) { return row[column].empty(); };
            if (std::all_of(rows.begin() + 1, rows.end(), empty)) {
                for (auto& row : rows) {
                    row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
                }
            }
        }
        return rows;
    }

    template <class Map>
    static void map_rows(Map const& values, std::vector<Row>& rows) {
        for (auto const& [key, value] : values) {
            if constexpr (std::is_same_v<typename Map::mapped_type, std::string>) {
                add(rows, display_text(key), cell(value));
            } else if (!value.empty()) {
                // Show the last seven values of a daily series.
                auto row = Row{display_text(key)};
                auto const first = value.size() > 7 ? value.size() - 7 : 0;
                for (auto index = first; index < value.size(); ++index) {
                    row.push_back(value[index].date.substr(5) + " " + cell(value[index].value));
                }
                rows.push_back(std::move(row));
            }
        }
    }

    std::string text_;
};

} // namespace detail

/// Formats the members that `to_json` writes as human-readable text: one section per member, lists
/// as columns, absent values omitted. A daily series shows its last seven days. The output has no
/// colours and no control characters.
template <Reflectable T>
std::string to_table(T const& value) {
    auto format = detail::TableFormat();
    for_each_member(value, [&format](std::string_view name, auto const& member) {
        format.section(name, member);
    });
    return std::move(format).text();
}

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/impl/table.hpp>
#endif
