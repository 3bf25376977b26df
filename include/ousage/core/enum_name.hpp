#pragma once

#include <ousage/config.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <auto Value>
consteval std::string_view enumerator_spelling() {
    constexpr std::string_view whole = __PRETTY_FUNCTION__;
    constexpr auto value = whole.substr(whole.rfind("Value = ") + 8);
    constexpr auto body = value.substr(0, value.find_first_of(";]"));
    constexpr auto name = body.substr(body.find_last_of(":)") + 1);
    // The compiler spells a value without an enumerator as a cast, `(Enum)7`.
    return name.find_first_of("-0123456789") == 0 ? std::string_view{} : name;
}

template <class Enum, std::size_t... Index>
consteval auto enumerator_names(std::index_sequence<Index...>) {
    return std::array<std::string_view, sizeof...(Index)>{
        enumerator_spelling<static_cast<Enum>(Index)>()...};
}

// 32 values cover every enumeration of ousage. Each value costs a template instantiation.
template <class Enum>
inline constexpr auto enumerators = enumerator_names<Enum>(std::make_index_sequence<32>{});

} // namespace detail

/// The name of an enumerator as spelled in the source. Empty if no enumerator has that value, or if
/// the value is not in the range 0 to 31.
template <class Enum>
    requires std::is_enum_v<Enum>
constexpr std::string_view enum_name(Enum value) noexcept {
    auto const index = static_cast<std::size_t>(value);
    auto const& names = detail::enumerators<Enum>;
    return index < names.size() ? names[index] : std::string_view{};
}

/// The enumerator with that name, case-sensitive; empty if there is none.
template <class Enum>
    requires std::is_enum_v<Enum>
constexpr std::optional<Enum> enum_from_name(std::string_view name) noexcept {
    auto const& names = detail::enumerators<Enum>;
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (!name.empty() && names[index] == name) {
            return static_cast<Enum>(index);
        }
    }
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE
