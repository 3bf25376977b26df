#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/text_decoder.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline void skip_json_space(std::string_view& text) {
    auto const start = text.find_first_not_of(" \t\r\n");
    text.remove_prefix(start == text.npos ? text.size() : start);
}

inline bool take_character(std::string_view& text, char character) {
    skip_json_space(text);
    if (!text.starts_with(character)) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

// Parses four hexadecimal digits and removes them.
inline std::optional<std::uint32_t> take_hex(std::string_view& text) {
    std::uint32_t value = 0;
    if (text.size() < 4) {
        return std::nullopt;
    }
    for (auto const character : text.substr(0, 4)) {
        auto const digit = std::string_view("0123456789abcdef0123456789ABCDEF").find(character);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        value = value << 4 | static_cast<std::uint32_t>(digit % 16);
    }
    text.remove_prefix(4);
    return value;
}

// Decodes the escape after a backslash and removes it.
inline bool take_json_escape(std::string_view& text, std::string& into) {
    auto const kind = text.empty() ? '\0' : text.front();
    text.remove_prefix(text.empty() ? 0 : 1);
    if (kind != 'u') {
        constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
        auto const index = kind == '\0' ? names.npos : names.find(kind);
        into += index == names.npos ? '\0' : values[index];
        return index != names.npos;
    }
    auto const unit = take_hex(text);
    if (!unit) {
        return false;
    }
    auto point = *unit;
    if (point >= 0xD800 && point < 0xDC00 && text.starts_with("\\u")) {
        auto rest = text.substr(2);
        auto const low = take_hex(rest);
        if (low && *low >= 0xDC00 && *low < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10) + (*low - 0xDC00);
            text = rest;
        }
    }
    append_code_point(into, point);
    return true;
}

// Decodes a string and removes it.
inline bool take_json_string(std::string_view& text, std::string& into) {
    into.clear();
    if (!take_character(text, '"')) {
        return false;
    }
    for (;;) {
        auto const end = text.find_first_of("\"\\");
        if (end == text.npos) {
            return false;
        }
        into.append(text.substr(0, end));
        auto const is_end = text[end] == '"';
        text.remove_prefix(end + 1);
        if (is_end) {
            return true;
        }
        if (!take_json_escape(text, into)) {
            return false;
        }
    }
}

// Decodes an array of bytes, the form of journald for text that is not printable, and removes it.
inline bool take_json_bytes(std::string_view& text, std::string& into) {
    into.clear();
    if (!take_character(text, '[')) {
        return false;
    }
    do {
        skip_json_space(text);
        unsigned value = 0;
        std::size_t digits = 0;
        for (; digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9';
             ++digits) {
            value = value * 10 + static_cast<unsigned>(text[digits] - '0');
        }
        if (digits == 0 || value > 255) {
            return false;
        }
        into += static_cast<char>(value);
        text.remove_prefix(digits);
    } while (take_character(text, ','));
    return take_character(text, ']');
}

// Removes a value of any kind, at least up to the comma or brace after it. The inside of arrays and
// objects is not checked.
inline bool skip_json_value(std::string_view& text, std::string& buffer) {
    skip_json_space(text);
    for (std::size_t depth = 0; !text.empty();) {
        auto const next = text.front();
        if (depth == 0 && (next == ',' || next == '}' || next == ']')) {
            return true;
        }
        if (next == '"') {
            if (!take_json_string(text, buffer)) {
                return false;
            }
            continue;
        }
        depth += next == '{' || next == '[' ? 1 : 0;
        depth -= next == '}' || next == ']' ? 1 : 0;
        text.remove_prefix(1);
    }
    return false;
}

// Parses `"key": value` and removes it. If the key is that of the text of a line (docker's
// json-file driver, journalctl, Grafana), decodes the value into `into` and sets `found`.
inline bool take_json_member(std::string_view& text, std::string& into, bool& found) {
    auto buffer = std::string{};
    if (!take_json_string(text, buffer) || !take_character(text, ':')) {
        return false;
    }
    if (!found && (buffer == "log" || buffer == "MESSAGE" || buffer == "line")) {
        auto rest = text;
        skip_json_space(rest);
        found = rest.starts_with('"') ? take_json_string(rest, into) : take_json_bytes(rest, into);
        if (found) {
            text = rest;
            return true;
        }
    }
    return skip_json_value(text, buffer);
}

// Decodes the text of a line that is one JSON object, or one member of a pretty-printed object
// alone. Returns false if the line is neither.
inline bool unwrap_json(std::string_view line, std::string& into) {
    skip_json_space(line);
    auto found = false;
    if (line.starts_with('"')) {
        return take_json_member(line, into, found) && found &&
               line.find_first_not_of(" \t\r,") == line.npos;
    }
    take_character(line, '[');
    if (!take_character(line, '{')) {
        return false;
    }
    do {
        if (!take_json_member(line, into, found)) {
            return false;
        }
    } while (take_character(line, ','));
    return take_character(line, '}') && found && line.find_first_not_of(" \t\r,]") == line.npos;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
