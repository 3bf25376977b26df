#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <system_error>

namespace ousage::test {

/// True if a socket can listen on ::1. Many containers have no IPv6.
inline bool has_ipv6() {
    auto context = asio::io_context();
    auto acceptor = asio::ip::tcp::acceptor(context);
    auto error = std::error_code{};
    acceptor.open(asio::ip::tcp::v6(), error);
    if (!error) {
        acceptor.bind({asio::ip::make_address("::1"), 0}, error);
    }
    return !error;
}

} // namespace ousage::test
