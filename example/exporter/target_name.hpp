#pragma once

#include <ousage/io/http/url.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::program {

/// Returns a target as a complete URL. Without a scheme it is http, and then the default port is
/// Ollama's. Empty if the text is not a server's URL.
inline std::optional<std::string> canonical_target(std::string const& text) {
    auto const has_scheme = text.find("://") != text.npos;
    auto whole = has_scheme ? text : "http://" + text;
    auto const begin = whole.find("://") + 3;
    auto const end = std::min(whole.find('/', begin), whole.size());
    auto const authority = whole.substr(begin, end - begin);
    if (!has_scheme && (authority.rfind(':') == authority.npos || authority.ends_with(']'))) {
        whole.insert(end, ":11434");
    }
    auto const url = io::parse_url(whole);
    if (!url) {
        return std::nullopt;
    }
    // Reject a URL that would be parsed as another server when read again.
    auto shown = to_string(*url);
    auto const again = io::parse_url(shown);
    return again && *again == *url ? std::optional(std::move(shown)) : std::nullopt;
}

/// Like `canonical_target`, for a pattern, whose port may be `*`.
inline std::optional<std::string> canonical_pattern(std::string const& text) {
    auto const begin = text.find("://") == text.npos ? 0 : text.find("://") + 3;
    auto const end = std::min(text.find('/', begin), text.size());
    if (end < begin + 2 || text.substr(end - 2, 2) != ":*") {
        return canonical_target(text);
    }
    // A URL cannot have the port `*`, so use a placeholder while parsing.
    auto const other = text.substr(0, end - 1) + "65535" + text.substr(end);
    auto whole = canonical_target(other);
    if (whole) {
        auto const port = whole->find(":65535", whole->find("://") + 3);
        whole->replace(port, 6, ":*");
    }
    return whole;
}

namespace target_detail {

inline std::string_view host_in(std::string_view url) {
    auto const begin = url.find("://") + 3;
    auto const host = url.substr(begin, url.find('/', begin) - begin);
    return host.substr(0, host.rfind(':'));
}

// `*` matches any characters except `:`, `/` and `@`.
inline bool matches_text(std::string_view pattern, std::string_view text) {
    // The position of the last star, and the end of its match.
    auto star = pattern.npos, reach = text.npos;
    std::size_t at = 0, in = 0;
    while (in < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            reach = in;
        } else if (at < pattern.size() && pattern[at] == text[in]) {
            ++at;
            ++in;
        } else if (
            star != pattern.npos && text[reach] != ':' && text[reach] != '/' &&
            text[reach] != '@') {
            at = star + 1;
            in = ++reach;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == pattern.npos;
}

} // namespace target_detail

/// Returns true if a canonical URL matches a canonical pattern. `*` matches any characters except
/// `:`, `/` and `@`. In an IPv4 pattern such as `10.0.0.*` it matches only digits and dots, because
/// anybody may register 10.0.0.example.org. In an IPv6 pattern it matches only characters of an
/// IPv6 address.
inline bool matches_pattern(std::string_view pattern, std::string_view url) {
    auto const host = target_detail::host_in(pattern);
    auto const is_address = host.find_first_not_of("0123456789.*") == host.npos &&
                            host.find_first_of("0123456789") != host.npos;
    auto const named = target_detail::host_in(url);
    if ((is_address && named.find_first_not_of("0123456789.") != named.npos) ||
        (host.starts_with('[') && named.find_first_not_of("0123456789abcdef:[].") != named.npos)) {
        return false;
    }
    return target_detail::matches_text(pattern, url);
}

namespace target_detail {

inline int digit_of(char digit) {
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

// Decodes percent encoding and `+`. Empty if the encoding is invalid.
inline std::optional<std::string> decode(std::string_view text) {
    auto plain = std::string{};
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index] == '+') {
            plain += ' ';
        } else if (text[index] != '%') {
            plain += text[index];
        } else {
            auto const high = index + 2 < text.size() ? digit_of(text[index + 1]) : -1;
            auto const low = index + 2 < text.size() ? digit_of(text[index + 2]) : -1;
            if (high < 0 || low < 0) {
                return std::nullopt;
            }
            plain += static_cast<char>(high * 16 + low);
            index += 2;
        }
    }
    return plain;
}

} // namespace target_detail

/// Returns the value of `target` in a query. Empty if it is missing, repeated or invalid.
inline std::optional<std::string> target_in(std::string_view query) {
    auto found = std::optional<std::string>{};
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const part = query.substr(0, end);
        query.remove_prefix(end == query.npos ? query.size() : end + 1);
        if (part.starts_with("target=")) {
            if (found) {
                return std::nullopt;
            }
            found = target_detail::decode(part.substr(7));
            if (!found || found->empty()) {
                return std::nullopt;
            }
        }
    }
    return found;
}

} // namespace ousage::program
