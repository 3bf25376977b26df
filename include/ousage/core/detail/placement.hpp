#pragma once

#include <ousage/config.hpp>
#include <ousage/core/equal.hpp>
#include <ousage/core/reflect.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// Identifies a type at compile time. A string rather than an address, because g++ 12 does not
// compare addresses in constant expressions under -fsanitize=undefined.
template <class T>
consteval std::string_view spelled_type() {
    return __PRETTY_FUNCTION__;
}

template <class T>
concept MapLike = requires(T& to, T& from) { to.merge(from); };

// One member of a whole, or of an aggregate inside it. `size` counts the member and all members
// nested in it.
struct Node {
    std::string_view name;
    std::string_view type;
    std::size_t size;
    bool shared;
};

template <class... T>
struct Types {};

template <class T>
using MemberTypes = decltype(with_members(std::declval<T&>(), [](auto&... member) {
    return Types<std::remove_reference_t<decltype(member)>...>{};
}));

template <class T>
consteval std::size_t count_nodes();

template <class... T>
consteval std::size_t count_nodes(Types<T...>) {
    return (std::size_t{0} + ... + (1 + count_nodes<T>()));
}

template <class T>
consteval std::size_t count_nodes() {
    if constexpr (Reflectable<T>) {
        return count_nodes(MemberTypes<T>{});
    } else {
        return 0;
    }
}

template <class T>
constexpr void append_nodes(Node*& out) {
    if constexpr (Reflectable<T>) {
        [&out]<class... M>(Types<M...>) {
            auto name = member_names<T>.begin();
            ((*out++ = Node{*name++, spelled_type<M>(), 1 + count_nodes<M>(), MapLike<M>},
              append_nodes<M>(out)),
             ...);
        }(MemberTypes<T>{});
    }
}

// Every member of T and of the aggregates inside it, in the order of declaration.
template <class T>
inline constexpr auto nodes = [] {
    auto all = std::array<Node, count_nodes<T>()>{};
    auto* out = all.data();
    append_nodes<T>(out);
    return all;
}();

template <class T>
void append_addresses(T& object, void**& out) {
    if constexpr (Reflectable<T>) {
        with_members(object, [&out](auto&... member) {
            ((*out++ = &member, append_addresses(member, out)), ...);
        });
    }
}

// Index in `nodes<Whole>` of the member with that name and type. Returns the number of nodes if
// there is no such member, and the number of nodes + 1 if there are several.
template <class Whole>
constexpr std::size_t find_place(std::string_view name, std::string_view type) {
    auto const same = [&](Node const& node) { return node.name == name && node.type == type; };
    auto const& all = nodes<Whole>;
    auto const first = std::find_if(all.begin(), all.end(), same);
    auto const index = static_cast<std::size_t>(first - all.begin());
    auto const twice = first != all.end() && std::find_if(first + 1, all.end(), same) != all.end();
    return twice ? all.size() + 1 : index;
}

// Fills the empty members of `to` from `from`.
template <class T>
void fill(T& to, T& from) {
    if constexpr (Reflectable<T>) {
        with_members(to, [&from](auto&... target) {
            with_members(from, [&target...](auto&... source) { (fill(target, source), ...); });
        });
    } else if constexpr (MapLike<T>) {
        to.merge(from);
    } else if (is_empty(to)) {
        to = std::move(from);
    }
}

} // namespace OUSAGE_NAMESPACE::detail
