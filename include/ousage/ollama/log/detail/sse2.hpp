#pragma once

#include <ousage/config.hpp>

#if OUSAGE_WITH_SSE2
#    include <emmintrin.h>

#    include <cstdint>
#    include <cstring>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline std::uint64_t load_8(char const* from) noexcept {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof(word));
    return word;
}

inline __m128i load_16(char const* from) noexcept {
    return _mm_loadu_si128(reinterpret_cast<__m128i const*>(from));
}

// Returns one bit for each of 16 bytes, the first byte lowest.
inline unsigned mask_of(__m128i bytes) noexcept {
    return static_cast<unsigned>(_mm_movemask_epi8(bytes));
}

inline unsigned mask_equal(__m128i bytes, char character) noexcept {
    return mask_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(character)));
}

// Converts 16 decimal digits, given as numbers from 0 to 9, in parallel: pairs, fours, eights.
inline std::int64_t decimal(__m128i digits) noexcept {
    auto const tens =
        _mm_mullo_epi16(_mm_and_si128(digits, _mm_set1_epi16(0xFF)), _mm_set1_epi16(10));
    auto const pairs = _mm_add_epi16(tens, _mm_srli_epi16(digits, 8));
    auto const fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
    auto const eights =
        _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10'000));
    auto const both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
    return static_cast<std::int64_t>((both & 0xFFFF'FFFF) * 100'000'000 + (both >> 32));
}

} // namespace OUSAGE_NAMESPACE::ollama::detail

#endif
