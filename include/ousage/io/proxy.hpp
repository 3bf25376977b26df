#pragma once

#include <ousage/core/result.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/io/http_message.hpp>
#include <ousage/io/loopback.hpp>
#include <ousage/io/url.hpp>

#include <asio/ip/network_v4.hpp>
#include <asio/ip/network_v6.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::io {

/// The way out of a network that has no other.
struct Proxy {
    Url url;            ///< `http`, host and port
    Secret credentials; ///< `user:password`; empty: none
};

namespace detail {

using Variables = std::function<std::optional<std::string>(char const* name)>;

inline std::string lower(std::string_view text) {
    auto small = std::string(text);
    std::transform(small.begin(), small.end(), small.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    });
    return small;
}

inline std::string trimmed(std::string_view text) {
    auto const first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    text.remove_prefix(first);
    return std::string(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
}

// The first of both spellings that is not empty.
inline std::string variable(Variables const& variables, char const* upper, char const* small) {
    auto value = variables(upper).value_or("");
    return value.empty() ? variables(small).value_or("") : value;
}

inline std::string percent_decoded(std::string_view text) {
    auto const digit = [](char letter) {
        auto const at = std::string_view("0123456789abcdef").find(lower({&letter, 1}));
        return at == std::string_view::npos ? -1 : static_cast<int>(at);
    };
    auto plain = std::string{};
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto const whole = text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 &&
                           digit(text[at + 2]) >= 0;
        plain +=
            whole ? static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2])) : text[at];
        at += whole ? 2 : 0;
    }
    return plain;
}

// `host:port`, `[::1]:80`; false where there is no port, or more than one colon.
inline bool split_port(std::string_view text, std::string& host, std::string& port) {
    auto const colon = text.rfind(':');
    auto const bracketed = text.starts_with('[');
    if (colon == text.npos || (bracketed && text.find(']') + 1 != colon) ||
        (!bracketed && text.find(':') != colon)) {
        return false;
    }
    host = text.substr(0, colon);
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    port = text.substr(colon + 1);
    return true;
}

inline std::optional<asio::ip::address> address_of(std::string const& text) {
    asio::error_code error;
    auto const address = asio::ip::make_address(text.c_str(), error);
    if (error) {
        return std::nullopt;
    }
    auto const mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    return mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()) : address;
}

inline bool in_network(std::string const& network, asio::ip::address const& address) {
    asio::error_code error;
    if (address.is_v4()) {
        auto const range = asio::ip::make_network_v4(network, error);
        auto const host = asio::ip::network_v4(address.to_v4(), 32);
        return !error && (host.is_subnet_of(range) || range.canonical() == host);
    }
    auto const range = asio::ip::make_network_v6(network, error);
    auto const host = asio::ip::network_v6(address.to_v6(), 128);
    return !error && (host.is_subnet_of(range) || range.canonical() == host);
}

// One entry of NO_PROXY: `*` is dealt with before.
inline bool is_excepted(std::string const& entry, Url const& target) {
    auto const host = lower(target.host);
    auto const address = address_of(host);
    if (entry.find('/') != entry.npos) {
        return address && in_network(entry, *address);
    }
    auto name = entry;
    auto port = std::string{};
    auto only = std::string{};
    if (split_port(entry, only, port)) {
        name = only;
    }
    if (name.empty() || (!port.empty() && port != target.port)) {
        return false;
    }
    if (auto const own = address_of(name)) {
        return address == own;
    }
    if (address) {
        return false;
    }
    if (name.starts_with("*.")) {
        name.erase(0, 1);
    }
    if (name.starts_with('.')) {
        return host.ends_with(name);
    }
    return host == name || host.ends_with("." + name);
}

inline bool needs_no_proxy(std::string_view exceptions, Url const& target) {
    if (is_loopback(target.host)) {
        return true;
    }
    while (!exceptions.empty()) {
        auto const comma = std::min(exceptions.find(','), exceptions.size());
        auto const entry = lower(trimmed(exceptions.substr(0, comma)));
        if (entry == "*" || (!entry.empty() && is_excepted(entry, target))) {
            return true;
        }
        exceptions.remove_prefix(std::min(comma + 1, exceptions.size()));
    }
    return false;
}

// No proxy where the text is none: Go passes over what it cannot read.
inline Result<std::optional<Proxy>> parse_proxy(std::string_view text) {
    auto const none = [] { return Result<std::optional<Proxy>>(std::optional<Proxy>()); };
    auto const mark = text.find("://");
    auto const scheme = mark == text.npos ? "http" : lower(text.substr(0, mark));
    auto rest = mark == text.npos ? text : text.substr(mark + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    auto proxy = Proxy{};
    if (auto const at = rest.rfind('@'); at != rest.npos) {
        auto const user = rest.substr(0, at);
        auto const end = user.find(':') == user.npos ? ":" : "";
        proxy.credentials = Secret(percent_decoded(user) + end);
        rest.remove_prefix(at + 1);
    }
    auto url = parse_url("http://" + std::string(rest));
    if (!url) {
        return none();
    }
    if (scheme != "http") {
        return Failure{
            {},
            make_error_code(Errc::unsupported),
            "the environment names a proxy that is not http://"};
    }
    proxy.url = std::move(*url);
    return std::optional(std::move(proxy));
}

} // namespace detail

/// The proxy for requests to `target`, by Go's rules (golang.org/x/net/http/httpproxy), for that is
/// how Ollama itself goes out: HTTPS_PROXY or HTTP_PROXY by the target's scheme, the spelling in
/// small letters where the other is empty; none for this machine, and none for what NO_PROXY names:
/// `*`, `example.com` (and below it), `.example.com` (below it alone), addresses, networks, each
/// with a port or without. HTTP_PROXY is refused where REQUEST_METHOD is set, for there a stranger
/// may set it. A proxy of another scheme than http is a failure; the text, which may hold a
/// password, is never repeated.
inline Result<std::optional<Proxy>>
proxy_for(Url const& target, detail::Variables const& variables) {
    auto const secure = target.scheme == "https";
    auto const text = secure ? detail::variable(variables, "HTTPS_PROXY", "https_proxy")
                             : detail::variable(variables, "HTTP_PROXY", "http_proxy");
    auto const exceptions = detail::variable(variables, "NO_PROXY", "no_proxy");
    if (text.empty() || detail::needs_no_proxy(exceptions, target)) {
        return std::optional<Proxy>();
    }
    if (!secure && !variables("REQUEST_METHOD").value_or("").empty()) {
        return {Errc::configuration, "HTTP_PROXY is not believed where REQUEST_METHOD is set"};
    }
    return detail::parse_proxy(text);
}

} // namespace ousage::io
