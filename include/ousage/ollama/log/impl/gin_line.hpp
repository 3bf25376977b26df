#pragma once

#include <ousage/ollama/log/detail/gin_cursor.hpp>
#include <ousage/ollama/log/detail/gin_fields.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Parses one line after its `[GIN] `.
inline std::optional<GinLine> parse_after_mark(std::string_view text) noexcept {
    auto cursor = GinCursor(text);
    auto const time = read_time(cursor);
    if (!time || !cursor.consume(' ') || !cursor.consume('|')) {
        return std::nullopt;
    }
    cursor.skip_padding();
    auto const status = read_status(cursor);
    cursor.skip_padding();
    if (!status || !cursor.consume('|')) {
        return std::nullopt;
    }
    cursor.skip_padding();
    auto const latency = parse_latency(cursor.read_word(false));
    cursor.skip_padding();
    if (!latency || !cursor.consume('|')) {
        return std::nullopt;
    }
    cursor.skip_padding();
    auto const client = cursor.read_word(false);
    cursor.skip_padding();
    if (!cursor.consume('|')) {
        return std::nullopt;
    }
    cursor.skip_padding();
    auto const method = cursor.read_word(true);
    cursor.skip_padding();
    auto const quoted = cursor.read_quoted();
    // A method is any word without quotes: Gin prints methods unchecked.
    auto const is_valid = !method.empty() && method.find('"') == method.npos;
    if (!is_valid || quoted.data() == nullptr || !cursor.at_end()) {
        return std::nullopt;
    }
    return GinLine{*time, *status, *latency, client, method, quoted};
}

} // namespace detail

OUSAGE_DECL std::optional<GinLine> parse_gin_line(std::string_view line) noexcept {
    for (auto mark = line.find(gin_mark); mark != line.npos; mark = line.find(gin_mark, mark + 1)) {
        if (auto const found = detail::parse_after_mark(line.substr(mark + gin_mark.size()))) {
            return found;
        }
    }
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama
