#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <class Pointer>
struct PointerTarget;

template <class Whole, class Member>
struct PointerTarget<Member Whole::*> {
    using type = Member;
};

// The name of the member in `&Whole::member`.
template <auto Pointer>
consteval std::string_view pointed_name() {
    auto text = std::string_view(__PRETTY_FUNCTION__);
    text.remove_prefix(text.find("Pointer = ") + 10);
    text = text.substr(0, std::min(text.find(';'), text.rfind(']')));
    if (text.ends_with(')')) {
        text.remove_suffix(1);
    }
    return text.substr(text.rfind(':') + 1);
}

} // namespace detail

/// A part whose value is moved to one member of the whole, whatever the name of its own type.
template <auto Member>
struct Into {
    typename detail::PointerTarget<decltype(Member)>::type value{}; ///< the value of that member
};

/// The facts about the source of the member's type, if it has any.
template <auto Member>
struct SourceTraits<Into<Member>>
    : SourceTraits<typename detail::PointerTarget<decltype(Member)>::type> {};

namespace detail {

template <auto Member, class T>
asio::awaitable<void> collect_into(Source<T> const& source, Outcome<Into<Member>>& into) {
    auto before = Outcome<T>{};
    before.deadline.follow(into.deadline);
    co_await source.collect(before);
    into.failures = std::move(before.failures);
    into.state = before.state;
    into.concluded = before.concluded;
    into.note = std::move(before.note);
    into.measured = before.has_value();
    if (*into.measured) {
        into.value.value = std::move(before.value);
    }
}

// See `into`.
template <auto Member>
struct IntoAdaptor {
    template <class T>
    [[nodiscard]] Source<Into<Member>> operator()(Source<T> source) const {
        static_assert(
            std::is_assignable_v<typename PointerTarget<decltype(Member)>::type&, T>,
            "ousage::into: the value of the source cannot be assigned to this member");
        auto name = source.name();
        auto collect = [source = std::move(source)](Outcome<Into<Member>>& into) {
            return collect_into<Member>(source, into);
        };
        return Source<Into<Member>>(std::move(name), std::move(collect));
    }
};

} // namespace detail

/// Moves the whole value of a source to one member of the whole of a merge:
/// `merge<Fleet>(server(one) | into<&Fleet::desk>, server(other) | into<&Fleet::laptop>)`. The
/// member stays empty if the source measured nothing.
template <auto Member>
inline constexpr detail::IntoAdaptor<Member> into{};

} // namespace OUSAGE_NAMESPACE
