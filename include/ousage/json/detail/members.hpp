#pragma once

#include <ousage/config.hpp>
#include <ousage/core/reflect.hpp>
#include <ousage/core/shape.hpp>
#include <ousage/json/detail/supported.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

template <class T, std::size_t Index>
inline constexpr auto member_name =
    MemberName<member_names<T>[Index].size() + 1>(member_names<T>[Index]);

template <class... T>
struct JsonTypes {};

template <class T>
using JsonMemberTypes = decltype(with_members(std::declval<T&>(), [](auto&... member) {
    return JsonTypes<std::remove_reference_t<decltype(member)>...>{};
}));

template <class Member, JsonUse Use>
inline constexpr bool is_member_supported = is_supported<std::remove_const_t<Member>, Use>() &&
                                            (Use == JsonUse::write || !std::is_const_v<Member>);

template <class Member, MemberName Name>
inline constexpr bool is_writable = is_member_supported<Member, JsonUse::write>;

template <class Member, MemberName Name>
inline constexpr bool is_readable = is_member_supported<Member, JsonUse::read>;

template <class Member, MemberName Name>
inline constexpr bool owns_text = !has_view<std::remove_const_t<Member>>();

// Fails to compile if the member has no JSON form. `true &&` makes gcc print the arguments.
template <JsonUse Use, class Member, MemberName Name>
void check_member() {
    if constexpr (Use == JsonUse::write) {
        static_assert(
            true && is_writable<Member, Name>, "ousage: this member cannot be written as JSON");
    } else if constexpr (!owns_text<Member, Name>) {
        static_assert(
            true && owns_text<Member, Name>,
            "ousage: this member cannot be read from JSON: a std::string_view does not own its "
            "text, use std::string");
    } else {
        static_assert(
            true && is_readable<Member, Name>, "ousage: this member cannot be read from JSON");
    }
}

template <JsonUse Use, class... Member>
consteval std::size_t first_unsupported(JsonTypes<Member...>) {
    std::size_t index = 0;
    auto const next = [&index](bool supported) {
        index += supported ? 1u : 0u;
        return supported;
    };
    (void)(next(is_member_supported<Member, Use>) && ...);
    return index;
}

// The index of the first member without a JSON form; the number of members if there is none.
template <class T, JsonUse Use>
inline constexpr std::size_t unsupported_member = first_unsupported<Use>(JsonMemberTypes<T>{});

template <class T, JsonUse Use>
inline constexpr bool members_supported = unsupported_member<T, Use> == member_count<T>;

// Fails to compile with the name of the first member without a JSON form.
template <class T, JsonUse Use>
void report_unsupported() {
    []<class... Member>(JsonTypes<Member...>) {
        constexpr auto index = unsupported_member<T, Use>;
        using Type = std::tuple_element_t<index, std::tuple<Member...>>;
        check_member<Use, Type, member_name<T, index>>();
    }(JsonMemberTypes<T>{});
}

// Calls `function(name, member, other)` for the members of two objects.
template <class T, class F>
void for_each_pair(T const& left, T const& right, F&& function) {
    with_members(left, [&](auto const&... a) {
        with_members(right, [&](auto const&... b) {
            [[maybe_unused]] auto name = member_names<T>.begin();
            (function(*name++, a, b), ...);
        });
    });
}

// for_each_key of core/shape.hpp for two objects.
template <class T, class F>
void for_each_key_pair(T const& left, T const& right, std::string_view suffix, F& function) {
    if constexpr (Windowed<T>) {
        auto window = T::key_suffixes.begin();
        for_each_pair(left, right, [&](std::string_view, auto const& a, auto const& b) {
            for_each_key_pair(a, b, *window++, function);
        });
    } else {
        for_each_pair(left, right, [&](std::string_view name, auto const& a, auto const& b) {
            if constexpr (Reflectable<std::remove_cvref_t<decltype(a)>>) {
                for_each_key_pair(a, b, suffix, function);
            } else {
                function(std::string(name) + std::string(suffix), a, b);
            }
        });
    }
}

} // namespace OUSAGE_NAMESPACE::detail
