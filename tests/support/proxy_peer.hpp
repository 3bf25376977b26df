#pragma once

#include <ousage/core/asio.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/testing/loopback_acceptor.hpp>

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ousage::test {

/// An HTTP proxy on loopback. Sends the same reply to each CONNECT; if the reply has status 200,
/// connects to one server, whatever target was requested. Runs on the test's io_context.
class ProxyPeer {
public:
    /// Starts listening on a free port.
    ProxyPeer(
        asio::io_context& context, unsigned short server,
        std::string reply = "HTTP/1.1 200 Connection established\r\n\r\n")
        : state_(std::make_shared<State>(context.get_executor(), server, std::move(reply))) {
        auto work = accept(state_);
        asio::co_spawn(context, std::move(work), asio::detached);
    }

    ProxyPeer(ProxyPeer const&) = delete;
    ProxyPeer& operator=(ProxyPeer const&) = delete;

    ~ProxyPeer() { stop(); }

    /// Returns `127.0.0.1:PORT`.
    std::string address() const { return "127.0.0.1:" + std::to_string(state_->acceptor.port()); }

    /// Returns the header sections of the requests, in order.
    std::vector<std::string> const& heads() const { return state_->heads; }

    /// Returns all bytes that clients sent through the proxy.
    std::string const& upstream_bytes() const { return state_->bytes; }

    /// Stops listening and closes every connection.
    void stop() { state_->acceptor.stop(); }

private:
    using Socket = LoopbackAcceptor::Socket;

    struct State {
        State(asio::any_io_executor const& executor, unsigned short to, std::string response)
            : acceptor(executor), server(to), reply(std::move(response)) {}

        LoopbackAcceptor acceptor;
        unsigned short server;
        std::string reply;
        std::vector<std::string> heads;
        std::string bytes;
    };

    using Shared = std::shared_ptr<State>;

    static asio::awaitable<void> accept(Shared state) {
        for (;;) {
            auto socket = co_await state->acceptor.accept();
            if (!socket) {
                co_return;
            }
            auto const executor = state->acceptor.get_executor();
            auto work = serve(state, std::move(socket));
            asio::co_spawn(executor, std::move(work), asio::detached);
        }
    }

    static asio::awaitable<void> serve(Shared state, std::shared_ptr<Socket> client) {
        auto head = std::string{};
        auto room = asio::dynamic_buffer(head);
        auto [cut, size] = co_await asio::async_read_until(
            *client, room, "\r\n\r\n", ousage::as_tuple(asio::use_awaitable));
        if (cut) {
            co_return;
        }
        state->heads.push_back(head);
        auto const text = asio::buffer(state->reply.data(), state->reply.size());
        auto [lost, sent] =
            co_await asio::async_write(*client, text, ousage::as_tuple(asio::use_awaitable));
        if (lost || state->reply.find(" 200 ") == std::string::npos) {
            co_return;
        }
        auto const executor = client->get_executor();
        auto server = std::make_shared<Socket>(executor);
        state->acceptor.keep(server);
        auto const endpoint =
            asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), state->server);
        auto [refused] =
            co_await server->async_connect(endpoint, ousage::as_tuple(asio::use_awaitable));
        if (refused) {
            co_return;
        }
        auto down = copy(nullptr, server, client);
        asio::co_spawn(executor, std::move(down), asio::detached);
        co_await copy(state, client, server);
    }

    static asio::awaitable<void>
    copy(Shared log, std::shared_ptr<Socket> from, std::shared_ptr<Socket> to) {
        auto bytes = std::array<char, 16 * 1024>{};
        for (;;) {
            auto const room = asio::buffer(bytes.data(), bytes.size());
            auto [cut, count] =
                co_await from->async_read_some(room, ousage::as_tuple(asio::use_awaitable));
            if (cut) {
                break;
            }
            if (log) {
                log->bytes.append(bytes.data(), count);
            }
            auto const full = asio::buffer(bytes.data(), count);
            auto [lost, sent] =
                co_await asio::async_write(*to, full, ousage::as_tuple(asio::use_awaitable));
            if (lost) {
                break;
            }
        }
        asio::error_code ignored;
        to->close(ignored);
    }

    Shared state_;
};

} // namespace ousage::test
