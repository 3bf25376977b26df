#pragma once

#include <ousage/config.hpp>
#include <ousage/core/reflect.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace OUSAGE_NAMESPACE {

/// An aggregate whose groups are flattened in every output: the members of a group are written
/// under their own names, without the name of the group. The aggregate that contains the groups
/// declares `static constexpr bool flatten = true;`.
template <class T>
concept Flattened = Reflectable<T> && requires { requires T::flatten; };

/// An aggregate whose values are all written as JSON strings. It declares
/// `static constexpr bool as_text = true;`.
template <class T>
concept WrittenAsText = Reflectable<T> && requires { requires T::as_text; };

/// An aggregate whose members are time windows. `key_suffixes` has one suffix for each window,
/// which is appended to the keys in it: `requests.five_hours.chat_requests` becomes
/// `chat_requests_5h`.
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

/// Calls `function(key, member)` for every value of a flattened aggregate, in the order of
/// declaration. `key` is the key of the output, after groups and windows are resolved.
template <class T, class F>
void for_each_key(T& object, F function) {
    detail::visit_keys(object, {}, function);
}

} // namespace OUSAGE_NAMESPACE
