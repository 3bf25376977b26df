#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/reflect.hpp>
#include <ousage/core/timestamp.hpp>

#include <array>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// Writes the state shared by processes as JSON; io::read_json reads it. format/json.hpp belongs to
// a higher layer and formats output for people, so it is not used here.
namespace OUSAGE_NAMESPACE::ollama::detail {

inline void append_state(std::string& to, std::string const& value) {
    static constexpr std::string_view digits = "0123456789abcdef";
    to += '"';
    for (auto const letter : value) {
        auto const code = static_cast<unsigned char>(letter);
        if (code < 0x20 || letter == '"' || letter == '\\') {
            to += "\\u00";
            to += digits[code >> 4];
            to += digits[code & 0xF];
        } else {
            to += letter;
        }
    }
    to += '"';
}

inline void append_state(std::string& to, Timestamp const& value) {
    append_state(to, to_rfc3339(value));
}

template <class T>
    requires(std::integral<T> || std::floating_point<T>)
void append_state(std::string& to, T value) {
    auto text = std::array<char, 32>{};
    auto const result = std::to_chars(text.data(), text.data() + text.size(), value);
    to.append(text.data(), result.ptr);
}

template <class T>
    requires std::is_enum_v<T>
void append_state(std::string& to, T value) {
    append_state(to, std::string(enum_name(value)));
}

template <Reflectable T>
    requires(!std::is_same_v<T, Timestamp>)
void append_state(std::string& to, T const& value);

template <class T>
void append_state(std::string& to, std::vector<T> const& values) {
    to += '[';
    for (auto const& value : values) {
        to += to.ends_with('[') ? "" : ",";
        append_state(to, value);
    }
    to += ']';
}

template <class T>
void append_state(std::string& to, std::optional<T> const& value) {
    if (value) {
        append_state(to, *value);
    } else {
        to += "null";
    }
}

template <Reflectable T>
    requires(!std::is_same_v<T, Timestamp>)
void append_state(std::string& to, T const& value) {
    to += '{';
    for_each_member(value, [&to](std::string_view name, auto const& member) {
        to += to.ends_with('{') ? "" : ",";
        append_state(to, std::string(name));
        to += ':';
        append_state(to, member);
    });
    to += '}';
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
