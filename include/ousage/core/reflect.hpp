#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/members.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <class T>
concept TupleLike = requires { std::tuple_size<T>::value; };

struct AnyMember {
    // Never called. It has a body because clang requires one for types without linkage.
    template <class U>
    operator U() const noexcept {
        __builtin_trap();
    }
};

// Converts only to a base class of T. T{OnlyBase<T>{}} is valid only if T has a base class.
template <class T>
struct OnlyBase {
    template <class U>
        requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>)
    operator U() const noexcept {
        __builtin_trap();
    }
};

template <class T>
inline constexpr bool has_base = requires { T{OnlyBase<T>{}}; };

template <class T, std::size_t... Index>
constexpr bool braces_take(std::index_sequence<Index...>) {
    return requires { T{(void(Index), AnyMember{})...}; };
}

template <class T, std::size_t Count>
inline constexpr bool initialised_by = braces_take<T>(std::make_index_sequence<Count>{});

// The largest number of initialisers between `Low`, which is valid, and `High`, which is not.
template <class T, std::size_t Low, std::size_t High>
consteval std::size_t search_count() {
    constexpr auto middle = (Low + High) / 2;
    if constexpr (Low + 1 == High) {
        return Low;
    } else if constexpr (initialised_by<T, middle>) {
        return search_count<T, middle, High>();
    } else {
        return search_count<T, Low, middle>();
    }
}

// The number of members of T; more than `member_limit` if T has more, or cannot be initialised.
// Fewer initialisers than members are valid unless a member has no default, so the first count that
// is valid is searched from 0 upwards, and then the last one by doubling and bisection.
template <class T, std::size_t Count = 0, std::size_t Step = 0>
consteval std::size_t count_members() {
    if constexpr (Count > member_limit) {
        return Count;
    } else if constexpr (Step == 0 && !initialised_by<T, Count>) {
        return count_members<T, Count + 1>();
    } else if constexpr (constexpr auto step = Step == 0 ? 4 : Step;
                         initialised_by<T, Count + step>) {
        return count_members<T, Count + step, 2 * step>();
    } else {
        return search_count<T, Count, Count + step>();
    }
}

} // namespace detail

/// An aggregate whose members can be named and visited. It has no base class, no C array, bit-field
/// or reference member, and at most 128 members. `std::array` and scalars are values, not
/// aggregates.
template <class T>
concept Reflectable = std::is_aggregate_v<std::remove_cv_t<T>> && !std::is_array_v<T> &&
                      !std::is_union_v<T> && !detail::TupleLike<std::remove_cv_t<T>>;

/// The number of members of `T`. If `T` cannot be reflected, a compile error states why.
template <Reflectable T>
inline constexpr std::size_t member_count = [] {
    constexpr auto count = detail::count_members<std::remove_cv_t<T>>();
    static_assert(
        count <= detail::member_limit && !detail::has_base<std::remove_cv_t<T>>,
        "ousage: this type cannot be reflected: it must be an aggregate of at most 128 members "
        "without base classes, C arrays, bit-fields or reference members");
    return count;
}();

/// Calls `function` once, with references to all members of `object` in the order of declaration.
template <class T, class F>
    requires Reflectable<std::remove_reference_t<T>>
constexpr decltype(auto) with_members(T& object, F&& function) {
    return detail::apply_members<member_count<T>>(object, std::forward<F>(function));
}

namespace detail {

#if defined(__clang__)
#    pragma clang diagnostic push
#    pragma clang diagnostic ignored "-Wundefined-var-template"
#    pragma clang diagnostic ignored "-Wundefined-internal"
#endif

// The wrapper has external linkage even if T has none (anonymous namespaces, local types).
template <class T>
struct Example {
    T const value;
};

// Declared and never defined: only the addresses of its members are used.
template <class T>
extern Example<T> const example;

struct MemberAddress {
    void const* to;
};

template <MemberAddress Member>
consteval std::string_view pretty_name() {
    return __PRETTY_FUNCTION__;
}

template <class T>
consteval auto member_addresses() {
    return with_members(example<T>.value, [](auto&... member) {
        return std::array<void const*, sizeof...(member)>{&member...};
    });
}

template <class T, std::size_t Index>
consteval std::string_view pretty_member() {
    return pretty_name<MemberAddress{member_addresses<T>()[Index]}>();
}

#if defined(__clang__)
#    pragma clang diagnostic pop
#endif

// Measures how this compiler prints a member, so that no offset is hard-coded.
struct KnownMember {
    int known_member;
};

inline constexpr std::string_view known_text = pretty_member<KnownMember, 0>();
inline constexpr std::size_t text_after_name =
    known_text.size() - known_text.rfind("known_member") - std::string_view("known_member").size();

template <class T, std::size_t Index>
consteval std::string_view name_of_member() {
    auto text = pretty_member<T, Index>();
    text.remove_suffix(text_after_name);
    return text.substr(text.find_last_of(":.>&") + 1);
}

} // namespace detail

/// The names of the members of `T`, in the order of declaration.
template <Reflectable T>
inline constexpr auto member_names = []<std::size_t... Index>(std::index_sequence<Index...>) {
    return std::array<std::string_view, sizeof...(Index)>{
        detail::name_of_member<std::remove_cv_t<T>, Index>()...};
}(std::make_index_sequence<member_count<T>>{});

namespace detail {

// The name of a member as a template argument, so that the compiler prints it.
template <std::size_t Size>
struct MemberName {
    char text[Size];

    consteval explicit MemberName(std::string_view name) {
        for (std::size_t index = 0; index + 1 < Size; ++index) {
            text[index] = name[index];
        }
        text[Size - 1] = '\0'; // clang prints only terminated arrays as text
    }
};

} // namespace detail

/// Calls `function(name, member)` for every member of `object`, in the order of declaration.
template <class T, class F>
    requires Reflectable<std::remove_reference_t<T>>
constexpr void for_each_member(T& object, F&& function) {
    with_members(object, [&function](auto&... member) {
        auto name = member_names<std::remove_cv_t<T>>.begin();
        (function(*name++, member), ...);
    });
}

} // namespace OUSAGE_NAMESPACE
