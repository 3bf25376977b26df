#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/gin_fields.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// One access line of Gin's default logger (gin logger.go, 1.9 to 1.12), as views into the line.
struct GinLine {
    std::chrono::local_seconds time; ///< when the request ended, in the server's zone, seconds
    int status = 0;                  ///< 100 to 999
    std::int64_t latency_ns = 0;     ///< nanoseconds; may be negative
    std::string_view client;         ///< the client's address; may be empty
    std::string_view method;         ///< any word without quotes
    std::string_view quoted_path;    ///< path and query between the quotes, escapes as printed
};

/// The text that every access line contains.
inline constexpr std::string_view gin_mark = "[GIN] ";

namespace detail {

// Parses one line after its `[GIN] `.
constexpr std::optional<GinLine> parse_behind_mark(std::string_view text) noexcept {
    auto cursor = GinCursor(text);
    auto const time = take_time(cursor);
    if (!time || !cursor.take(' ') || !cursor.take('|')) {
        return std::nullopt;
    }
    cursor.skip_blanks();
    auto const status = take_status(cursor);
    cursor.skip_blanks();
    if (!status || !cursor.take('|')) {
        return std::nullopt;
    }
    cursor.skip_blanks();
    auto const latency = parse_latency(cursor.take_word(false));
    cursor.skip_blanks();
    if (!latency || !cursor.take('|')) {
        return std::nullopt;
    }
    cursor.skip_blanks();
    auto const client = cursor.take_word(false);
    cursor.skip_blanks();
    if (!cursor.take('|')) {
        return std::nullopt;
    }
    cursor.skip_blanks();
    auto const method = cursor.take_word(true);
    cursor.skip_blanks();
    auto const quoted = cursor.take_quoted();
    // A method is any word without quotes: Gin prints methods unchecked.
    auto const good = !method.empty() && method.find('"') == method.npos;
    if (!good || quoted.data() == nullptr || !cursor.at_end()) {
        return std::nullopt;
    }
    return GinLine{*time, *status, *latency, client, method, quoted};
}

} // namespace detail

/// Parses an access line, passed without its newline. Uses the first `[GIN] ` that starts a
/// complete entry; any text may precede it (journald's prefix, progress dots, tabs). Accepts any
/// bytes, allocates nothing and throws nothing. Returns an empty optional if the line is not an
/// access line.
constexpr std::optional<GinLine> parse_gin_line(std::string_view line) noexcept {
    for (auto mark = line.find(gin_mark); mark != line.npos; mark = line.find(gin_mark, mark + 1)) {
        if (auto const found = detail::parse_behind_mark(line.substr(mark + gin_mark.size()))) {
            return found;
        }
    }
    return std::nullopt;
}

/// Returns whether a line contains `[GIN] `. If such a line cannot be parsed, it counts as
/// unparsed.
constexpr bool claims_to_be_gin_line(std::string_view line) noexcept {
    return line.find(gin_mark) != line.npos;
}

} // namespace OUSAGE_NAMESPACE::ollama
