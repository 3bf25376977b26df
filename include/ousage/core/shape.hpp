#pragma once

#include <ousage/config.hpp>
#include <ousage/core/reflect.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace OUSAGE_NAMESPACE {

/// A group whose members stand in its parent's place in every output, under their own names. It
/// says so by `static constexpr bool flatten = true;` in the aggregate that holds groups.
template <class T>
concept Flattened = Reflectable<T> && requires { requires T::flatten; };

/// An aggregate of which every value is written as a JSON string: `static constexpr bool as_text`.
template <class T>
concept WrittenAsText = Reflectable<T> && requires { requires T::as_text; };

/// An aggregate of windows: the keys of its members' members end in its `key_suffixes`, one for
/// each member: `requests.five_hours.chat_requests` is `chat_requests_5h`.
template <class T>
concept Windowed = Reflectable<T> && requires { T::key_suffixes; };

namespace detail {

template <class T, class F>
void visit_keys(T& object, std::string_view suffix, F& function) {
    using Plain = std::remove_const_t<T>;
    if constexpr (Windowed<Plain>) {
        auto window = Plain::key_suffixes.begin();
        for_each_member(object, [&](std::string_view, auto& member) {
            visit_keys(member, *window++, function);
        });
    } else {
        for_each_member(object, [&](std::string_view name, auto& member) {
            if constexpr (Reflectable<
                              std::remove_const_t<std::remove_reference_t<decltype(member)>>>) {
                visit_keys(member, suffix, function);
            } else {
                function(std::string(name) + std::string(suffix), member);
            }
        });
    }
}

} // namespace detail

/// Calls `function(key, member)` for every value of a flattened aggregate, groups and windows
/// resolved to the keys of the output, in the order of declaration.
template <class T, class F>
void for_each_key(T& object, F function) {
    detail::visit_keys(object, {}, function);
}

} // namespace OUSAGE_NAMESPACE
