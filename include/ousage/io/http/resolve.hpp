#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <asio/awaitable.hpp>
#include <asio/ip/basic_endpoint.hpp>

#include <string>
#include <vector>

namespace asio::ip {
class tcp; // asio/ip/tcp.hpp also includes sockets
}

namespace OUSAGE_NAMESPACE::io {

/// The addresses of a server, in the order to try them.
using Endpoints = std::vector<asio::ip::basic_endpoint<asio::ip::tcp>>;

/// Resolves a host name. Blocks without a time limit.
using Lookup = Result<Endpoints> (*)(std::string const& host, unsigned short port);

/// Resolves with getaddrinfo(3), for stream sockets.
OUSAGE_DECL Result<Endpoints> system_lookup(std::string const& host, unsigned short port);

/// Returns the addresses of `host`. Address literals and `localhost` need no lookup. Other names
/// are resolved on a separate thread. Cancellation abandons that thread, because getaddrinfo cannot
/// be interrupted; so a slow lookup does not delay deadlines, other sources or the end of the
/// program.
OUSAGE_DECL asio::awaitable<Result<Endpoints>>
resolve(std::string host, std::string port, Lookup lookup = &system_lookup);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/resolve.hpp>
#endif
