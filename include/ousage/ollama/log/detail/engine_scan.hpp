#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/line_scan.hpp>
#include <ousage/ollama/log/detail/sse2.hpp>

#include <cstdint>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns false if a line that is no slog line is not one of a task of the engine for certain.
inline bool may_be_engine_line(std::string_view line) {
    return line.starts_with("slot ") || line.find("task ") != line.npos ||
           line.find("_task =") != line.npos || line.find("time =") != line.npos;
}

#if OUSAGE_WITH_SSE2
// The positions of `k 0` to `k 9` (`| task 0`), `_ta` (`id_task = `) and `e =` (`eval time =`).
inline __m128i tasks_at(char const* at) noexcept {
    auto const first = load_16(at), second = load_16(at + 1), third = load_16(at + 2);
    auto const above = _mm_cmpgt_epi8(third, _mm_set1_epi8('0' - 1));
    auto const digits = _mm_andnot_si128(_mm_cmpgt_epi8(third, _mm_set1_epi8('9')), above);
    auto const space = bytes_equal(second, ' ');
    auto const number = _mm_and_si128(_mm_and_si128(bytes_equal(first, 'k'), space), digits);
    auto const time =
        _mm_and_si128(_mm_and_si128(bytes_equal(first, 'e'), space), bytes_equal(third, '='));
    auto const cancel = _mm_and_si128(
        _mm_and_si128(bytes_equal(first, '_'), bytes_equal(second, 't')), bytes_equal(third, 'a'));
    return _mm_or_si128(_mm_or_si128(number, time), cancel);
}
#endif

// Like `skip_ordinary_lines`, but skips no line of a task of the engine.
inline SkippedLines skip_lines_without_task(char const* from, char const* end) noexcept {
    auto skipped = SkippedLines{from, 0};
#if OUSAGE_WITH_SSE2
    auto const* at = from;
    for (auto is_found = false; !is_found && end - at >= 18;) {
        auto newlines = _mm_setzero_si128(); // 16 counts of up to 255
        for (int round = 0; round < 255 && end - at >= 18; ++round, at += 16) {
            auto const bytes = load_16(at);
            auto const next = load_16(at + 1);
            auto const keys = _mm_and_si128(
                bytes_equal(bytes, '"'),
                _mm_or_si128(bytes_equal(next, 'l'), bytes_equal(next, 'M')));
            auto const found = _mm_or_si128(
                _mm_or_si128(_mm_or_si128(marks_at(at), levels_at(at)), tasks_at(at)),
                _mm_or_si128(keys, bytes_equal(bytes, '\0')));
            if (mask_of(found) != 0) {
                is_found = true;
                break;
            }
            newlines = _mm_sub_epi8(newlines, bytes_equal(bytes, '\n'));
        }
        auto const sums = _mm_sad_epu8(newlines, _mm_setzero_si128());
        skipped.count += static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
                         static_cast<std::uint64_t>(_mm_extract_epi16(sums, 4));
    }
    auto const text = std::string_view(from, static_cast<std::size_t>(at - from));
    skipped.at = from + (text.rfind('\n') + 1);
#else
    static_cast<void>(end);
#endif
    return skipped;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
