#pragma once

#include <ousage/config.hpp>

#include <type_traits>

namespace OUSAGE_NAMESPACE::detail {

// g++ 12 destroys temporaries of these types twice if they are created in a statement that contains
// co_await: closures with captures (which cannot be assigned) and aggregates.
template <class T, class U = std::remove_cvref_t<T>>
inline constexpr bool is_unsafe_temporary =
    !std::is_lvalue_reference_v<T> && std::is_class_v<U> && !std::is_empty_v<U> &&
    (std::is_aggregate_v<U> || !std::is_move_assignable_v<U>);

} // namespace OUSAGE_NAMESPACE::detail
