#pragma once

#include <ousage/config.hpp>
#include <ousage/io/http/http_message.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

// Parsers of the lines of a response, each without its CR LF. Each returns nothing for a malformed
// line (RFC 9112).
namespace OUSAGE_NAMESPACE::io::detail {

// Visible characters, spaces, tabs and bytes of other encodings.
inline bool is_field_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char character) {
        auto const code = static_cast<unsigned char>(character);
        return code == '\t' || (code >= 0x20 && code != 0x7F);
    });
}

inline bool is_token(std::string_view text) {
    static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
               (character >= 'A' && character <= 'Z') || others.find(character) != others.npos;
    });
}

// Removes spaces and tabs from both ends.
inline std::string_view trimmed_field(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

inline std::optional<std::uint64_t> parse_size(std::string_view digits, int base) {
    std::uint64_t value = 0;
    auto const* const end = digits.data() + digits.size();
    auto const [rest, error] = std::from_chars(digits.data(), end, value, base);
    return error == std::errc{} && rest == end ? std::optional(value) : std::nullopt;
}

struct StatusLine {
    int status;
    bool keep_alive; // the default of the version
};

inline std::optional<StatusLine> parse_status_line(std::string_view line) {
    auto const is_digit = [&](std::size_t at) { return line[at] >= '0' && line[at] <= '9'; };
    auto const version = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
    auto const good = version && line.size() >= 12 && is_digit(9) && is_digit(10) && is_digit(11) &&
                      line[9] != '0' && (line.size() == 12 || line[12] == ' ');
    if (!good || !is_field_text(line)) {
        return std::nullopt;
    }
    auto const status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    return StatusLine{status, line[7] == '1'};
}

// Rejects a space before the colon and folded lines: both have been used for request smuggling.
inline std::optional<Header> parse_field(std::string_view line) {
    auto const colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon))) {
        return std::nullopt;
    }
    auto const value = trimmed_field(line.substr(colon + 1));
    if (!is_field_text(value)) {
        return std::nullopt;
    }
    return Header{std::string(line.substr(0, colon)), std::string(value)};
}

// Ignores chunk extensions.
inline std::optional<std::uint64_t> parse_chunk_size(std::string_view line) {
    auto digits = line.substr(0, line.find(';'));
    digits = digits.substr(0, digits.find_last_not_of(" \t") + 1);
    return is_field_text(line) ? parse_size(digits, 16) : std::nullopt;
}

// Returns true if a list such as the value of `Connection` contains the item.
inline bool contains_item(std::string_view list, std::string_view item) {
    while (!list.empty()) {
        auto const comma = std::min(list.find(','), list.size());
        if (same_name(trimmed_field(list.substr(0, comma)), item)) {
            return true;
        }
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

} // namespace OUSAGE_NAMESPACE::io::detail
