#pragma once

#include <ousage/config.hpp>
#include <ousage/json/detail/kinds.hpp>

#include <concepts>
#include <type_traits>

// Which types can be written, and which can be read.
namespace OUSAGE_NAMESPACE::detail {

enum class JsonUse { write, read };

template <class T, JsonUse Use>
consteval bool is_supported();

// True if T can be an element: a reader creates it before it reads it.
template <class T, JsonUse Use>
inline constexpr bool is_element =
    is_supported<T, Use>() && (Use == JsonUse::write || std::default_initializable<T>);

template <JsonUse Use, class... T>
inline constexpr bool are_elements = (is_element<std::remove_const_t<T>, Use> && ...);

template <template <class...> class Template, class... T, JsonUse Use>
consteval bool
are_elements_of(std::type_identity<Template<T...>>, std::integral_constant<JsonUse, Use>) {
    return are_elements<Use, T...>;
}

// Looks into containers, but not into aggregates: their members are checked when they are visited.
template <class T, JsonUse Use>
consteval bool is_supported() {
    using enum JsonKind;
    constexpr auto of = json_kind<T>;
    constexpr auto use = std::integral_constant<JsonUse, Use>{};
    if constexpr (of == unsupported) {
        return false;
    } else if constexpr (of == hook) {
        // Both hooks are needed to write, because what was written must be read back.
        return Use == JsonUse::read ? HasReadHook<T> : HasWriteHook<T>;
    } else if constexpr (of == text_view) {
        return Use == JsonUse::write;
    } else if constexpr (of == enumerator) {
        return has_names<T>;
    } else if constexpr (of == duration) {
        return JsonInteger<typename T::rep> || JsonReal<typename T::rep>;
    } else if constexpr (of == instant) {
        return is_supported<typename T::duration, Use>();
    } else if constexpr (of == optional) {
        using Value = typename T::value_type;
        return is_element<Value, Use> && json_kind<Value> != optional && json_kind<Value> != unit;
    } else if constexpr (of == map) {
        return JsonKey<typename T::key_type> && is_supported<typename T::key_type, Use>() &&
               is_element<typename T::mapped_type, Use>;
    } else if constexpr (of == list || of == array) {
        return is_element<typename T::value_type, Use>;
    } else if constexpr (of == tuple || of == variant) {
        return are_elements_of(std::type_identity<T>{}, use);
    } else {
        return true;
    }
}

// True if T contains a std::string_view, apart from members of aggregates.
template <class T>
consteval bool has_view() {
    using enum JsonKind;
    if constexpr (json_kind<T> == text_view) {
        return true;
    } else if constexpr (json_kind<T> == map) {
        return has_view<typename T::key_type>() || has_view<typename T::mapped_type>();
    } else if constexpr (
        json_kind<T> == optional || json_kind<T> == list || json_kind<T> == array) {
        return has_view<typename T::value_type>();
    } else if constexpr (json_kind<T> == tuple || json_kind<T> == variant) {
        return []<template <class...> class Template, class... Part>(
                   std::type_identity<Template<Part...>>) {
            return (has_view<std::remove_const_t<Part>>() || ...);
        }(std::type_identity<T>{});
    } else {
        return false;
    }
}

} // namespace OUSAGE_NAMESPACE::detail
