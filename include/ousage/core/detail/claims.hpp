#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/placement.hpp>
#include <ousage/core/fallback.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

// A member's name as a template argument, so that the compiler prints it.
template <std::size_t Size>
struct Spelled {
    char text[Size + 1]{};

    constexpr explicit Spelled(std::string_view name) {
        for (std::size_t index = 0; index < Size; ++index) {
            text[index] = name[index];
        }
    }
};

template <class Whole, class Part, Spelled Member, std::size_t Place>
struct MemberOfPart {
    static_assert(
        Place != nodes<Whole>.size(),
        "ousage::merge: a member of this source's part fits nowhere: the whole needs a member of "
        "the same name and type");
    static_assert(
        Place != nodes<Whole>.size() + 1,
        "ousage::merge: a member of this source's part fits at two places of the whole: name and "
        "type must be unique there");
    static constexpr std::size_t place = Place;
};

template <class Whole, class Part, std::size_t Index, class Member>
consteval std::size_t place_of() {
    constexpr auto name = member_names<Part>[Index];
    constexpr auto place = find_place<Whole>(name, spelled_type<Member>());
    return MemberOfPart<Whole, Part, Spelled<name.size()>(name), place>::place;
}

// Indexes in `nodes<Whole>` that the members of a part are written to, in the order of the part.
template <class Whole, class Part>
inline constexpr auto places = []<class... M>(Types<M...>) {
    return []<std::size_t... Index>(std::index_sequence<Index...>) {
        return std::array<std::size_t, sizeof...(M)>{place_of<Whole, Part, Index, M>()...};
    }(std::index_sequence_for<M...>{});
}(MemberTypes<Part>{});

template <class Whole, class One, class Other>
consteval bool overlap() {
    for (auto const a : places<Whole, One>) {
        for (auto const b : places<Whole, Other>) {
            if (a < b + nodes<Whole>[b].size && b < a + nodes<Whole>[a].size) {
                return true;
            }
        }
    }
    return false;
}

template <class Whole, class One, class Other>
struct TwoParts {
    static_assert(
        !overlap<Whole, One, Other>(),
        "ousage::merge: two sources claim one member of the whole: state which one yields by "
        "putting `| fallback` behind it");
};

template <class Whole, class T, int Rank, class... Other, int... OtherRank>
constexpr void check_against(Ranked<T, Rank> const*, Ranked<Other, OtherRank> const*...) {
    (
        [] {
            if constexpr (Rank == OtherRank) {
                (void)TwoParts<Whole, T, Other>{};
            }
        }(),
        ...);
}

template <class Whole>
constexpr void check_parts() {}

template <class Whole, class First, class... Rest>
constexpr void check_parts(First const* first, Rest const*... rest) {
    check_against<Whole>(first, rest...);
    check_parts<Whole>(rest...);
}

template <class Whole, class... Part>
constexpr void check_claims(std::tuple<Part...> const&) {
    check_parts<Whole>(static_cast<Part const*>(nullptr)...);
}

template <class Whole, class Part>
void place(Whole& whole, Part& part) {
    auto addresses = std::array<void*, nodes<Whole>.size()>{};
    void** out = addresses.data();
    append_addresses(whole, out);
    with_members(part, [&addresses]<class... M>(M&... member) {
        auto place = places<Whole, Part>.begin();
        (fill(*static_cast<M*>(addresses[*place++]), member), ...);
    });
}

} // namespace OUSAGE_NAMESPACE::detail
