#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/shape.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/json/detail/kinds.hpp>
#include <ousage/json/detail/members.hpp>
#include <ousage/json/detail/supported.hpp>
#include <ousage/json/detail/texts.hpp>
#include <ousage/json/reader.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

// The templates of JsonReader.
namespace OUSAGE_NAMESPACE {

template <class T>
bool JsonReader::read(JsonValue from, T& into) {
    using enum detail::JsonKind;
    constexpr auto of = detail::json_kind<T>;
    constexpr auto supported = detail::is_supported<T, detail::JsonUse::read>();
    static_assert(supported, "ousage: this type cannot be read from JSON");
    if constexpr (!supported) {
        return false;
    } else if constexpr (of == hook) {
        return read_hook(from, into);
    } else if constexpr (of == boolean) {
        return assign(into, from.boolean(), "true or false");
    } else if constexpr (of == character) {
        return assign(into, parsed(from, detail::parse_character), "one character");
    } else if constexpr (of == integer) {
        return assign(into, whole<T>(from), "a whole number in range");
    } else if constexpr (of == real) {
        return read_real(from, into);
    } else if constexpr (of == text) {
        return assign(into, from.string(), "a string");
    } else if constexpr (of == path) {
        auto text = from.string();
        return assign(
            into, text ? std::optional(std::u8string(text->begin(), text->end())) : std::nullopt,
            "a string");
    } else if constexpr (of == timestamp) {
        return assign(into, parsed(from, parse_rfc3339), "an RFC 3339 time");
    } else if constexpr (of == byte) {
        auto const number = whole<unsigned char>(from);
        return assign(
            into, number ? std::optional(std::byte{*number}) : std::nullopt,
            "a whole number in range");
    } else if constexpr (of == enumerator) {
        return assign(into, enumerator_of<T>(from), "one of the known names");
    } else if constexpr (of == duration) {
        auto count = typename T::rep{};
        if (!read(from, count)) {
            return false;
        }
        into = T(count);
        return true;
    } else if constexpr (of == instant) {
        return read_instant(from, into);
    } else if constexpr (of == error_code) {
        return assign(into, parsed(from, detail::parse_error_code), "a known error code");
    } else if constexpr (of == unit) {
        return from.is_null() || refuse("null");
    } else if constexpr (of == optional) {
        return read_optional(from, into);
    } else if constexpr (of == map) {
        return read_map(from, into);
    } else if constexpr (of == list) {
        return read_list(from, into);
    } else if constexpr (of == array) {
        return read_array(from, into);
    } else if constexpr (of == tuple) {
        return read_tuple(from, into);
    } else if constexpr (of == variant) {
        return read_variant(from, into);
    } else {
        return read_object(from, into);
    }
}

template <class T>
bool JsonReader::read_hook(JsonValue from, T& into) {
    auto const before = errors_;
    if constexpr (requires { into.read_json(from, *this); }) {
        into.read_json(from, *this);
    } else {
        into.read_json(from);
    }
    return errors_ == before;
}

template <class T>
bool JsonReader::read_real(JsonValue from, T& into) {
    if (from.is_null()) {
        into = std::numeric_limits<T>::quiet_NaN();
        return true;
    }
    auto const value = from.number();
    if (value && !std::isfinite(static_cast<T>(*value))) {
        return refuse("a number in range");
    }
    return assign(into, value, "a number");
}

template <class T>
std::optional<T> JsonReader::enumerator_of(JsonValue from) {
    if (auto const text = from.string()) {
        return enum_from_name<T>(*text);
    }
    auto const number = whole<detail::EnumNumber<T>>(from);
    return number ? detail::enum_from_number<T>(*number) : std::nullopt;
}

template <class T>
bool JsonReader::read_instant(JsonValue from, T& into) {
    using Duration = typename T::duration;
    auto count = typename T::rep{};
    if constexpr (detail::has_rfc3339<Duration>) {
        if (auto const text = from.string()) {
            auto const ticks =
                detail::parse_instant(*text, Duration::period::num, Duration::period::den);
            if (!ticks || !std::in_range<typename T::rep>(*ticks)) {
                return refuse("an RFC 3339 time in range");
            }
            into = T(Duration(static_cast<typename T::rep>(*ticks)));
            return true;
        }
        // A time outside the years 0001 to 9999.
        auto const number = whole<typename T::rep>(from);
        if (!number) {
            return refuse("an RFC 3339 time");
        }
        count = *number;
    } else if (!read(from, count)) {
        return false;
    }
    into = T(Duration(count));
    return true;
}

template <class T>
bool JsonReader::read_optional(JsonValue from, T& into) {
    if (from.is_null()) {
        into.reset();
        return true;
    }
    auto value = typename T::value_type{};
    auto const any = read(from, value);
    if (any) {
        into = std::move(value);
    }
    return any;
}

template <class T>
bool JsonReader::read_map(JsonValue from, T& into) {
    if (!from.is_object()) {
        return refuse("an object");
    }
    auto const before = errors_;
    into.clear();
    for (auto const& [key, value] : from.members()) {
        auto const step = Step(path_, key);
        auto name = detail::parse_key<typename T::key_type>(key);
        auto entry = typename T::mapped_type{};
        if (!name) {
            report("one of the known keys");
        } else if (read(value, entry)) {
            into.insert_or_assign(std::move(*name), std::move(entry));
        }
    }
    return errors_ == before || !into.empty();
}

template <class T>
bool JsonReader::read_list(JsonValue from, T& into) {
    using Value = typename T::value_type;
    if (!from.is_array()) {
        return refuse("an array");
    }
    auto const before = errors_;
    into.clear();
    std::size_t index = 0;
    for (auto const element : from.elements()) {
        auto const step = Step(path_, index++);
        auto value = Value{};
        // A row that could not be read keeps its index, so that paths remain valid.
        if (read(element, value) || detail::json_kind<Value> == detail::JsonKind::aggregate) {
            into.insert(into.end(), std::move(value));
        }
    }
    return errors_ == before || !into.empty();
}

template <class T>
bool JsonReader::read_part(
    detail::JsonRange<JsonValue>::Iterator& next, std::size_t index, T& into) {
    auto const step = Step(path_, index);
    auto value = std::remove_const_t<T>{};
    auto const any = read(*next, value);
    ++next;
    if (any) {
        into = std::move(value);
    }
    return any;
}

template <class T, std::size_t Size>
bool JsonReader::read_array(JsonValue from, std::array<T, Size>& into) {
    if (!has_size(from, Size)) {
        return false;
    }
    auto const elements = from.elements();
    auto next = elements.begin();
    auto any = Size == 0;
    for (std::size_t index = 0; index < Size; ++index) {
        any = read_part(next, index, into[index]) || any;
    }
    return any;
}

template <class T>
bool JsonReader::read_tuple(JsonValue from, T& into) {
    if (!has_size(from, std::tuple_size_v<T>)) {
        return false;
    }
    auto const elements = from.elements();
    auto next = elements.begin();
    auto any = std::tuple_size_v<T> == 0;
    std::size_t index = 0;
    std::apply([&](auto&... part) { ((any = read_part(next, index++, part) || any), ...); }, into);
    return any;
}

template <class T>
bool JsonReader::read_variant(JsonValue from, T& into) {
    if (!has_size(from, 2)) {
        return false;
    }
    auto const elements = from.elements();
    auto next = elements.begin();
    auto const alternative = whole<std::size_t>(*next);
    ++next;
    auto any = false;
    auto const read_held = [&]<std::size_t Index>(std::integral_constant<std::size_t, Index>) {
        auto value = std::variant_alternative_t<Index, T>{};
        auto const step = Step(path_, std::size_t{1});
        any = read(*next, value);
        if (any) {
            into.template emplace<Index>(std::move(value));
        }
    };
    auto const found = [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return (
            (alternative == Index &&
             (read_held(std::integral_constant<std::size_t, Index>{}), true)) ||
            ...);
    }(std::make_index_sequence<std::variant_size_v<T>>{});
    if (!found) {
        auto const step = Step(path_, std::size_t{0});
        report("the index of an alternative");
    }
    return any;
}

template <class T>
bool JsonReader::read_text(JsonValue from, T& into) {
    using enum detail::JsonKind;
    if constexpr (detail::json_kind<T> == boolean) {
        auto const text = from.string();
        auto const known = text == "true" || text == "false";
        return assign(
            into, known ? std::optional(text == "true") : std::nullopt, "\"true\" or \"false\"");
    } else if constexpr (detail::json_kind<T> == integer) {
        return assign(into, parsed(from, detail::parse_integer<T>), "a whole number in a string");
    } else if constexpr (detail::json_kind<T> == optional) {
        auto value = typename T::value_type{};
        auto const any = read_text(from, value);
        if (any) {
            into = std::move(value);
        }
        return any;
    } else {
        return read(from, into);
    }
}

template <class T>
bool JsonReader::read_object(JsonValue from, T& into) {
    if constexpr (!detail::members_supported<T, detail::JsonUse::read>) {
        detail::report_unsupported<T, detail::JsonUse::read>();
        return false;
    } else {
        if (!from.is_object()) {
            return refuse("an object");
        }
        auto const before = errors_;
        auto any = false;
        auto const take = [&](std::string_view name, auto& member) {
            auto const value = from.find(name);
            if (!value) {
                return;
            }
            auto const step = Step(path_, name);
            if (value->is_null()) {
                if constexpr (requires { member.reset(); }) {
                    member.reset();
                }
            } else if constexpr (WrittenAsText<T>) {
                any = read_text(*value, member) || any;
            } else {
                any = read(*value, member) || any;
            }
        };
        if constexpr (Flattened<T>) {
            for_each_key(into, take);
        } else {
            for_each_member(into, take);
        }
        return any || errors_ == before;
    }
}

} // namespace OUSAGE_NAMESPACE
