#pragma once

#include <ousage/ollama/gin_line.hpp>

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__) && !defined(OUSAGE_PLAIN)
#    include <emmintrin.h>
#endif

namespace ousage::ollama::detail {

// What the line before said: most lines share its minute and its status.
struct GinNeighbour {
    static constexpr std::size_t length = 25;
    // Before the first line a minute and a status that are true of themselves, not NULs, which a
    // line could hold.
    char text[length + 1] = "[GIN] 1970/01/01 - 00:00:";
    std::chrono::local_seconds start{}; // of that minute
    std::uint64_t status_column = 0;    // ` | 200 |`
    int status = 0;

    GinNeighbour() noexcept { read_status(" | 200 |"); }

    // Eight bytes from behind the seconds.
    bool read_status(char const* column) noexcept {
        auto const first = static_cast<unsigned>(column[3] - '0');
        auto const second = static_cast<unsigned>(column[4] - '0');
        auto const third = static_cast<unsigned>(column[5] - '0');
        auto const good = first - 1 < 9 && second < 10 && third < 10 &&
                          std::string_view(column, 3) == " | " &&
                          std::string_view(column + 6, 2) == " |";
        if (good) {
            std::memcpy(&status_column, column, sizeof(status_column));
            status = static_cast<int>(first * 100 + second * 10 + third);
        }
        return good;
    }
};

#if defined(__SSE2__) && !defined(OUSAGE_PLAIN)

inline constexpr bool has_gin_columns = true;

inline std::uint64_t load_8(char const* from) noexcept {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof(word));
    return word;
}

inline __m128i load_16(char const* from) noexcept {
    return _mm_loadu_si128(reinterpret_cast<__m128i const*>(from));
}

// A bit for each of 16 bytes, the first byte lowest.
inline unsigned mask_of(__m128i bytes) noexcept {
    return static_cast<unsigned>(_mm_movemask_epi8(bytes));
}

inline unsigned mask_equal(__m128i bytes, char letter) noexcept {
    return mask_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(letter)));
}

// The last `count` (0 to 8) of 8 decimal digits, all at once: pairs, fours, eight.
inline std::int64_t digits_of(std::uint64_t text, unsigned count) noexcept {
    // Two shifts, because one by 64 is not defined.
    text &= ~std::uint64_t{0} << (32 - 4 * count) << (32 - 4 * count);
    text = (text & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8;
    text = (text & 0x00FF00FF00FF00FF) * 6553601 >> 16;
    return static_cast<std::int64_t>((text & 0x0000FFFF0000FFFF) * 42949672960001 >> 32);
}

struct Unit {
    unsigned exponent, length;
};

// Of a latency whose last byte but one is this: `ms`, `\xC2\xB5s`, else `s` behind a digit.
inline Unit unit_before(char letter) noexcept {
    auto const is_milli = letter == 'm' ? 1u : 0u;
    auto const is_micro = letter == '\xB5' ? 1u : 0u;
    return {9 - 3 * is_milli - 6 * is_micro, 1 + is_milli + 2 * is_micro};
}

inline bool same_minute(char const* line, GinNeighbour const& near) noexcept {
    auto const first = _mm_cmpeq_epi8(load_16(line), load_16(near.text));
    auto const last = _mm_cmpeq_epi8(load_16(line + 9), load_16(near.text + 9));
    return mask_of(_mm_and_si128(first, last)) == 0xFFFF;
}

// Blanks, then `12.345ms`, one unit, up to `end`. The field is right-aligned: its unit tells where
// its number ends. False for what the general parser must look at.
inline bool read_latency(char const* field, char const* end, std::int64_t& value) noexcept {
    static constexpr std::int64_t powers[] = {
        1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
    auto const unit = unit_before(end[-2]);
    auto const exponent = unit.exponent;
    auto const unit_length = unit.length;
    if (end[-1] != 's' || (unit_length == 3 && end[-3] != '\xC2')) {
        return false;
    }
    auto const number_end = end - unit_length;
    auto const width = static_cast<unsigned>(number_end - field);
    if (width < 1 || width > 15) {
        return false;
    }
    // The number's last byte is bit 15; what is left of the field does not count.
    auto const text = load_16(number_end - 16);
    auto const outside = (1u << (16 - width)) - 1;
    auto const from_zero = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    auto const digits =
        mask_of(_mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero)) & ~outside;
    auto const dots = mask_equal(text, '.') & ~outside;
    auto const blanks = mask_equal(text, ' ') | outside;
    auto const whole = (digits | dots | blanks) == 0xFFFF && (blanks & (blanks + 1)) == 0;
    if (!whole || (digits & 0x8000) == 0) {
        return false;
    }
    // Without a dot it is as if one stood behind the number. No branch: what comes is random.
    auto const has_dot = dots != 0 ? 1u : 0u;
    auto const digits_start = static_cast<unsigned>(std::countr_one(blanks));
    auto const dot = static_cast<unsigned>(std::countr_zero(dots | 0x10000));
    auto const before = dot - digits_start;
    auto const behind = 16 - has_dot - dot;
    if ((dots & (dots - 1)) != 0 || before - 1 > 7 || behind > exponent) {
        return false;
    }
    auto const point = number_end - 16 + dot;
    auto const ninth = behind == 9 ? std::int64_t{point[1] - '0'} : 0;
    auto const fraction =
        digits_of(load_8(number_end - 8), behind < 8 ? behind : 8) + ninth * powers[8];
    value = digits_of(load_8(point - 8), before) * powers[exponent] +
            fraction * powers[exponent - behind];
    return true;
}

// The quote that ends a path which begins at `path`; null where an escape, a newline or `limit`
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
    // The last bytes, read with some of those before them.
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

// The length of a method that Gin pads to 7 columns and two blanks; 0 for what is none.
inline std::size_t method_length(char const* method) noexcept {
    // The nine bytes at its end, for the line may end soon behind them.
    auto const text = load_16(method - 7);
    auto const letters = ~mask_equal(text, ' ') >> 7 & 0x1FF;
    auto const marks = mask_equal(text, '"') | mask_equal(text, '\x1b') | mask_equal(text, '\n');
    auto const strange = marks >> 7 & letters;
    auto const good = (letters & (letters + 1)) == 0 && letters < 0x80 && strange == 0;
    return good ? static_cast<std::size_t>(std::countr_one(letters)) : 0;
}

// `1h2m3s` and all else that the columns do not tell.
inline bool read_long_latency(char const* field, char const* end, std::int64_t& value) noexcept {
    while (field < end && *field == ' ') {
        ++field;
    }
    auto const latency = parse_latency({field, static_cast<std::size_t>(end - field)});
    value = latency.value_or(0);
    return latency.has_value();
}

// The bar behind the latency, which is 13 wide, one more with a micro sign, or 8 from Gin 1.12 on.
inline char const* find_bar(char const* latency, char const* end) noexcept {
    auto const guess = latency + (latency[14] == '|' ? 14 : 15);
    return *guess == '|' ? guess
                         : static_cast<char const*>(
                               std::memchr(latency, '|', static_cast<std::size_t>(end - latency)));
}

// Reads the plain form of the line as Gin 1.9 to 1.12 prints it, by its columns, and gives its end:
// its newline, or `limit`. Null does not say that a line is no access line: then the general parser
// decides.
inline char const*
read_gin_columns(char const* line, char const* limit, GinNeighbour& near, GinLine& into) noexcept {
    constexpr std::size_t latency_column = 36;
    if (limit - line < 72) {
        return nullptr;
    }
    if (!same_minute(line, near)) {
        auto cursor = GinCursor({line + gin_mark.size(), 21});
        auto const time = take_time(cursor);
        if (!time || !std::string_view(line, gin_mark.size()).starts_with(gin_mark)) {
            return nullptr;
        }
        std::memcpy(near.text, line, GinNeighbour::length);
        near.start = std::chrono::floor<std::chrono::minutes>(*time);
    }
    auto const tens = static_cast<unsigned>(line[25] - '0');
    auto const ones = static_cast<unsigned>(line[26] - '0');
    if (tens > 5 || ones > 9 || line[35] != ' ' ||
        (load_8(line + 27) != near.status_column && !near.read_status(line + 27))) {
        return nullptr;
    }
    auto const latency = line + latency_column;
    auto const bar = find_bar(latency, limit);
    if (bar == nullptr || bar - latency < 4 || bar[-1] != ' ' ||
        !(read_latency(latency, bar - 1, into.latency_ns) ||
          read_long_latency(latency, bar - 1, into.latency_ns))) {
        return nullptr;
    }
    // ` 127.0.0.1 `: blanks, then the word up to the next bar.
    auto const client = bar + 2;
    if (limit - client < 28) {
        return nullptr;
    }
    auto const second_bar = client + 16;
    if (bar[1] != ' ' || *second_bar != '|' || second_bar[-1] != ' ' || second_bar[1] != ' ') {
        return nullptr;
    }
    auto const word = load_16(client);
    auto const blanks = mask_equal(word, ' ') & 0x7FFF;
    auto const marks = mask_equal(word, '|') | mask_equal(word, '\x1b') | mask_equal(word, '\n');
    auto const strange = marks & 0x7FFF;
    if ((blanks & (blanks + 1)) != 0 || strange != 0) {
        return nullptr;
    }
    auto const word_start = static_cast<std::size_t>(std::countr_one(blanks));
    auto const method = second_bar + 2;
    auto const length = method_length(method);
    auto const path = method + 10;
    if (length == 0 || method[8] != ' ' || path[-1] != '"') {
        return nullptr;
    }
    auto const quote = find_path_end(path, limit);
    if (quote == nullptr || (quote + 1 != limit && quote[1] != '\n')) {
        return nullptr;
    }
    into.time = near.start + std::chrono::seconds(tens * 10 + ones);
    into.status = near.status;
    into.client = {client + word_start, 15 - word_start};
    into.method = {method, length};
    into.quoted_path = {path, static_cast<std::size_t>(quote - path)};
    return quote + 1;
}

#else

inline constexpr bool has_gin_columns = false;

// Other machines have the general parser alone.
inline char const* read_gin_columns(char const*, char const*, GinNeighbour&, GinLine&) noexcept {
    return nullptr;
}

#endif

} // namespace ousage::ollama::detail
