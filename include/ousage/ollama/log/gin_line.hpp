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

/// What every access line holds.
inline constexpr std::string_view gin_mark = "[GIN] ";

namespace detail {

// One line from behind its `[GIN] `.
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
    // A method is any word but a quoted one: Gin prints whatever it was given.
    auto const good = !method.empty() && method.find('"') == method.npos;
    if (!good || quoted.data() == nullptr || !cursor.at_end()) {
        return std::nullopt;
    }
    return GinLine{*time, *status, *latency, client, method, quoted};
}

} // namespace detail

/// Reads an access line, given without its newline: the first `[GIN] ` in it that starts a whole
/// entry, whatever stands before (journald's prefix, progress dots, tabs). Any bytes may come; it
/// allocates nothing and throws nothing. Empty where the line is no access line.
constexpr std::optional<GinLine> parse_gin_line(std::string_view line) noexcept {
    for (auto mark = line.find(gin_mark); mark != line.npos; mark = line.find(gin_mark, mark + 1)) {
        if (auto const found = detail::parse_behind_mark(line.substr(mark + gin_mark.size()))) {
            return found;
        }
    }
    return std::nullopt;
}

/// True where a line claims to be an access line; one that does and cannot be read is unparsed.
constexpr bool claims_to_be_gin_line(std::string_view line) noexcept {
    return line.find(gin_mark) != line.npos;
}

} // namespace OUSAGE_NAMESPACE::ollama
