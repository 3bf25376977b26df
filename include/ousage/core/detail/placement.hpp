#pragma once

#include <ousage/config.hpp>
#include <ousage/core/equal.hpp>
#include <ousage/core/reflect.hpp>

#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// Identifies a type at compile time. A string rather than an address, because g++ 12 does not
// compare addresses in constant expressions under -fsanitize=undefined.
template <class T>
consteval std::string_view type_text() {
    return __PRETTY_FUNCTION__;
}

template <class T>
concept MapLike = requires(T& to, T& from) { to.merge(from); };

// A list whose elements declare `static constexpr bool concatenate = true;`.
template <class T>
concept Concatenated = requires(T& list) {
    list.insert(list.end(), list.begin(), list.end());
    requires T::value_type::concatenate;
};

// One member of a whole, or of an aggregate inside it. `size` counts the member and all members
// nested in it.
struct Node {
    std::string_view name;
    std::string_view type;
    std::size_t size;
};

template <class... T>
struct Types {};

template <class T>
using MemberTypes = decltype(with_members(std::declval<T&>(), [](auto&... member) {
    return Types<std::remove_reference_t<decltype(member)>...>{};
}));

template <class T>
consteval auto make_nodes();

// Every member of T and of the aggregates inside it, in the order of declaration.
template <class T>
inline constexpr auto nodes = make_nodes<T>();

template <class T, class... M>
consteval auto make_nodes(Types<M...>) {
    auto all = std::array<Node, (std::size_t{0} + ... + (1 + nodes<M>.size()))>{};
    std::size_t next = 0;
    std::size_t member = 0;
    auto const append = [&](std::string_view type, auto const& nested) {
        all[next++] = Node{member_names<T>[member++], type, 1 + nested.size()};
        for (auto const& node : nested) {
            all[next++] = node;
        }
    };
    (append(type_text<M>(), nodes<M>), ...);
    return all;
}

template <class T>
consteval auto make_nodes() {
    if constexpr (Reflectable<T>) {
        return make_nodes<T>(MemberTypes<T>{});
    } else {
        return std::array<Node, 0>{};
    }
}

template <class T>
void append_addresses(T& object, void**& out) {
    if constexpr (Reflectable<T>) {
        with_members(object, [&out](auto&... member) {
            ((*out++ = &member, append_addresses(member, out)), ...);
        });
    }
}

// Writes the addresses of the members of a T in the order of `nodes<T>`.
template <class T>
void write_addresses(void* object, void** out) {
    append_addresses(*static_cast<T*>(object), out);
}

// Index in `all` of the member with that name and type. Returns the number of nodes if there is no
// such member, and the number of nodes + 1 if there are several.
constexpr std::size_t
find_node(std::span<Node const> all, std::string_view name, std::string_view type) {
    auto found = all.size();
    for (std::size_t index = 0; index < all.size(); ++index) {
        if (all[index].name == name && all[index].type == type) {
            if (found != all.size()) {
                return all.size() + 1;
            }
            found = index;
        }
    }
    return found;
}

// Fills the empty members of `to` from `from`. Concatenates lists of such elements.
template <class T>
void fill(T& to, T& from) {
    if constexpr (Reflectable<T>) {
        with_members(to, [&from](auto&... target) {
            with_members(from, [&target...](auto&... source) { (fill(target, source), ...); });
        });
    } else if constexpr (MapLike<T>) {
        to.merge(from);
    } else if constexpr (Concatenated<T>) {
        to.insert(to.end(), std::move_iterator(from.begin()), std::move_iterator(from.end()));
    } else if (is_empty(to)) {
        to = std::move(from);
    }
}

// Like `fill`, for the member of a merge whose node has the mark `*filled`. A number, bool or
// enumeration that a source measured is filled even if it is 0: then it is marked, and no other
// source changes it.
template <class T>
void fill_measured(T& to, T& from, bool measured, char* filled) {
    if constexpr (Reflectable<T>) {
        auto const visit = [&filled, measured]<class M>(M& target, M& source) {
            fill_measured(target, source, measured, ++filled);
            filled += nodes<M>.size();
        };
        with_members(to, [&from, &visit](auto&... target) {
            with_members(
                from, [&target..., &visit](auto&... source) { (visit(target, source), ...); });
        });
    } else if constexpr (!std::is_arithmetic_v<T> && !std::is_enum_v<T>) {
        fill(to, from);
    } else if (*filled == 0 && (measured || (is_empty(to) && !is_empty(from)))) {
        to = from;
        *filled = 1;
    }
}

} // namespace OUSAGE_NAMESPACE::detail
