#pragma once

#include <ousage/io/platform/local_host.hpp>

#if defined(__unix__) || defined(__APPLE__)
#    include <arpa/inet.h>
#    include <ifaddrs.h>
#    include <netinet/in.h>
#    include <strings.h>
#    include <sys/socket.h>
#    include <unistd.h>
#endif

#include <cstring>
#include <string>

namespace OUSAGE_NAMESPACE::io {

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

} // namespace detail

OUSAGE_DECL bool is_local_host(std::string const& host) {
    unsigned char address[16];
    auto const unzoned = host.substr(0, host.find('%'));
    for (auto const family : {AF_INET, AF_INET6}) {
        if (::inet_pton(family, unzoned.c_str(), address) == 1) {
            return detail::is_interface_address(family, address);
        }
    }
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 && !host.empty() &&
           ::strcasecmp(name, host.c_str()) == 0;
}

#else

OUSAGE_DECL bool is_local_host(std::string const&) {
    return false;
}

#endif

} // namespace OUSAGE_NAMESPACE::io
