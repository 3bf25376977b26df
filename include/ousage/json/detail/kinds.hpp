#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/reflect.hpp>
#include <ousage/core/timestamp.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

// The types that have a JSON form. The writer and the reader use the same classification.
namespace OUSAGE_NAMESPACE {

class JsonReader;
class JsonValue;
class JsonWriter;

namespace detail {

enum class JsonKind {
    unsupported,
    hook,
    boolean,
    character,
    integer,
    real,
    text,
    text_view,
    path,
    timestamp,
    byte,
    enumerator,
    duration,
    instant,
    error_code,
    unit,
    optional,
    map,
    list,
    array,
    tuple,
    variant,
    aggregate,
};

template <class T>
concept HasWriteHook = requires(T const& value, JsonWriter& writer) { value.write_json(writer); };

template <class T>
concept HasReadHook = requires(T& into, JsonValue& from) {
    into.read_json(from);
} || requires(T& into, JsonValue& from, JsonReader& reader) { into.read_json(from, reader); };

template <class T, class... Others>
concept OneOf = (std::same_as<T, Others> || ...);

template <class T>
concept JsonInteger =
    std::integral<T> && !OneOf<T, bool, char, wchar_t, char8_t, char16_t, char32_t> &&
    sizeof(T) <= sizeof(std::int64_t);

template <class T>
concept JsonReal = OneOf<T, float, double>;

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;

template <template <class...> class Template, class... Arguments>
inline constexpr bool is_a<Template<Arguments...>, Template> = true;

template <class T>
inline constexpr bool is_text = false;

template <class Allocator>
inline constexpr bool is_text<std::basic_string<char, std::char_traits<char>, Allocator>> = true;

template <class T>
inline constexpr bool is_array = false;

template <class T, std::size_t Size>
inline constexpr bool is_array<std::array<T, Size>> = true;

template <class T>
inline constexpr bool is_instant = false;

template <class Duration>
inline constexpr bool is_instant<std::chrono::time_point<std::chrono::system_clock, Duration>> =
    true;

// std::filesystem::path, without its header.
template <class T>
concept JsonPath = requires(T const& value) {
    typename T::string_type;
    { value.lexically_normal() } -> std::same_as<T>;
    { value.u8string() } -> std::same_as<std::u8string>;
};

// std::map, std::unordered_map and the like. A multimap has no `at`.
template <class T>
concept JsonMap = requires(T& values, typename T::key_type const& key) {
    typename T::mapped_type;
    values.at(key);
    values.clear();
    values.begin();
};

// std::vector, deque, list, set, unordered_set and the like.
template <class T>
concept JsonList =
    !requires { typename T::mapped_type; } && requires(T& values, typename T::value_type value) {
        values.clear();
        values.begin();
        values.insert(values.end(), std::move(value));
    };

template <class T>
consteval JsonKind kind_of() {
    using enum JsonKind;
    if constexpr (HasWriteHook<T> || HasReadHook<T>) {
        return hook;
    } else if constexpr (std::same_as<T, bool>) {
        return boolean;
    } else if constexpr (std::same_as<T, char>) {
        return character;
    } else if constexpr (JsonInteger<T>) {
        return integer;
    } else if constexpr (JsonReal<T>) {
        return real;
    } else if constexpr (is_text<T>) {
        return text;
    } else if constexpr (std::same_as<T, std::string_view>) {
        return text_view;
    } else if constexpr (std::same_as<T, Timestamp>) {
        return timestamp;
    } else if constexpr (std::same_as<T, std::byte>) {
        return byte;
    } else if constexpr (std::is_enum_v<T>) {
        return enumerator;
    } else if constexpr (std::same_as<T, std::error_code>) {
        return error_code;
    } else if constexpr (std::same_as<T, std::monostate>) {
        return unit;
    } else if constexpr (is_a<T, std::chrono::duration>) {
        return duration;
    } else if constexpr (is_instant<T>) {
        return instant;
    } else if constexpr (is_a<T, std::optional>) {
        return optional;
    } else if constexpr (is_array<T>) {
        return array;
    } else if constexpr (is_a<T, std::pair> || is_a<T, std::tuple>) {
        return tuple;
    } else if constexpr (is_a<T, std::variant>) {
        return variant;
    } else if constexpr (JsonPath<T>) {
        return path;
    } else if constexpr (JsonMap<T>) {
        return map;
    } else if constexpr (JsonList<T>) {
        return list;
    } else if constexpr (Reflectable<T>) {
        return aggregate;
    } else {
        return unsupported;
    }
}

template <class T>
inline constexpr JsonKind json_kind = kind_of<T>();

// True if some value of 0 to 31 has a name. Without one, no enumerator can be written by name.
template <class T>
inline constexpr bool has_names = [] {
    auto found = false;
    for (int value = 0; value < 32; ++value) {
        found = found || !enum_name(static_cast<T>(value)).empty();
    }
    return found;
}();

// A time point that RFC 3339 represents exactly: whole ticks of seconds, or of a decimal fraction
// down to nanoseconds, or of a multiple of a second.
template <class Duration>
inline constexpr bool has_rfc3339 =
    JsonInteger<typename Duration::rep> &&
    (Duration::period::den == 1 ||
     (Duration::period::num == 1 && 1'000'000'000 % Duration::period::den == 0));

template <class T>
concept JsonKey = json_kind<T> == JsonKind::text || json_kind<T> == JsonKind::text_view ||
                  json_kind<T> == JsonKind::integer || json_kind<T> == JsonKind::character ||
                  (json_kind<T> == JsonKind::enumerator && has_names<T>);

} // namespace detail

} // namespace OUSAGE_NAMESPACE
