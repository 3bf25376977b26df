#pragma once

#include <ousage/config.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/http/url.hpp>

#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <netdb.h>

#include <cstring>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// The addresses of a server, in the order to try them.
using Endpoints = std::vector<asio::ip::tcp::endpoint>;

/// Resolves a host name. Blocks without a time limit.
using LookUp = Result<Endpoints> (*)(std::string const& host, unsigned short port);

/// Resolves with getaddrinfo(3), for stream sockets.
inline Result<Endpoints> system_look_up(std::string const& host, unsigned short port) {
    auto hints = addrinfo{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    auto const code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (code != 0) {
        return {Errc::resolve, "cannot resolve " + host + ": " + ::gai_strerror(code)};
    }
    auto found = Endpoints{};
    for (auto const* entry = list; entry != nullptr; entry = entry->ai_next) {
        auto endpoint = asio::ip::tcp::endpoint{};
        if (entry->ai_addrlen <= endpoint.capacity()) {
            std::memcpy(endpoint.data(), entry->ai_addr, entry->ai_addrlen);
            endpoint.resize(entry->ai_addrlen);
            found.push_back(endpoint);
        }
    }
    ::freeaddrinfo(list);
    return found;
}

/// Returns the addresses of `host`. Address literals and `localhost` need no look-up. Other names
/// are resolved on a separate thread. Cancellation abandons that thread, because getaddrinfo cannot
/// be interrupted; so a slow look-up does not delay deadlines, other sources or the end of the
/// program.
inline asio::awaitable<Result<Endpoints>>
resolve(std::string host, std::string port, LookUp look_up = &system_look_up) {
    auto const number = port_number(port);
    if (!number) {
        co_return Result<Endpoints>(Errc::connect, "port " + port + " cannot be connected to");
    }
    asio::error_code not_literal;
    auto const address = asio::ip::make_address(host.c_str(), not_literal);
    auto endpoints = Endpoints{};
    if (!not_literal) {
        endpoints.emplace_back(address, *number);
        co_return endpoints;
    }
    if (host == "localhost") {
        endpoints.emplace_back(asio::ip::address_v4::loopback(), *number);
        endpoints.emplace_back(asio::ip::address_v6::loopback(), *number);
        co_return endpoints;
    }
    auto work = [host = std::move(host), number = *number, look_up](std::stop_token) {
        return look_up(host, number);
    };
    co_return co_await offload(std::move(work));
}

} // namespace OUSAGE_NAMESPACE::io
