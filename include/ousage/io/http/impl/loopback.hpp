#pragma once

#include <ousage/io/http/detail/ip_address.hpp>
#include <ousage/io/http/loopback.hpp>

namespace OUSAGE_NAMESPACE::io {

OUSAGE_DECL bool is_loopback(std::string const& host) {
    auto const address = detail::parse_address(host);
    return host == "localhost" || (address && address->is_loopback());
}

} // namespace OUSAGE_NAMESPACE::io
