#pragma once

#include <ousage/core/asio.hpp>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/use_awaitable.hpp>

#include <memory>
#include <utility>
#include <vector>

// A namespace of its own for tests, without the options of the library.
namespace ousage::test {

/// Listens on a free loopback port and owns every socket of it.
class LoopbackAcceptor {
public:
    using Socket = asio::ip::tcp::socket;

    /// Starts listening.
    explicit LoopbackAcceptor(asio::any_io_executor const& executor)
        : acceptor_(executor, {asio::ip::address_v4::loopback(), 0}),
          port_(acceptor_.local_endpoint().port()) {}

    /// Returns the port.
    unsigned short port() const { return port_; }

    auto get_executor() { return acceptor_.get_executor(); }

    /// Returns the next connection; null after `stop`.
    asio::awaitable<std::shared_ptr<Socket>> accept() {
        auto [error, accepted] =
            co_await acceptor_.async_accept(ousage::as_tuple(asio::use_awaitable));
        if (error) {
            co_return nullptr;
        }
        auto socket = std::make_shared<Socket>(std::move(accepted));
        keep(socket);
        co_return socket;
    }

    /// Adds a socket for `stop` to close.
    void keep(std::shared_ptr<Socket> const& socket) { sockets_.push_back(socket); }

    /// Stops listening and closes every connection, so that the io_context runs out of work.
    void stop() {
        asio::error_code ignored;
        acceptor_.close(ignored);
        for (auto const& weak : sockets_) {
            if (auto const socket = weak.lock()) {
                socket->close(ignored);
            }
        }
    }

private:
    asio::ip::tcp::acceptor acceptor_;
    unsigned short port_;
    std::vector<std::weak_ptr<Socket>> sockets_;
};

} // namespace ousage::test
