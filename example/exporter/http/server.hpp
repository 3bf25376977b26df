#pragma once

#include "example/exporter/http/connections.hpp"
#include "example/exporter/http/session.hpp"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/context.hpp>
#include <asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>

namespace ousage::program::http {

/// An HTTP/1.1 server. A coroutine per connection serves its requests; one timer checks all
/// deadlines. If there are too many connections, or no descriptor is left, the connection for
/// which the server has waited longest is closed in favour of a new one. Runs on one thread. Must
/// outlive the execution of `context`, but not `context`.
class Server {
public:
    /// Returns the TLS context of a new connection; null for plain HTTP.
    using Tls = std::function<std::shared_ptr<asio::ssl::context>()>;

    /// Creates a server that does not listen yet. `handler` must outlive it.
    Server(asio::io_context& context, Handler& handler, Limits const& limits, Tls tls);
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    /// Listens on an address, and returns it with the port. Port 0 selects a free one. The address
    /// `::` accepts IPv4, too, if `dual_stack`. May be called for several addresses. Throws
    /// std::system_error.
    asio::ip::tcp::endpoint listen(asio::ip::tcp::endpoint const& endpoint, bool dual_stack);

    /// Serves the connections of a TCP socket that listens already, and owns it. Returns its
    /// address. Throws std::system_error if the descriptor is another one.
    asio::ip::tcp::endpoint listen_on(int descriptor);

    /// Stops listening. Connections end after their current response, those without a request at
    /// once.
    void close();

    /// Returns the number of connections that have not ended.
    std::size_t size() const noexcept { return connections_->size() + starting_; }

    /// Returns the connections, for their numbers.
    Connections const& connections() const noexcept { return *connections_; }

    /// Returns the number of connections that ended with an exception.
    std::uint64_t failed() const noexcept { return failed_; }

private:
    void set_options(asio::ip::tcp::acceptor& acceptor) const;
    asio::ip::tcp::endpoint start(asio::ip::tcp::acceptor acceptor);
    asio::awaitable<void> accept(asio::ip::tcp::acceptor& acceptor);
    asio::awaitable<void> make_room(bool retry);
    bool is_full() const;
    void begin_turn();
    void serve(asio::ip::tcp::socket socket, asio::ip::address client);
    asio::awaitable<void> run(asio::ip::tcp::socket socket, asio::ip::address client);
    void end_connection(std::exception_ptr const& thrown);
    void start_timer();

    asio::io_context& context_;
    Handler& handler_;
    Tls tls_;
    std::shared_ptr<Connections> connections_; // shared with the coroutines
    std::list<asio::ip::tcp::acceptor> acceptors_;
    asio::steady_timer timer_;
    std::size_t starting_ = 0; // accepted, but their coroutine has not run yet
    std::uint64_t failed_ = 0;
    bool is_timer_set_ = false, is_turning_ = false, is_closing_ = false;
};

} // namespace ousage::program::http
