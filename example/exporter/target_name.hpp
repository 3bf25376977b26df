#pragma once

#include <ousage/io/http/url.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

/// Returns a target as a complete URL with the host in lower case. Without a scheme it is http, and
/// then the default port is Ollama's. Empty if the text is not a server's URL.
inline std::optional<std::string> canonical_target(std::string const& text) {
    auto const has_scheme = text.find("://") != text.npos;
    auto whole = has_scheme ? text : "http://" + text;
    auto const begin = whole.find("://") + 3;
    auto const end = std::min(whole.find('/', begin), whole.size());
    auto const authority = whole.substr(begin, end - begin);
    if (!has_scheme && (authority.rfind(':') == authority.npos || authority.ends_with(']'))) {
        whole.insert(end, ":11434");
    }
    auto url = io::parse_url(whole);
    if (!url) {
        return std::nullopt;
    }
    for (auto& character : url->host) {
        if (character >= 'A' && character <= 'Z') {
            character = static_cast<char>(character - 'A' + 'a');
        }
    }
    // Reject a URL that would be parsed as another server when read again.
    auto shown = to_string(*url);
    auto const again = io::parse_url(shown);
    return again && *again == *url ? std::optional(std::move(shown)) : std::nullopt;
}

namespace target_detail {

// Returns the host in a canonical URL; an IPv6 address with its brackets.
inline std::string_view host_in(std::string_view url) {
    auto const begin = url.find("://") + 3;
    auto const host = url.substr(begin, url.find('/', begin) - begin);
    return host.substr(0, host.rfind(':'));
}

// Returns true if a pattern's host is an IPv4 address with stars.
inline bool is_ipv4_pattern(std::string_view host) {
    return host.find_first_not_of("0123456789.*") == host.npos &&
           host.find_first_of("0123456789") != host.npos;
}

// Returns false if no target can match: a network such as 10.0.0.0/8, whose size would be a path,
// or other wildcards than stars, such as `gpu[0-9]`.
inline bool can_match(std::string_view pattern) {
    auto const host = host_in(pattern);
    auto const path = pattern.find('/', pattern.find("://") + 3);
    auto const is_ipv6 = host.starts_with('[');
    auto const is_network = path != pattern.npos && path + 1 < pattern.size() &&
                            pattern.find_first_not_of("0123456789", path + 1) == pattern.npos;
    if (is_network && (is_ipv6 || is_ipv4_pattern(host))) {
        return false;
    }
    auto const name = host.substr(0, host.find('%')); // without the zone of an IPv6 address
    return std::all_of(name.begin(), name.end(), [is_ipv6](char character) {
        auto const is_name = (character >= 'a' && character <= 'z') ||
                             (character >= '0' && character <= '9') || character == '-' ||
                             character == '_' || character == '.' || character == '*' ||
                             static_cast<unsigned char>(character) >= 0x80;
        return is_ipv6 ? std::string_view("0123456789abcdef:.*[]").find(character) !=
                             std::string_view::npos
                       : is_name;
    });
}

} // namespace target_detail

/// Like `canonical_target`, for a pattern, whose port may be `*`. Empty also if no target can match
/// it.
inline std::optional<std::string> canonical_pattern(std::string const& text) {
    auto const begin = text.find("://") == text.npos ? 0 : text.find("://") + 3;
    auto const end = std::min(text.find('/', begin), text.size());
    if (end < begin + 2 || text.substr(end - 2, 2) != ":*") {
        auto complete = canonical_target(text);
        return complete && target_detail::can_match(*complete) ? complete : std::nullopt;
    }
    // A URL cannot have the port `*`, so use a placeholder while parsing.
    auto const other = text.substr(0, end - 1) + "65535" + text.substr(end);
    auto whole = canonical_target(other);
    if (whole) {
        auto const port = whole->find(":65535", whole->find("://") + 3);
        whole->replace(port, 6, ":*");
    }
    return whole && target_detail::can_match(*whole) ? whole : std::nullopt;
}

namespace target_detail {

// `*` matches any characters except `.`, `:`, `/` and `@`, and `**` also `.`. Takes time
// proportional to the product of the lengths, whatever the pattern.
inline bool matches_text(std::string_view pattern, std::string_view text) {
    // Whether the pattern so far matches the first characters of the text, by their number.
    auto matches = std::vector<char>(text.size() + 1, 0);
    matches[0] = 1;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        auto next = std::vector<char>(text.size() + 1, 0);
        if (pattern[at] == '*') {
            auto const is_double = at + 1 < pattern.size() && pattern[at + 1] == '*';
            auto const excluded = std::string_view(is_double ? ":/@" : ".:/@");
            at += is_double ? 1u : 0u;
            next[0] = matches[0];
            for (std::size_t in = 0; in < text.size(); ++in) {
                auto const extends = next[in] != 0 && excluded.find(text[in]) == excluded.npos;
                next[in + 1] = matches[in + 1] != 0 || extends ? 1 : 0;
            }
        } else {
            for (std::size_t in = 0; in < text.size(); ++in) {
                next[in + 1] = matches[in] != 0 && pattern[at] == text[in] ? 1 : 0;
            }
        }
        matches = std::move(next);
    }
    return matches[text.size()] != 0;
}

} // namespace target_detail

/// Returns true if a canonical URL matches a canonical pattern. `*` matches any characters of one
/// label, i.e. except `.`, `:`, `/` and `@`, and `**` those of several labels. In an IPv4 pattern
/// such as `10.0.0.*` they match only digits and dots, because anybody may
/// register 10.0.0.example.org. In an IPv6 pattern they match only characters of an IPv6 address.
inline bool matches_pattern(std::string_view pattern, std::string_view url) {
    auto const host = target_detail::host_in(pattern);
    auto const is_address = target_detail::is_ipv4_pattern(host);
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

/// Returns how often a query contains a parameter.
inline std::size_t count_parameter(std::string_view query, std::string_view name) {
    std::size_t count = 0;
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const part = query.substr(0, end);
        query.remove_prefix(end == query.npos ? query.size() : end + 1);
        count += part.substr(0, part.find('=')) == name ? 1u : 0u;
    }
    return count;
}

/// Returns the value of a parameter of a query. Empty if it is missing, repeated or invalid.
inline std::optional<std::string> parameter_in(std::string_view query, std::string_view name) {
    auto found = std::optional<std::string>{};
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const part = query.substr(0, end);
        query.remove_prefix(end == query.npos ? query.size() : end + 1);
        if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) {
            if (found) {
                return std::nullopt;
            }
            found = target_detail::decode(part.substr(name.size() + 1));
            if (!found || found->empty()) {
                return std::nullopt;
            }
        }
    }
    return found;
}

/// Returns the value of `target` in a query. Empty if it is missing, repeated or invalid.
inline std::optional<std::string> target_in(std::string_view query) {
    return parameter_in(query, "target");
}

} // namespace ousage::program
