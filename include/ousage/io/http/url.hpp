#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

/// The URL of a server. The parts are kept as they were written; nothing is decoded.
struct Url {
    std::string scheme = "http"; ///< `http` or `https`; other schemes are not supported
    std::string host;            ///< name or address, IPv6 without brackets; empty: this machine
    std::string port;            ///< digits, as they were written
    std::string path;            ///< prefix of every target, no leading slash; may be empty

    bool operator==(Url const&) const = default;
};

/// Returns the default port of `http` or `https`; empty for other schemes.
inline std::string default_port(std::string_view scheme) {
    return scheme == "http" ? "80" : scheme == "https" ? "443" : "";
}

/// Returns `host:port` as in a URL: IPv6 in brackets, the `%` of a zone as `%25`.
inline std::string authority(Url const& url) {
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

/// Formats a URL: `http://127.0.0.1:11434/prefix`.
inline std::string to_string(Url const& url) {
    return url.scheme + "://" + authority(url) + (url.path.empty() ? "" : "/" + url.path);
}

/// Returns the value of the Host header: the authority without the default port and without an IPv6
/// zone. An Ollama server bound to loopback responds with 403 to an unknown host.
inline std::string host_header(Url const& url) {
    auto plain = url;
    plain.host.erase(std::min(plain.host.find('%'), plain.host.size()));
    auto text = authority(plain);
    return url.port == default_port(url.scheme) ? text.substr(0, text.rfind(':')) : text;
}

/// Replaces a host that means all addresses of this machine by one to connect to: empty and 0.0.0.0
/// by 127.0.0.1, [::] by ::1. See ConnectableHost in Ollama's envconfig/config.go.
inline Url connectable(Url url) {
    if (url.host.empty() || url.host == "0.0.0.0") {
        url.host = "127.0.0.1";
    } else if (url.host == "::") {
        url.host = "::1";
    }
    return url;
}

/// Parses a port number; returns `nullopt` if the text is not a number from 1 to 65535.
inline std::optional<unsigned short> port_number(std::string_view text) {
    unsigned value = 0;
    auto const* const end = text.data() + text.size();
    auto const* const begin = text.starts_with('+') ? text.data() + 1 : text.data();
    auto const [rest, error] = std::from_chars(begin, end, value);
    auto const good = error == std::errc{} && rest == end && value > 0 && value <= 65535;
    return good ? std::optional(static_cast<unsigned short>(value)) : std::nullopt;
}

/// Parses a URL from a configuration: `http://` or `https://`, host, port and path. Rejects user
/// names, passwords, queries and fragments. The failure never contains the rejected URL, which may
/// include a password.
inline Result<Url> parse_url(std::string_view text) {
    auto const wrong = [](char const* why) { return Result<Url>(Errc::configuration, why); };
    auto url = Url{};
    auto const colon = text.find("://");
    if (colon == text.npos) {
        return wrong("a URL starts with http:// or https://");
    }
    url.scheme = text.substr(0, colon);
    if (default_port(url.scheme).empty()) {
        return wrong("a URL starts with http:// or https://");
    }
    auto rest = text.substr(colon + 3);
    if (rest.find_first_of("?#@\\") != rest.npos) {
        return wrong("a URL here has no user name, password, query or fragment");
    }
    for (auto const letter : rest) {
        if (static_cast<unsigned char>(letter) <= 0x20 || letter == 0x7F) {
            return wrong("a URL has no blanks or control characters");
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
        return wrong("a URL has a host");
    }
    return url;
}

} // namespace OUSAGE_NAMESPACE::io
