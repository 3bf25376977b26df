#pragma once

#include <ousage/config.hpp>
#include <ousage/json/style.hpp>
#include <ousage/json/utf8.hpp>

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// Writes JSON text value by value. Adds commas and indentation. The caller must make the calls in
/// a valid order.
class JsonWriter {
public:
    /// A writer with an empty text.
    explicit JsonWriter(JsonStyle style) : style_(style) {}

    /// The text so far. It is complete after every `open` has a matching `close`.
    std::string const& text() const& noexcept { return text_; }

    std::string&& text() && noexcept { return std::move(text_); }

    /// Starts an object (`{`) or an array (`[`).
    void open(char bracket) {
        text_ += bracket;
        ++depth_;
        first_ = true;
    }

    /// Ends an object (`}`) or an array (`]`).
    void close(char bracket) {
        --depth_;
        if (!first_) {
            new_line();
        }
        text_ += bracket;
        first_ = false;
    }

    /// Starts the next member of an object; the value follows.
    void key(std::string_view name) {
        element();
        string(name);
        text_ += style_ == JsonStyle::pretty ? ": " : ":";
    }

    /// Starts the next element of an array; the value follows.
    void element() {
        if (!first_) {
            text_ += ',';
        }
        new_line();
        first_ = false;
    }

    /// Writes a number in the shortest form that parses to the same value. It must be finite.
    template <class T>
        requires(std::integral<T> || std::floating_point<T>)
    void number(T value) {
        fmt::format_to(std::back_inserter(text_), FMT_STRING("{}"), value);
    }

    /// Writes `true` or `false`.
    void boolean(bool value) { text_ += value ? "true" : "false"; }

    /// Writes a string of any bytes. Each invalid UTF-8 byte becomes U+FFFD.
    void string(std::string_view value) {
        text_ += '"';
        for (std::size_t index = 0; index < value.size();) {
            auto const length = utf8_length(value, index);
            if (length == 0) {
                text_ += "\xEF\xBF\xBD";
            } else if (length == 1) {
                character(value[index]);
            } else {
                text_ += value.substr(index, length);
            }
            index += length == 0 ? 1 : length;
        }
        text_ += '"';
    }

private:
    void new_line() {
        if (style_ == JsonStyle::pretty) {
            text_ += '\n';
            text_.append(2 * depth_, ' ');
        }
    }

    void character(char value) {
        switch (value) {
        case '"': text_ += "\\\""; return;
        case '\\': text_ += "\\\\"; return;
        case '\n': text_ += "\\n"; return;
        case '\r': text_ += "\\r"; return;
        case '\t': text_ += "\\t"; return;
        default: break;
        }
        auto const code = static_cast<unsigned char>(value);
        if (code < 0x20 || code == 0x7F) {
            fmt::format_to(std::back_inserter(text_), FMT_STRING("\\u{:04x}"), code);
        } else {
            text_ += value;
        }
    }

    std::string text_;
    JsonStyle style_;
    std::size_t depth_ = 0;
    bool first_ = true;
};

} // namespace OUSAGE_NAMESPACE
