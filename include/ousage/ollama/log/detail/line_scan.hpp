#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/sse2.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// What a line may contain. Any of it requires a closer look; most lines of the engine contain none.
struct LineScan {
    char const* newline = nullptr; // null if the bytes end first
    bool mark = false;             // `[G`, as in `[GIN] `
    bool level = false;            // `lev`, as in ` level=` of a slog line
    bool nul = false;
};

#if OUSAGE_WITH_SSE2
inline __m128i bytes_equal(__m128i bytes, char character) noexcept {
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(character));
}

// The positions of `[G` in the 16 bytes at `at`.
inline __m128i marks_at(char const* at) noexcept {
    return _mm_and_si128(bytes_equal(load_16(at), '['), bytes_equal(load_16(at + 1), 'G'));
}

// The positions of `lev`.
inline __m128i levels_at(char const* at) noexcept {
    return _mm_and_si128(
        _mm_and_si128(bytes_equal(load_16(at), 'l'), bytes_equal(load_16(at + 1), 'e')),
        bytes_equal(load_16(at + 2), 'v'));
}
#endif

// Ordinary lines that were skipped.
struct SkippedLines {
    char const* at = nullptr; // the start of the first line that was not skipped
    std::uint64_t count = 0;
};

#if OUSAGE_WITH_SSE2
// Skips whole lines before the first block of 16 bytes for which `stops(at)` is true. It may read
// two bytes after the block.
template <class Stops>
[[gnu::always_inline]] inline SkippedLines
skip_lines_before(char const* from, char const* end, Stops&& stops) noexcept {
    auto skipped = SkippedLines{from, 0};
    auto const* at = from;
    for (auto is_found = false; !is_found && end - at >= 18;) {
        auto newlines = _mm_setzero_si128(); // 16 counts of up to 255
        for (int round = 0; round < 255 && end - at >= 18; ++round, at += 16) {
            if (stops(at)) {
                is_found = true;
                break;
            }
            newlines = _mm_sub_epi8(newlines, bytes_equal(load_16(at), '\n'));
        }
        auto const sums = _mm_sad_epu8(newlines, _mm_setzero_si128());
        skipped.count += static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
                         static_cast<std::uint64_t>(_mm_extract_epi16(sums, 4));
    }
    while (skipped.count != 0) { // the last newline before the stop
        at -= 16;
        if (auto const newlines = mask_equal(load_16(at), '\n'); newlines != 0) {
            skipped.at = at + std::bit_width(newlines);
            break;
        }
    }
    return skipped;
}
#endif

// Skips whole lines of any length that contain neither `[G` nor `lev` nor NUL nor the beginning of
// a JSON key of a line's text (`"l`, `"M`). May skip fewer lines than possible.
inline SkippedLines
skip_ordinary_lines(char const* from, [[maybe_unused]] char const* end) noexcept {
#if OUSAGE_WITH_SSE2
    return skip_lines_before(from, end, [](char const* at) noexcept {
        auto const bytes = load_16(at);
        auto const next = load_16(at + 1);
        auto const keys = _mm_and_si128(
            bytes_equal(bytes, '"'), _mm_or_si128(bytes_equal(next, 'l'), bytes_equal(next, 'M')));
        auto const found = _mm_or_si128(
            _mm_or_si128(marks_at(at), levels_at(at)),
            _mm_or_si128(keys, bytes_equal(bytes, '\0')));
        return mask_of(found) != 0;
    });
#else
    return SkippedLines{from, 0};
#endif
}

// Scans the bytes from `at` up to the next newline or `end`, in one pass.
inline LineScan scan_line(char const* at, char const* end) noexcept {
    auto scan = LineScan{};
#if OUSAGE_WITH_SSE2
    for (; end - at >= 18; at += 16) {
        auto const bytes = load_16(at);
        auto const marks = marks_at(at);
        auto const levels = levels_at(at);
        auto const nuls = bytes_equal(bytes, '\0');
        auto const newlines = mask_equal(bytes, '\n');
        auto const found = mask_of(_mm_or_si128(_mm_or_si128(marks, levels), nuls));
        auto const before = (newlines & (0 - newlines)) - 1; // all bits if there is no newline
        if ((found & before) != 0) {
            scan.mark = scan.mark || (mask_of(marks) & before) != 0;
            scan.level = scan.level || (mask_of(levels) & before) != 0;
            scan.nul = scan.nul || (mask_of(nuls) & before) != 0;
        }
        if (newlines != 0) {
            scan.newline = at + std::countr_zero(newlines);
            return scan;
        }
    }
#endif
    for (; at != end; ++at) {
        if (*at == '\n') {
            scan.newline = at;
            return scan;
        }
        auto const rest = std::string_view(at, static_cast<std::size_t>(end - at));
        scan.mark = scan.mark || rest.starts_with("[G");
        scan.level = scan.level || rest.starts_with("lev");
        scan.nul = scan.nul || *at == '\0';
    }
    return scan;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
