#pragma once

#include <ousage/format/text/text_style.hpp>
#include <ousage/format/text/text_width.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

namespace detail {

constexpr std::string_view sgr_of(Role role) noexcept {
    switch (role) {
    case Role::plain: return {};
    case Role::dim: return "2";
    case Role::ok: return "32";
    case Role::notice: return "33";
    case Role::warning: return "31";
    case Role::accent: return "36";
    }
    return {};
}

constexpr std::string_view ascii_of(std::string_view grapheme) noexcept {
    if (grapheme == "…") {
        return "..";
    }
    if (grapheme == "─") {
        return "-";
    }
    return grapheme == "°" ? std::string_view{} : std::string_view("?");
}

} // namespace detail

OUSAGE_DECL std::string painted(std::string_view text, Role role, TextStyle const& style) {
    auto const sgr = detail::sgr_of(role);
    if (!style.colour || sgr.empty() || text.empty()) {
        return std::string(text);
    }
    return "\x1b[" + std::string(sgr) + "m" + std::string(text) + "\x1b[0m";
}

OUSAGE_DECL std::string encoded(std::string_view text, TextStyle const& style) {
    if (style.unicode) {
        return std::string(text);
    }
    auto plain = std::string{};
    for (std::size_t index = 0; index < text.size();) {
        auto const length = grapheme_at(text, index).length;
        auto const grapheme = text.substr(index, length);
        auto const is_ascii = length == 1 && static_cast<unsigned char>(grapheme[0]) < 0x80;
        plain += is_ascii ? grapheme : detail::ascii_of(grapheme);
        index += length;
    }
    return plain;
}

} // namespace OUSAGE_NAMESPACE
