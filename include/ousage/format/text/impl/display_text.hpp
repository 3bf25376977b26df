#pragma once

#include <ousage/format/text/detail/code_point.hpp>
#include <ousage/format/text/display_text.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

namespace detail {

// More marks than any language needs would cover the lines above and below.
inline constexpr std::size_t mark_limit = 4;

constexpr bool is_control(char32_t code) noexcept {
    return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

} // namespace detail

OUSAGE_DECL std::string display_text(std::string_view text) {
    auto clean = std::string{};
    char32_t base = 0; // 0: none
    std::size_t marks = 0;
    for (std::size_t index = 0; index < text.size();) {
        auto const [code, length] = detail::code_point_at(text, index);
        auto const is_mark = detail::is_in(detail::combining_ranges, code);
        marks = is_mark ? marks + 1 : 0;
        auto const is_stray =
            is_mark && (base == 0 || marks > detail::mark_limit ||
                        (detail::is_presentation_selector(code) && !detail::takes_selector(base)));
        auto const is_hidden =
            is_stray || detail::is_control(code) || detail::is_in(detail::invisible_ranges, code);
        if (is_hidden) {
            clean += fmt::format(FMT_STRING("U+{:04X}"), static_cast<unsigned>(code));
        } else if (code == 0xFFFD) {
            clean += "\xEF\xBF\xBD";
        } else {
            clean += text.substr(index, length);
        }
        if (is_hidden) {
            base = 0;
        } else if (!is_mark) {
            base = code;
        }
        index += length;
    }
    return clean;
}

} // namespace OUSAGE_NAMESPACE
