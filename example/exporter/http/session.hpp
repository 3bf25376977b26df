#pragma once

#include "example/exporter/http/connections.hpp"
#include "example/exporter/http/request.hpp"
#include "example/exporter/http/response.hpp"

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/context.hpp>

#include <memory>

namespace ousage::program::http {

/// Computes the responses of a server. Used on one thread.
class Handler {
public:
    virtual ~Handler() = default;

    /// Returns the response to a request, which may be a refused one. The request remains valid
    /// until the response is returned. An exception ends the connection.
    virtual asio::awaitable<Response> respond(Request const& request) = 0;
};

/// Serves the requests of an accepted connection one after another until it ends. While a response
/// is computed or written, nothing is read. `tls` may be null: plain HTTP. The coroutine holds
/// `tls` and `connections`. `handler` must outlive its execution.
asio::awaitable<void> serve_connection(
    asio::ip::tcp::socket socket, asio::ip::address client, std::shared_ptr<asio::ssl::context> tls,
    Handler& handler, std::shared_ptr<Connections> connections);

} // namespace ousage::program::http
