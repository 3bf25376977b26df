#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/sse2.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <bit>
#include <cstddef>
#include <cstring>

#if OUSAGE_WITH_SSE2

namespace OUSAGE_NAMESPACE::ollama::detail {

// The offsets of the fields, relative to the bar that ends the latency.
struct GinTail {
    static constexpr std::size_t client_start = 2, client_end = 17, method_start = 20;
    static constexpr std::size_t path_start = 30;
};

// Returns the quote that ends the path beginning at `path`; null if an escape, a newline or `limit`
// comes first.
inline char const* find_path_end(char const* path, char const* limit) noexcept {
    auto const quotes = _mm_set1_epi8('"');
    auto const slashes = _mm_set1_epi8('\\');
    auto const newlines = _mm_set1_epi8('\n');
    for (; limit - path >= 16; path += 16) {
        auto const text = load_16(path);
        auto const either =
            _mm_or_si128(_mm_cmpeq_epi8(text, slashes), _mm_cmpeq_epi8(text, newlines));
        auto const found = mask_of(_mm_or_si128(_mm_cmpeq_epi8(text, quotes), either));
        if (found != 0) {
            path += std::countr_zero(found);
            return *path == '"' ? path : nullptr;
        }
    }
    // The last bytes, loaded together with some bytes before them.
    auto const rest = static_cast<unsigned>(limit - path);
    auto const text = load_16(limit - 16);
    auto const found =
        (mask_equal(text, '"') | mask_equal(text, '\\') | mask_equal(text, '\n')) >> (16 - rest);
    if (found == 0) {
        return nullptr;
    }
    path += std::countr_zero(found);
    return *path == '"' ? path : nullptr;
}

// Returns the length of a method that Gin pads to 7 columns and two spaces; 0 if it does not have
// this form.
inline std::size_t method_length(char const* method) noexcept {
    // The nine bytes are loaded as the last of 16, because the line may end shortly after them.
    auto const text = load_16(method - 7);
    auto const characters = ~mask_equal(text, ' ') >> 7 & 0x1FF;
    auto const marks = mask_equal(text, '"') | mask_equal(text, '\x1b') | mask_equal(text, '\n');
    auto const invalid = marks >> 7 & characters;
    auto const is_valid = (characters & (characters + 1)) == 0 && characters < 0x80 && invalid == 0;
    return is_valid ? static_cast<std::size_t>(std::countr_one(characters)) : 0;
}

// Parses `|       127.0.0.1 | POST     "/api/chat"`. Returns the end of the line, which is its
// newline or `limit`; null if it does not have this form.
inline char const* read_tail(char const* bar, char const* limit, GinLine& into) noexcept {
    if (limit - bar < static_cast<std::ptrdiff_t>(GinTail::path_start)) {
        return nullptr;
    }
    if (bar[1] != ' ' || bar[GinTail::client_end] != ' ' || bar[GinTail::client_end + 1] != '|' ||
        bar[GinTail::client_end + 2] != ' ') {
        return nullptr;
    }
    // Spaces, then the client.
    auto const word = load_16(bar + GinTail::client_start);
    auto const spaces = mask_equal(word, ' ') & 0x7FFF;
    auto const marks = mask_equal(word, '|') | mask_equal(word, '\x1b') | mask_equal(word, '\n');
    auto const invalid = marks & 0x7FFF;
    if ((spaces & (spaces + 1)) != 0 || invalid != 0) {
        return nullptr;
    }
    auto const client_size = static_cast<std::size_t>(15 - std::countr_one(spaces));
    auto const* const method = bar + GinTail::method_start;
    auto const* const path = bar + GinTail::path_start;
    auto const length = method_length(method);
    if (length == 0 || method[8] != ' ' || path[-1] != '"') {
        return nullptr;
    }
    auto const* const quote = find_path_end(path, limit);
    if (quote == nullptr || (quote + 1 != limit && quote[1] != '\n')) {
        return nullptr;
    }
    // The general parser removes NULs.
    if (std::memchr(bar, '\0', static_cast<std::size_t>(quote - bar)) != nullptr) {
        return nullptr;
    }
    into.client = {bar + GinTail::client_end - client_size, client_size};
    into.method = {method, length};
    into.quoted_path = {path, static_cast<std::size_t>(quote - path)};
    return quote + 1;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail

#endif
