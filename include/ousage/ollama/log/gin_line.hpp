#pragma once

#include <ousage/config.hpp>

#include <chrono>
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

/// Parses an access line, passed without its newline. Uses the first `[GIN] ` that starts a
/// complete entry; any text may precede it (journald's prefix, progress dots, tabs). Accepts any
/// bytes, allocates nothing and throws nothing. Returns an empty optional if the line is not an
/// access line.
OUSAGE_DECL std::optional<GinLine> parse_gin_line(std::string_view line) noexcept;

/// Returns whether a line contains `[GIN] `. If such a line cannot be parsed, it counts as
/// unparsed.
constexpr bool has_gin_mark(std::string_view line) noexcept {
    return line.find(gin_mark) != line.npos;
}

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/gin_line.hpp>
#endif
