#pragma once

#include <ousage/format/text/detail/code_point.hpp>
#include <ousage/format/text/text_width.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

// ASCII characters are graphemes of one column, if no other character follows.
constexpr bool is_ascii(char character) noexcept {
    return static_cast<unsigned char>(character) < 0x80;
}

constexpr bool is_regional_indicator(char32_t code) noexcept {
    return code >= 0x1F1E6 && code <= 0x1F1FF;
}

constexpr bool is_skin_tone(char32_t code) noexcept {
    return code >= 0x1F3FB && code <= 0x1F3FF;
}

// Emoji with a skin tone are in these blocks.
constexpr bool takes_skin_tone(char32_t code) noexcept {
    return (code >= 0x261D && code <= 0x270D) || (code >= 0x1F385 && code <= 0x1FAF8);
}

inline std::size_t width_of(char32_t code) {
    if (is_in(combining_ranges, code)) {
        return 0;
    }
    return is_in(wide_ranges, code) ? 2 : 1;
}

} // namespace detail

OUSAGE_DECL Grapheme grapheme_at(std::string_view text, std::size_t index) {
    auto const next = index + 1;
    if (detail::is_ascii(text[index]) && (next >= text.size() || detail::is_ascii(text[next]))) {
        return Grapheme{1, 1};
    }
    auto const base = detail::code_point_at(text, index);
    auto grapheme = Grapheme{base.length, detail::width_of(base.value)};
    auto is_flag = detail::is_regional_indicator(base.value);
    while (index + grapheme.length < text.size()) {
        auto const [code, length] = detail::code_point_at(text, index + grapheme.length);
        if (is_flag && detail::is_regional_indicator(code)) {
            is_flag = false; // two letters are one flag
            grapheme.width = 2;
        } else if (code == 0xFE0F && detail::takes_selector(base.value)) {
            grapheme.width = 2;
        } else if (
            detail::width_of(code) != 0 &&
            !(detail::is_skin_tone(code) && detail::takes_skin_tone(base.value))) {
            break;
        }
        grapheme.length += length;
    }
    return grapheme;
}

OUSAGE_DECL std::size_t text_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t index = 0; index < text.size();) {
        auto const grapheme = grapheme_at(text, index);
        width += grapheme.width;
        index += grapheme.length;
    }
    return width;
}

OUSAGE_DECL std::string
cut_middle(std::string_view text, std::size_t width, std::string_view ellipsis) {
    if (text_width(text) <= width) {
        return std::string(text);
    }
    auto const dots = text_width(ellipsis);
    if (width < dots) {
        return {};
    }
    auto graphemes = std::vector<Grapheme>{};
    for (std::size_t index = 0; index < text.size(); index += graphemes.back().length) {
        graphemes.push_back(grapheme_at(text, index));
    }
    auto const room = width - dots;
    std::size_t head = 0;
    std::size_t columns = 0;
    std::size_t first = 0;
    while (columns + graphemes[first].width <= (room + 1) / 2) {
        columns += graphemes[first].width;
        head += graphemes[first++].length;
    }
    std::size_t tail = text.size();
    for (auto last = graphemes.size(); columns + graphemes[last - 1].width <= room; --last) {
        columns += graphemes[last - 1].width;
        tail -= graphemes[last - 1].length;
    }
    return std::string(text.substr(0, head)) + std::string(ellipsis) +
           std::string(text.substr(tail));
}

OUSAGE_DECL std::string pad_right(std::string text, std::size_t width) {
    auto const own = text_width(text);
    return own < width ? text + std::string(width - own, ' ') : text;
}

OUSAGE_DECL std::string pad_left(std::string text, std::size_t width) {
    auto const own = text_width(text);
    return own < width ? std::string(width - own, ' ') + text : text;
}

} // namespace OUSAGE_NAMESPACE
