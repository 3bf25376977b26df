#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/line_scan.hpp>
#include <ousage/ollama/log/detail/sse2.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

#if OUSAGE_WITH_SSE2
// Calls `visit(at)` for blocks of 16 bytes that together contain every start of `size` characters
// of the line. Those characters may be read at each of the 16 bytes.
template <std::size_t size, class Visit>
[[gnu::always_inline]] inline void for_each_block(std::string_view line, Visit&& visit) noexcept {
    auto const* const end = line.data() + line.size();
    auto const* at = line.data();
    for (; end - at >= static_cast<std::ptrdiff_t>(31 + size); at += 16) {
        visit(at);
    }
    visit(at);
    visit(end - (15 + size)); // overlaps
}
#endif

// Returns false if a line does not contain ` level=` for certain.
inline bool may_have_level(std::string_view line) noexcept {
#if OUSAGE_WITH_SSE2
    if (line.size() >= 18) {
        auto found = _mm_setzero_si128();
        for_each_block<3>(line, [&found](char const* at) noexcept {
            found = _mm_or_si128(found, levels_at(at));
        });
        return mask_of(found) != 0;
    }
#endif
    return !line.empty();
}

// Returns false if a line that is no slog line is not one of a task of the engine for certain.
inline bool may_be_engine_line(std::string_view line) noexcept {
    if (line.starts_with("slot ")) {
        return true;
    }
#if OUSAGE_WITH_SSE2
    if (line.size() >= 18) {
        auto found = _mm_setzero_si128();
        for_each_block<3>(line, [&found](char const* at) noexcept {
            auto const first = load_16(at), second = load_16(at + 1);
            auto const task = _mm_and_si128(bytes_equal(first, 's'), bytes_equal(second, 'k'));
            auto const time = _mm_and_si128(bytes_equal(first, 'm'), bytes_equal(second, 'e'));
            auto const spaces = bytes_equal(load_16(at + 2), ' ');
            found = _mm_or_si128(found, _mm_and_si128(_mm_or_si128(task, time), spaces));
        });
        if (mask_of(found) == 0) {
            return false;
        }
    }
#endif
    return line.find("task ") != line.npos || line.find("_task =") != line.npos ||
           line.find("time =") != line.npos;
}

#if OUSAGE_WITH_SSE2
// The positions at which `skip_lines_without_task` stops: the start of `[G`, `ev` (`level=`), `k 0`
// to `k 9` (`| task 0`), `k =` (`id_task = `), `e =` (`eval time =`), `"l`, `"M` and NUL.
inline __m128i stops_at(char const* at) noexcept {
    auto const first = load_16(at), second = load_16(at + 1), third = load_16(at + 2);
    auto const e = bytes_equal(first, 'e'), equals = bytes_equal(third, '=');
    auto const above = _mm_cmpgt_epi8(third, _mm_set1_epi8('0' - 1));
    auto const digits = _mm_andnot_si128(_mm_cmpgt_epi8(third, _mm_set1_epi8('9')), above);
    auto const task = _mm_and_si128(bytes_equal(first, 'k'), _mm_or_si128(digits, equals));
    auto const value =
        _mm_and_si128(bytes_equal(second, ' '), _mm_or_si128(task, _mm_and_si128(e, equals)));
    auto const level = _mm_and_si128(e, bytes_equal(second, 'v'));
    auto const keys = _mm_and_si128(
        bytes_equal(first, '"'), _mm_or_si128(bytes_equal(second, 'l'), bytes_equal(second, 'M')));
    return _mm_or_si128(
        _mm_or_si128(_mm_or_si128(value, level), _mm_or_si128(keys, marks_at(at))),
        bytes_equal(first, '\0'));
}

// The positions of `stops_at` and some others, in half the time: `[`, `"`, NUL, `ev`, and `e` or
// `k` before a space and one of `0` to `=`.
inline __m128i candidates_at(char const* at) noexcept {
    auto const first = load_16(at), second = load_16(at + 1), third = load_16(at + 2);
    auto const e = bytes_equal(first, 'e');
    auto const moved = _mm_add_epi8(third, _mm_set1_epi8(127 - '=')); // the range ends at 127
    auto const in_range = _mm_cmpgt_epi8(moved, _mm_set1_epi8(127 - '=' + '0' - 1));
    auto const value = _mm_and_si128(in_range, bytes_equal(second, ' '));
    auto const task = _mm_and_si128(_mm_or_si128(e, bytes_equal(first, 'k')), value);
    auto const level = _mm_and_si128(e, bytes_equal(second, 'v'));
    auto const quotes = _mm_or_si128(bytes_equal(first, '['), bytes_equal(first, '"'));
    return _mm_or_si128(_mm_or_si128(task, level), _mm_or_si128(quotes, bytes_equal(first, '\0')));
}
#endif

// Like `skip_ordinary_lines`, but skips no line of a task of the engine.
inline SkippedLines
skip_lines_without_task(char const* from, [[maybe_unused]] char const* end) noexcept {
#if OUSAGE_WITH_SSE2
    return skip_lines_before(from, end, [](char const* at) noexcept {
        return mask_of(candidates_at(at)) != 0 && mask_of(stops_at(at)) != 0;
    });
#else
    return SkippedLines{from, 0};
#endif
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
