#pragma once

#include <ousage/core/detail/ascii_lower.hpp>
#include <ousage/io/http/detail/ip_address.hpp>
#include <ousage/io/http/url.hpp>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

OUSAGE_DECL std::string default_port(std::string_view scheme) {
    return scheme == "http" ? "80" : scheme == "https" ? "443" : "";
}

OUSAGE_DECL std::string authority(Url const& url) {
    auto host = url.host;
    // A zone, or the remains of a malformed OLLAMA_HOST; escaped as in Go.
    if (auto const at = host.find_first_of("@%"); at != host.npos) {
        host.replace(at, 1, host[at] == '@' ? "%40" : "%25");
    }
    if (host.find(':') != host.npos) {
        host = "[" + host + "]";
    }
    return host + ":" + url.port;
}

OUSAGE_DECL std::string to_string(Url const& url) {
    return url.scheme + "://" + authority(url) + (url.path.empty() ? "" : "/" + url.path);
}

OUSAGE_DECL std::string host_header(Url const& url) {
    auto plain = url;
    plain.host.erase(std::min(plain.host.find('%'), plain.host.size()));
    auto text = authority(plain);
    return url.port == default_port(url.scheme) ? text.substr(0, text.rfind(':')) : text;
}

OUSAGE_DECL Url connectable(Url url) {
    auto const address = detail::parse_address(url.host);
    if (url.host.empty() || (address && address->is_unspecified())) {
        url.host = address && address->is_v6() ? "::1" : "127.0.0.1";
    }
    return url;
}

OUSAGE_DECL std::optional<unsigned short> port_number(std::string_view text) {
    unsigned value = 0;
    auto const* const end = text.data() + text.size();
    auto const* const begin = text.starts_with('+') ? text.data() + 1 : text.data();
    auto const [rest, error] = std::from_chars(begin, end, value);
    auto const good = error == std::errc{} && rest == end && value > 0 && value <= 65535;
    return good ? std::optional(static_cast<unsigned short>(value)) : std::nullopt;
}

OUSAGE_DECL Result<Url> parse_url(std::string_view text) {
    auto const wrong = [](char const* why) { return Result<Url>(Errc::configuration, why); };
    auto url = Url{};
    auto const colon = text.find("://");
    if (colon == text.npos) {
        return wrong("a URL starts with http:// or https://");
    }
    url.scheme = ousage::detail::ascii_lower(text.substr(0, colon));
    if (default_port(url.scheme).empty()) {
        return wrong("a URL starts with http:// or https://");
    }
    auto rest = text.substr(colon + 3);
    if (rest.find_first_of("?#@\\") != rest.npos) {
        return wrong("this URL must not contain a user name, password, query or fragment");
    }
    for (auto const character : rest) {
        if (static_cast<unsigned char>(character) <= 0x20 || character == 0x7F) {
            return wrong("a URL contains no spaces or control characters");
        }
    }
    auto const slash = rest.find('/');
    url.path = slash == rest.npos ? "" : rest.substr(slash + 1);
    while (url.path.ends_with('/')) {
        url.path.pop_back();
    }
    rest = rest.substr(0, slash);
    url.port = default_port(url.scheme);
    auto const bracket = rest.starts_with('[') ? rest.find(']') : rest.npos;
    auto const end = bracket == rest.npos ? rest.find(':') : bracket + 1;
    if (rest.starts_with('[') && bracket == rest.npos) {
        return wrong("an IPv6 address in a URL ends in ]");
    }
    url.host = bracket == rest.npos ? rest.substr(0, end) : rest.substr(1, bracket - 1);
    if (end < rest.size()) {
        if (rest[end] != ':' || !port_number(rest.substr(end + 1))) {
            return wrong("a port is a number from 1 to 65535");
        }
        url.port = rest.substr(end + 1);
    }
    if (url.host.empty()) {
        return wrong("a URL contains a host");
    }
    return url;
}

} // namespace OUSAGE_NAMESPACE::io
