#pragma once

#include <ousage/core/detail/ascii_lower.hpp>
#include <ousage/io/platform/local_host.hpp>

#if defined(__unix__) || defined(__APPLE__)
#    include <arpa/inet.h>
#    include <ifaddrs.h>
#    include <netinet/in.h>
#    include <sys/socket.h>
#    include <unistd.h>
#endif

#include <cstring>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// Returns true if two names are equal in any case, apart from a dot at the end. No name is empty.
inline bool is_same_name(std::string_view left, std::string_view right) {
    left.remove_suffix(left.ends_with('.') ? 1 : 0);
    right.remove_suffix(right.ends_with('.') ? 1 : 0);
    return !left.empty() && ousage::detail::ascii_lower(left) == ousage::detail::ascii_lower(right);
}

} // namespace detail

#if defined(__unix__) || defined(__APPLE__)

namespace detail {

// True if the interface's address is that one, which has the form of in_addr or in6_addr.
inline bool has_address(ifaddrs const& interface, int family, void const* address) {
    if (interface.ifa_addr == nullptr || interface.ifa_addr->sa_family != family) {
        return false;
    }
    if (family == AF_INET) {
        auto own = sockaddr_in{};
        std::memcpy(&own, interface.ifa_addr, sizeof own);
        return std::memcmp(&own.sin_addr, address, sizeof own.sin_addr) == 0;
    }
    auto own = sockaddr_in6{};
    std::memcpy(&own, interface.ifa_addr, sizeof own);
    return std::memcmp(&own.sin6_addr, address, sizeof own.sin6_addr) == 0;
}

inline bool is_interface_address(int family, void const* address) {
    ifaddrs* interfaces = nullptr;
    if (::getifaddrs(&interfaces) != 0) {
        return false;
    }
    auto found = false;
    for (auto const* one = interfaces; one != nullptr && !found; one = one->ifa_next) {
        found = has_address(*one, family, address);
    }
    ::freeifaddrs(interfaces);
    return found;
}

inline bool is_own_address(in_addr const& address) {
    auto const first = ntohl(address.s_addr) >> 24;
    return address.s_addr == 0 || first == 127 || is_interface_address(AF_INET, &address);
}

inline bool is_own_address(in6_addr const& address) {
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        auto ipv4 = in_addr{};
        std::memcpy(&ipv4, reinterpret_cast<unsigned char const*>(&address) + 12, sizeof ipv4);
        return is_own_address(ipv4);
    }
    return IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LOOPBACK(&address) ||
           is_interface_address(AF_INET6, &address);
}

} // namespace detail

OUSAGE_DECL bool is_local_host(std::string const& host) {
    auto ipv4 = in_addr{};
    if (::inet_pton(AF_INET, host.c_str(), &ipv4) == 1) {
        return detail::is_own_address(ipv4);
    }
    auto ipv6 = in6_addr{};
    auto const unzoned = host.substr(0, host.find('%')); // of a link-local address
    if (::inet_pton(AF_INET6, unzoned.c_str(), &ipv6) == 1) {
        return detail::is_own_address(ipv6);
    }
    char name[256] = {};
    auto const has_name = ::gethostname(name, sizeof name - 1) == 0;
    return detail::is_same_name(host, "localhost") ||
           (has_name && detail::is_same_name(host, name));
}

#else

OUSAGE_DECL bool is_local_host(std::string const& host) {
    return detail::is_same_name(host, "localhost");
}

#endif

} // namespace OUSAGE_NAMESPACE::io
