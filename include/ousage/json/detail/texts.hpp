#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/json/detail/kinds.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

// The values that are written as JSON strings, and the keys of maps.
namespace OUSAGE_NAMESPACE::detail {

// A time as RFC 3339; empty outside the years 0001 to 9999. `count` ticks of `num / den` seconds
// since 1970.
OUSAGE_DECL std::string instant_text(std::int64_t count, std::int64_t num, std::int64_t den);

// The number of ticks of a time; rounds down. Empty if malformed or out of range.
OUSAGE_DECL std::optional<std::int64_t>
parse_instant(std::string_view text, std::int64_t num, std::int64_t den);

// Such as `generic:2`. Only codes of known categories are parsed: generic, system and ousage.
OUSAGE_DECL std::string error_code_text(std::error_code code);
OUSAGE_DECL std::optional<std::error_code> parse_error_code(std::string_view text);

// The character with the code point of the byte, U+0000 to U+00FF.
OUSAGE_DECL std::string character_text(char value);
OUSAGE_DECL std::optional<char> parse_character(std::string_view text);

template <class T>
std::optional<T> parse_integer(std::string_view text) {
    auto value = T{};
    auto const* const last = text.data() + text.size();
    auto const [end, error] = std::from_chars(text.data(), last, value);
    return error == std::errc{} && end == last ? std::optional<T>(value) : std::nullopt;
}

// The number of an enumerator, sign-extended if it is signed.
template <class T>
using EnumNumber =
    std::conditional_t<std::is_signed_v<std::underlying_type_t<T>>, std::int64_t, std::uint64_t>;

template <class T>
EnumNumber<T> enum_number(T value) {
    return static_cast<EnumNumber<T>>(static_cast<std::underlying_type_t<T>>(value));
}

// Returns nothing if the number is not in the range of the enumeration's type.
template <class T>
std::optional<T> enum_from_number(EnumNumber<T> number) {
    auto const held = static_cast<std::underlying_type_t<T>>(number);
    return static_cast<EnumNumber<T>>(held) == number ? std::optional<T>(static_cast<T>(held))
                                                      : std::nullopt;
}

template <class T>
std::string key_text(T const& key) {
    if constexpr (json_kind<T> == JsonKind::character) {
        return character_text(key);
    } else if constexpr (json_kind<T> == JsonKind::integer) {
        return std::to_string(key);
    } else if constexpr (json_kind<T> == JsonKind::enumerator) {
        auto const name = enum_name(key);
        return name.empty() ? std::to_string(enum_number(key)) : std::string(name);
    } else {
        return std::string(std::string_view(key));
    }
}

template <class T>
std::optional<T> parse_key(std::string_view text) {
    if constexpr (json_kind<T> == JsonKind::character) {
        return parse_character(text);
    } else if constexpr (json_kind<T> == JsonKind::integer) {
        return parse_integer<T>(text);
    } else if constexpr (json_kind<T> == JsonKind::enumerator) {
        auto const number = parse_integer<EnumNumber<T>>(text);
        return number ? enum_from_number<T>(*number) : enum_from_name<T>(text);
    } else {
        return T(text);
    }
}

} // namespace OUSAGE_NAMESPACE::detail

#if !OUSAGE_COMPILED
#    include <ousage/json/impl/texts.hpp>
#endif
