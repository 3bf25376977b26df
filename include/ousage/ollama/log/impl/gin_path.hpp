#pragma once

#include <ousage/ollama/log/gin_path.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline void append_utf8(std::string& into, std::uint32_t code) {
    if (code < 0x80) {
        into += static_cast<char>(code);
    } else if (code < 0x800) {
        into += static_cast<char>(0xC0 | code >> 6);
        into += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        into += static_cast<char>(0xE0 | code >> 12);
        into += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        into += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        into += static_cast<char>(0xF0 | (code >> 18 & 7));
        into += static_cast<char>(0x80 | (code >> 12 & 0x3F));
        into += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        into += static_cast<char>(0x80 | (code & 0x3F));
    }
}

inline bool read_hexadecimal(std::string_view text, std::uint32_t& value) {
    for (auto const character : text) {
        auto const digit = character >= '0' && character <= '9'   ? character - '0'
                           : character >= 'a' && character <= 'f' ? character - 'a' + 10
                           : character >= 'A' && character <= 'F' ? character - 'A' + 10
                                                                  : -1;
        if (digit < 0) {
            return false;
        }
        value = value << 4 | static_cast<std::uint32_t>(digit);
    }
    return true;
}

// Decodes one escape of Go's strconv.Quote, passed without its backslash. Returns the number of
// bytes consumed, or 0 if it is not an escape.
inline std::size_t unescape(std::string_view text, std::string& into) {
    static constexpr std::string_view escapes = "abfnrtv\\\"";
    static constexpr std::string_view values = "\a\b\f\n\r\t\v\\\"";
    if (text.empty()) {
        return 0;
    }
    if (auto const index = escapes.find(text.front()); index != escapes.npos) {
        into += values[index];
        return 1;
    }
    auto const digits = text.front() == 'x'   ? 2u
                        : text.front() == 'u' ? 4u
                        : text.front() == 'U' ? 8u
                                              : 0u;
    std::uint32_t value = 0;
    if (digits == 0 || text.size() < digits + 1 ||
        !read_hexadecimal(text.substr(1, digits), value)) {
        return 0;
    }
    if (digits == 2) {
        into += static_cast<char>(value);
    } else {
        append_utf8(into, value);
    }
    return digits + 1;
}

} // namespace detail

OUSAGE_DECL GinPath unquote_gin_path(std::string_view quoted) {
    auto plain = std::string{};
    plain.reserve(quoted.size());
    while (!quoted.empty()) {
        auto const slash = std::min(quoted.find('\\'), quoted.size());
        plain += quoted.substr(0, slash);
        quoted.remove_prefix(slash);
        if (!quoted.empty()) {
            auto const taken = detail::unescape(quoted.substr(1), plain);
            plain += taken == 0 ? "\\" : "";
            quoted.remove_prefix(taken + 1);
        }
    }
    auto const mark = plain.find('?');
    auto query = mark == plain.npos ? std::string{} : plain.substr(mark + 1);
    plain.resize(std::min(mark, plain.size()));
    return {std::move(plain), std::move(query)};
}

} // namespace OUSAGE_NAMESPACE::ollama
