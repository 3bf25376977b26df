#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/placement.hpp>
#include <ousage/core/fallback.hpp>
#include <ousage/core/into.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// The names of the members of the whole that the members of a part are moved to.
template <class Part>
inline constexpr auto target_names = member_names<Part>;

template <auto Member>
inline constexpr auto target_names<Into<Member>> =
    std::array<std::string_view, 1>{pointed_name<Member>()};

// Indexes in `nodes<Whole>` of the members that the members of a part are moved to, in the order of
// the part; see `find_node` for members that do not match.
template <class Whole, class Part>
inline constexpr auto places = []<class... M>(Types<M...>) {
    auto types = std::array<std::string_view, sizeof...(M)>{type_text<M>()...};
    auto found = std::array<std::size_t, sizeof...(M)>{};
    for (std::size_t index = 0; index < found.size(); ++index) {
        found[index] = find_node(nodes<Whole>, target_names<Part>[index], types[index]);
    }
    return found;
}(MemberTypes<Part>{});

// Index of the first member of the part without a unique place; the number of members if all have.
template <class Whole, class Part>
consteval std::size_t first_misfit() {
    std::size_t index = 0;
    for (auto const place : places<Whole, Part>) {
        if (place >= nodes<Whole>.size()) {
            break;
        }
        ++index;
    }
    return index;
}

// Instantiated only for a member that does not match, to print it.
template <class Whole, class Part, MemberName Member, bool Several>
struct Misfit {
    static_assert(
        Several,
        "ousage::merge: a member of this source's part matches no member of the whole: the whole "
        "needs a member of the same name and type");
    static_assert(
        !Several,
        "ousage::merge: a member of this source's part matches two members of the whole: name and "
        "type must be unique in the whole");
};

template <class Whole, class Part>
consteval bool check_part() {
    constexpr auto index = first_misfit<Whole, Part>();
    if constexpr (index < places<Whole, Part>.size()) {
        constexpr auto name = target_names<Part>[index];
        constexpr auto several = places<Whole, Part>[index] > nodes<Whole>.size();
        (void)Misfit<Whole, Part, MemberName<name.size() + 1>(name), several>{};
        return false;
    }
    return true;
}

// The members of the whole that one source fills.
struct Claim {
    std::span<std::size_t const> places;
    int rank;
};

consteval bool overlap(std::span<Node const> all, Claim const& one, Claim const& other) {
    for (auto const a : one.places) {
        for (auto const b : other.places) {
            if (a < b + all[b].size && b < a + all[a].size) {
                return true;
            }
        }
    }
    return false;
}

// Indexes of two sources of equal rank that fill one member; equal indexes if there are none.
template <std::size_t Count>
consteval std::pair<std::size_t, std::size_t>
find_conflict(std::span<Node const> all, std::array<Claim, Count> const& claims) {
    for (std::size_t one = 0; one < Count; ++one) {
        for (std::size_t other = one + 1; other < Count; ++other) {
            if (claims[one].rank == claims[other].rank &&
                overlap(all, claims[one], claims[other])) {
                return {one, other};
            }
        }
    }
    return {0, 0};
}

// Instantiated only for two sources that conflict, to print their parts.
template <class Whole, class One, class Other>
struct Conflict {
    static_assert(
        !sizeof(Whole*),
        "ousage::merge: two sources claim one member of the whole: append `| fallback` to the "
        "source that only fills the member if the other leaves it empty");
};

template <class Whole, class... T, int... Rank>
consteval void check_claims(Ranked<T, Rank> const*...) {
    if constexpr ((check_part<Whole, T>() && ...)) {
        constexpr auto conflict = find_conflict(
            nodes<Whole>, std::array<Claim, sizeof...(T)>{Claim{places<Whole, T>, Rank}...});
        if constexpr (conflict.first != conflict.second) {
            using Parts = std::tuple<T...>;
            using One = std::tuple_element_t<conflict.first, Parts>;
            using Other = std::tuple_element_t<conflict.second, Parts>;
            (void)Conflict<Whole, One, Other>{};
        }
    }
}

// Moves the members of a part to the members of a whole whose addresses, and marks of filled
// numbers, are in the order of `nodes<Whole>`. Fills only those that are empty. `measured`: the
// source measured all numbers of the part.
template <class Whole, class Part>
void place(void* const* addresses, char* filled, bool measured, Part& part) {
    with_members(part, [addresses, filled, measured]<class... M>(M&... member) {
        auto place = places<Whole, Part>.begin();
        auto const move = [&]<class One>(One& one) {
            fill_measured(*static_cast<One*>(addresses[*place]), one, measured, filled + *place);
            ++place;
        };
        (move(member), ...);
    });
}

} // namespace OUSAGE_NAMESPACE::detail
