#pragma once

#include <ousage/config.hpp>
#include <ousage/core/reflect.hpp>

#include <optional>
#include <vector>

namespace OUSAGE_NAMESPACE {

template <class T>
bool equal(T const& left, T const& right);

namespace detail {

template <class T>
bool equal_values(T const& left, T const& right) {
    return left == right;
}

template <class T>
bool equal_values(std::optional<T> const& left, std::optional<T> const& right) {
    return left.has_value() == right.has_value() && (!left || equal(*left, *right));
}

template <class T>
bool equal_values(std::vector<T> const& left, std::vector<T> const& right) {
    bool same = left.size() == right.size();
    for (std::size_t index = 0; same && index < left.size(); ++index) {
        same = equal(left[index], right[index]);
    }
    return same;
}

// Maps of any kind, without their header.
template <class Map>
    requires requires { typename Map::mapped_type; }
bool equal_values(Map const& left, Map const& right) {
    bool same = left.size() == right.size();
    for (auto a = left.begin(), b = right.begin(); same && a != left.end(); ++a, ++b) {
        same = a->first == b->first && equal(a->second, b->second);
    }
    return same;
}

} // namespace detail

/// Memberwise equality of anything a Snapshot contains. Compares aggregates by reflection,
/// optionals, vectors and maps by their elements, and all other types with `==`. The `==` of an
/// aggregate is not used, so no aggregate has to define it.
template <class T>
bool equal(T const& left, T const& right) {
    if constexpr (Reflectable<T>) {
        return with_members(left, [&right](auto const&... a) {
            return with_members(right, [&a...](auto const&... b) { return (equal(a, b) && ...); });
        });
    } else {
        return detail::equal_values(left, right);
    }
}

/// True if the value equals a default-constructed one.
template <class T>
bool is_empty(T const& value) {
    return equal(value, T{});
}

} // namespace OUSAGE_NAMESPACE
