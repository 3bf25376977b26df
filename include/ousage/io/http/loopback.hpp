#pragma once

#include <ousage/config.hpp>

#include <asio/ip/address.hpp>

#include <string>

namespace OUSAGE_NAMESPACE::io {

/// Returns true for `localhost`, 127.0.0.0/8 and ::1. Other names are not resolved: their addresses
/// could change between this check and the connection.
inline bool is_loopback(std::string const& host) {
    if (host == "localhost") {
        return true;
    }
    asio::error_code error;
    auto const address = asio::ip::make_address(host.c_str(), error);
    if (error) {
        return false;
    }
    auto const mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    return mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback()
                  : address.is_loopback();
}

} // namespace OUSAGE_NAMESPACE::io
