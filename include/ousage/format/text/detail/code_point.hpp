#pragma once

#include <ousage/config.hpp>
#include <ousage/format/text/detail/text_ranges.hpp>
#include <ousage/json/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace OUSAGE_NAMESPACE::detail {

struct CodePoint {
    char32_t value;     // U+FFFD for a byte that is not part of well-formed UTF-8
    std::size_t length; // bytes
};

inline CodePoint code_point_at(std::string_view text, std::size_t index) {
    auto const length = utf8_length(text, index);
    auto const byte = [&](std::size_t next) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[index + next]));
    };
    switch (length) {
    case 1: return {byte(0), 1};
    case 2: return {(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F), 2};
    case 3: return {(byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
    case 4:
        return {
            (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 |
                (byte(3) & 0x3F),
            4};
    default: return {0xFFFD, 1};
    }
}

// True if a range of the sorted list contains the code point.
inline bool is_in(std::span<CodeRange const> ranges, char32_t code) {
    if (code < ranges.front().first) {
        return false; // ASCII, mostly
    }
    auto const next = std::upper_bound(
        ranges.begin(), ranges.end(), code,
        [](char32_t value, CodeRange const& range) { return value < range.first; });
    return next != ranges.begin() && code <= (next - 1)->last;
}

// Selects whether the character before it is shown as text or as an emoji of two columns.
constexpr bool is_presentation_selector(char32_t code) noexcept {
    return code == 0xFE0E || code == 0xFE0F;
}

// Presentation selectors are shown only after symbols; after other characters they are invisible.
constexpr bool takes_selector(char32_t code) noexcept {
    return code >= 0x203C;
}

} // namespace OUSAGE_NAMESPACE::detail
