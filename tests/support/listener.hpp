#pragma once

#include <ousage/core/asio.hpp>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/use_awaitable.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace ousage::test {

/// A free port of loopback, and every socket that belongs to it.
class Listener {
public:
    using Socket = asio::ip::tcp::socket;

    /// Listens at once.
    explicit Listener(asio::any_io_executor const& executor)
        : acceptor_(executor, {asio::ip::address_v4::loopback(), 0}),
          port_(acceptor_.local_endpoint().port()) {}

    /// Where it listens.
    unsigned short port() const { return port_; }

    auto get_executor() { return acceptor_.get_executor(); }

    /// The next connection; null when it listens no more.
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

    /// Closes this socket too, when it stops.
    void keep(std::shared_ptr<Socket> const& socket) { sockets_.push_back(socket); }

    /// Listens no more and closes every connection, so that the io_context runs out of work.
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
