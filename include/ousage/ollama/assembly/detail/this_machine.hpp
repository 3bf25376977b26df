#pragma once

#include <ousage/config.hpp>
#include <ousage/io/http/loopback.hpp>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>
#include <string>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns true if two names are equal in any case. A dot at the end of a name is ignored.
inline bool is_same_name(std::string left, std::string right) {
    auto const normalize = [](std::string& name) {
        name.resize(name.size() - (name.ends_with('.') ? 1 : 0));
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char character) {
            return static_cast<char>(std::tolower(character));
        });
    };
    normalize(left);
    normalize(right);
    return left == right;
}

// Returns true if an address of a network interface is `host`, an IPv4 or IPv6 address. Any address
// is one of this machine if `host` is the unspecified address, which is connected to as loopback.
inline bool is_own_address(std::string const& host) {
    auto ipv4 = in_addr{};
    auto ipv6 = in6_addr{};
    auto const zone = host.find('%'); // of a link-local address
    auto const is_ipv4 = ::inet_pton(AF_INET, host.c_str(), &ipv4) == 1;
    auto const is_ipv6 = ::inet_pton(AF_INET6, host.substr(0, zone).c_str(), &ipv6) == 1;
    if ((is_ipv4 && ipv4.s_addr == 0) || (is_ipv6 && IN6_IS_ADDR_UNSPECIFIED(&ipv6))) {
        return true;
    }
    ifaddrs* first = nullptr;
    if ((!is_ipv4 && !is_ipv6) || ::getifaddrs(&first) != 0) {
        return false;
    }
    auto const addresses = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>(first, ::freeifaddrs);
    for (auto const* next = first; next != nullptr; next = next->ifa_next) {
        if (next->ifa_addr == nullptr) {
            continue;
        }
        if (is_ipv4 && next->ifa_addr->sa_family == AF_INET) {
            auto address = sockaddr_in{};
            std::memcpy(&address, next->ifa_addr, sizeof(address));
            if (address.sin_addr.s_addr == ipv4.s_addr) {
                return true;
            }
        } else if (is_ipv6 && next->ifa_addr->sa_family == AF_INET6) {
            auto address = sockaddr_in6{};
            std::memcpy(&address, next->ifa_addr, sizeof(address));
            if (std::memcmp(&address.sin6_addr, &ipv6, sizeof(ipv6)) == 0) {
                return true;
            }
        }
    }
    return false;
}

// Returns true if a host is this machine: loopback, one of its addresses, or its name. Other names
// are not resolved.
inline bool is_this_machine(std::string const& host) {
    char name[256] = {};
    auto const has_name = ::gethostname(name, sizeof(name) - 1) == 0 && name[0] != '\0';
    return io::is_loopback(host) || is_same_name(host, "localhost") ||
           (has_name && is_same_name(host, name)) || is_own_address(host);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
