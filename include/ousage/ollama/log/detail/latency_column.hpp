#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/gin_fields.hpp>
#include <ousage/ollama/log/detail/sse2.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#if OUSAGE_WITH_SSE2

namespace OUSAGE_NAMESPACE::ollama::detail {

// The unit of a latency, by the second to last byte: `ms`, `\xC2\xB5s`, or `s` after a digit.
struct LatencyUnit {
    std::uint8_t exponent = 0xFF; // power of ten, in nanoseconds; too large if it is not a unit
    std::uint8_t length = 1;
    std::uint8_t lead = 0; // 0xFF if the byte before must be \xC2, else 0
};

inline constexpr auto latency_units = [] {
    auto units = std::array<LatencyUnit, 256>{};
    for (std::size_t digit = '0'; digit <= '9'; ++digit) {
        units[digit] = {9, 1, 0};
    }
    units['m'] = {6, 2, 0};
    units[0xB5] = {3, 3, 0xFF};
    return units;
}();

// 16 bytes of `first`, then 16 bytes of `then`. A 16-byte load at an offset yields a mask with
// `count` bytes of `first`.
struct Window {
    std::array<char, 32> bytes{};

    constexpr Window(char first, char then) {
        for (std::size_t index = 0; index < bytes.size(); ++index) {
            bytes[index] = index < 16 ? first : then;
        }
    }

    __m128i first(unsigned count) const noexcept { return load_16(bytes.data() + 16 - count); }
};

inline constexpr auto window_after = Window('\0', '\xFF');
inline constexpr auto window_spaces = Window(' ', '\0');

struct PowerOfTen {
    std::int64_t value, limit; // limit: the largest factor that does not overflow
};

inline constexpr auto powers_of_ten = [] {
    auto powers = std::array<PowerOfTen, 10>{};
    std::int64_t value = 1;
    for (auto& power : powers) {
        power = {value, std::numeric_limits<std::int64_t>::max() / value};
        value *= 10;
    }
    return powers;
}();

// Parses spaces, then a number with one unit, such as `12.345ms`, up to `end`. The 16 bytes before
// `field` must be readable. The field is right-aligned, so its unit determines where its number
// ends. Does not branch on the number, because its bytes are random. Returns false if the general
// parser must parse the field.
[[gnu::always_inline]] inline bool
read_latency(char const* field, char const* end, std::int64_t& value) noexcept {
    auto const unit = latency_units[static_cast<unsigned char>(end[-2])];
    auto const* const number_end = end - unit.length;
    auto const width = static_cast<std::size_t>(number_end - field);
    if (end[-1] != 's' || width - 1 > 14) {
        return false;
    }
    // The number's last byte is the last of 16. Bytes before the field are replaced by spaces.
    auto const outside = static_cast<unsigned>(16 - width);
    auto const text = _mm_or_si128(
        _mm_and_si128(load_16(number_end - 16), window_after.first(outside)),
        window_spaces.first(outside));
    auto const from_zero = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    auto const is_digit = _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero);
    auto const digits = mask_of(is_digit);
    auto const dots = mask_equal(text, '.');
    auto const spaces = mask_equal(text, ' ');
    // Spaces first, then digits with at most one dot between them.
    auto const start = spaces + 1;
    auto const invalid = ((digits | dots | spaces) ^ 0xFFFF) | (~digits & 0x8000) |
                         (spaces & start) | (dots & (dots - 1)) | (dots & start);
    // 0 without a dot, else the index after the dot.
    auto const point_index = static_cast<unsigned>(31 - std::countl_zero(dots << 1 | 1));
    auto const exponent = unit.exponent - (0 - point_index) % 16;
    auto const wrong_lead = (static_cast<unsigned char>(end[-3]) ^ 0xC2u) & unit.lead;
    if ((invalid | wrong_lead) != 0 || exponent > 9) {
        return false;
    }
    // Move the digits before the dot right by one byte, over the dot.
    auto const all = _mm_and_si128(from_zero, is_digit);
    auto const after_point = window_after.first(point_index);
    auto const number = decimal(_mm_or_si128(
        _mm_and_si128(after_point, all), _mm_andnot_si128(after_point, _mm_slli_si128(all, 1))));
    auto const& power = powers_of_ten[exponent];
    if (number > power.limit) {
        return false;
    }
    value = number * power.value;
    return true;
}

// Parses spaces, then `1m12s` or `1h2m3s`, the forms of latencies of a minute or more, with at most
// six digits of hours. Returns false for anything else.
inline bool read_minutes(char const* field, char const* end, std::int64_t& value) noexcept {
    auto const digit = [](char character) { return static_cast<unsigned>(character - '0'); };
    auto number = [&](char last, unsigned& into) {
        // From the right: the unit, one digit, and an optional second digit.
        if (end - field < 2 || end[-1] != last || digit(end[-2]) > 9) {
            return false;
        }
        auto const has_tens = end - field > 2 && digit(end[-3]) <= 9;
        into = digit(end[-2]) + (has_tens ? 10 * digit(end[-3]) : 0);
        end -= has_tens ? 3 : 2;
        return true;
    };
    unsigned seconds = 0;
    unsigned minutes = 0;
    if (!number('s', seconds) || !number('m', minutes)) {
        return false;
    }
    std::int64_t hours = 0;
    if (end != field && end[-1] == 'h') {
        constexpr std::int64_t limit = 1'000'000; // more hours could overflow
        auto const* const unit = --end;
        for (std::int64_t power = 1; power < limit && end != field && digit(end[-1]) <= 9;
             power *= 10) {
            hours += digit(*--end) * power;
        }
        if (end == unit) {
            return false;
        }
    }
    while (end != field && end[-1] == ' ') {
        --end;
    }
    value = (hours * 3600 + std::int64_t{minutes * 60 + seconds}) * 1'000'000'000;
    return end == field;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail

#endif
