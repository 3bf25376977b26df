#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/io/http/resolve.hpp>
#include <ousage/io/http/url.hpp>

#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <netdb.h>

#include <cstring>
#include <stop_token>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// A lookup to run on a separate thread.
struct LookupWork {
    std::string host;
    unsigned short port;
    Lookup lookup;

    Result<Endpoints> operator()(std::stop_token const&) const { return lookup(host, port); }
};

} // namespace detail

OUSAGE_DECL Result<Endpoints> system_lookup(std::string const& host, unsigned short port) {
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

OUSAGE_DECL asio::awaitable<Result<Endpoints>>
resolve(std::string host, std::string port, Lookup lookup) {
    auto const number = port_number(port);
    if (!number) {
        co_return Result<Endpoints>(
            Errc::connect, "port " + port + " is not a number from 1 to 65535");
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
    auto work = detail::LookupWork{std::move(host), *number, lookup};
    co_return co_await offload(work);
}

} // namespace OUSAGE_NAMESPACE::io
