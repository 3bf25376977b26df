#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/ascii_lower.hpp>
#include <ousage/io/http/detail/ip_address.hpp>
#include <ousage/io/http/loopback.hpp>
#include <ousage/io/http/url.hpp>

#include <asio/ip/address.hpp>
#include <asio/ip/network_v4.hpp>
#include <asio/ip/network_v6.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

// NO_PROXY, according to the rules of golang.org/x/net/http/httpproxy.
namespace OUSAGE_NAMESPACE::io::detail {

inline std::string trimmed(std::string_view text) {
    auto const first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    text.remove_prefix(first);
    return std::string(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
}

// Splits `host:port` or `[::1]:80`. Returns false if there is no port or more than one colon
// outside of brackets.
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

// Matches one entry of NO_PROXY. The caller handles `*`.
inline bool is_excepted(std::string const& entry, Url const& target) {
    auto const host = ousage::detail::ascii_lower(target.host);
    auto const address = parse_address(host);
    if (entry.find('/') != entry.npos) {
        return address && in_network(entry, *address);
    }
    auto name = entry;
    auto port = std::string{};
    auto host_part = std::string{};
    if (split_port(entry, host_part, port)) {
        name = host_part;
    }
    if (name.empty() || (!port.empty() && port != target.port)) {
        return false;
    }
    if (auto const excepted = parse_address(name)) {
        return address == excepted;
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
        auto const entry = ousage::detail::ascii_lower(trimmed(exceptions.substr(0, comma)));
        if (entry == "*" || (!entry.empty() && is_excepted(entry, target))) {
            return true;
        }
        exceptions.remove_prefix(std::min(comma + 1, exceptions.size()));
    }
    return false;
}

} // namespace OUSAGE_NAMESPACE::io::detail
