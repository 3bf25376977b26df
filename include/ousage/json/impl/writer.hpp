#pragma once

#include <ousage/json/utf8.hpp>
#include <ousage/json/writer.hpp>

#include <charconv>
#include <cmath>
#include <system_error>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <class T>
void append_integer(std::string& text, T value) {
    char digits[24];
    auto const result = std::to_chars(digits, digits + sizeof digits, value);
    text.append(digits, result.ptr);
}

// The shortest digits that parse to the same value. Numbers from 1e-4 to below 1e16 have no
// exponent. A large number without an exponent would be parsed as an integer that overflows.
template <class T>
std::string shortest(T value) {
    // The sign of a zero is lost if it is parsed as an integer.
    if (value == 0) {
        return std::signbit(value) ? "-0.0" : "0";
    }
    auto const size = std::abs(value);
    auto const plain = size >= T(1e-4) && size < T(1e16);
    char digits[64];
    auto const format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    auto const result = std::to_chars(digits, digits + sizeof digits, value, format);
    return std::string(digits, result.ptr);
}

inline void append_escaped(std::string& text, char value) {
    switch (value) {
    case '"': text += "\\\""; return;
    case '\\': text += "\\\\"; return;
    case '\n': text += "\\n"; return;
    case '\r': text += "\\r"; return;
    case '\t': text += "\\t"; return;
    default: break;
    }
    static constexpr char digits[] = "0123456789abcdef";
    auto const code = static_cast<unsigned char>(value);
    if (code < 0x20 || code == 0x7F) {
        text += "\\u00";
        text += digits[code >> 4];
        text += digits[code & 15];
    } else {
        text += value;
    }
}

} // namespace detail

OUSAGE_DECL void JsonWriter::open(char bracket) {
    text_ += bracket;
    ++depth_;
    first_ = true;
}

OUSAGE_DECL void JsonWriter::close(char bracket) {
    --depth_;
    if (!first_) {
        new_line();
    }
    text_ += bracket;
    first_ = false;
}

OUSAGE_DECL void JsonWriter::key(std::string_view name) {
    element();
    string(name);
    text_ += style_ == JsonStyle::pretty ? ": " : ":";
}

OUSAGE_DECL void JsonWriter::element() {
    if (!first_) {
        text_ += ',';
    }
    new_line();
    first_ = false;
}

OUSAGE_DECL void JsonWriter::boolean(bool value) {
    text_ += value ? "true" : "false";
}

OUSAGE_DECL void JsonWriter::null() {
    text_ += "null";
}

OUSAGE_DECL void JsonWriter::string(std::string_view value) {
    text_ += '"';
    for (std::size_t index = 0; index < value.size();) {
        auto const length = utf8_length(value, index);
        if (length == 0) {
            text_ += "\xEF\xBF\xBD";
        } else if (length == 1) {
            detail::append_escaped(text_, value[index]);
        } else {
            text_ += value.substr(index, length);
        }
        index += length == 0 ? 1 : length;
    }
    text_ += '"';
}

OUSAGE_DECL void JsonWriter::integer(std::int64_t value) {
    detail::append_integer(text_, value);
}

OUSAGE_DECL void JsonWriter::integer(std::uint64_t value) {
    detail::append_integer(text_, value);
}

OUSAGE_DECL void JsonWriter::real(float value) {
    if (!std::isfinite(value)) {
        null();
        return;
    }
    // Readers parse a double first. Very few short forms of a float are then rounded to a neighbor.
    auto text = detail::shortest(value);
    double parsed = 0;
    std::from_chars(text.data(), text.data() + text.size(), parsed);
    text_ += static_cast<float>(parsed) == value ? text : detail::shortest(double{value});
}

OUSAGE_DECL void JsonWriter::real(double value) {
    if (std::isfinite(value)) {
        text_ += detail::shortest(value);
    } else {
        null();
    }
}

OUSAGE_DECL void JsonWriter::new_line() {
    if (style_ == JsonStyle::pretty) {
        text_ += '\n';
        text_.append(2 * depth_, ' ');
    }
}

} // namespace OUSAGE_NAMESPACE
