#pragma once

#include <ousage/config.hpp>

#include <asio/ip/address.hpp>

#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::io::detail {

// Parses an address literal. Converts an IPv4-mapped IPv6 address to IPv4.
inline std::optional<asio::ip::address> parse_address(std::string const& text) {
    asio::error_code error;
    auto const address = asio::ip::make_address(text.c_str(), error);
    if (error) {
        return std::nullopt;
    }
    auto const mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    return mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()) : address;
}

} // namespace OUSAGE_NAMESPACE::io::detail
