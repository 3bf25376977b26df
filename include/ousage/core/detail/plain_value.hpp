#pragma once

#include <ousage/config.hpp>
#include <ousage/core/reflect.hpp>

#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

template <class T>
constexpr bool is_plain_value();

template <class... T>
struct AllPlain : std::bool_constant<(sizeof...(T) > 0) && (is_plain_value<T>() && ...)> {};

template <class T>
using PlainMembers = decltype(with_members(std::declval<T&>(), [](auto&... member) {
    return AllPlain<std::remove_reference_t<decltype(member)>...>{};
}));

// True if T always holds a value: a number, a bool, an enumeration, or an aggregate of these alone.
// No value of such a type means that nothing was measured.
template <class T>
constexpr bool is_plain_value() {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
        return true;
    } else if constexpr (Reflectable<T>) {
        return PlainMembers<T>::value;
    } else {
        return false;
    }
}

} // namespace OUSAGE_NAMESPACE::detail
