#pragma once

#include <ousage/io/http/url.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::program {

/// A target as a whole URL: without a scheme it is http, and then without a port Ollama's. Empty
/// where it is no URL of a server.
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
    // What would be another server when it is read again is none.
    auto shown = to_string(*url);
    auto const again = io::parse_url(shown);
    return again && *again == *url ? std::optional(std::move(shown)) : std::nullopt;
}

/// The same for a pattern, whose port may be `*`.
inline std::optional<std::string> canonical_pattern(std::string const& text) {
    auto const begin = text.find("://") == text.npos ? 0 : text.find("://") + 3;
    auto const end = std::min(text.find('/', begin), text.size());
    if (end < begin + 2 || text.substr(end - 2, 2) != ":*") {
        return canonical_target(text);
    }
    // Any port is no port that a URL could have: another stands in for it.
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

// `*` stands for any characters but `:`, `/`, `@`.
inline bool matches_text(std::string_view pattern, std::string_view text) {
    // Where the last star was, and how far it reaches.
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

/// Whether a canonical URL is what a canonical pattern describes: `*` stands for any characters but
/// `:`, `/` and `@`; in the pattern of an IPv4 address such as `10.0.0.*` for digits and points
/// alone, for 10.0.0.example.org is a name that anyone may have; in one of IPv6 for what it may
/// have.
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

inline int digit_of(char letter) {
    return letter >= '0' && letter <= '9'   ? letter - '0'
           : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
           : letter >= 'A' && letter <= 'F' ? letter - 'A' + 10
                                            : -1;
}

// Undoes percent encoding and `+`; empty where it is broken.
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

/// The one value of `target` in a query; empty where there is none, more than one, or it is broken.
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
