#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string_view>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline bool is_continuation(std::string_view text, std::size_t index, int low, int high) {
    auto const byte = index < text.size() ? static_cast<unsigned char>(text[index]) : 0;
    return byte >= low && byte <= high;
}

} // namespace detail

/// The length of the UTF-8 sequence at `index`: 1 to 4 bytes if it is well-formed, otherwise 0.
/// Overlong forms, surrogates and code points above U+10FFFF are ill-formed. Unicode 15, table 3-7.
inline std::size_t utf8_length(std::string_view text, std::size_t index) {
    auto const at = [&](std::size_t next, int low = 0x80, int high = 0xBF) {
        return detail::is_continuation(text, index + next, low, high);
    };
    auto const lead = static_cast<unsigned char>(text[index]);
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return at(1) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        auto const low = lead == 0xE0 ? 0xA0 : 0x80;
        auto const high = lead == 0xED ? 0x9F : 0xBF;
        return at(1, low, high) && at(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        auto const low = lead == 0xF0 ? 0x90 : 0x80;
        auto const high = lead == 0xF4 ? 0x8F : 0xBF;
        return at(1, low, high) && at(2) && at(3) ? 4 : 0;
    }
    return 0;
}

} // namespace OUSAGE_NAMESPACE
