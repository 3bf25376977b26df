#pragma once

#include "example/exporter/authority.hpp"
#include <ousage/core/asio.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/testing/loopback_acceptor.hpp>

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/context.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ousage::test {

using program::Identity;
using program::make_authority;
using program::make_identity;
using program::Subject;

/// A TLS server on loopback that forwards decrypted data to a plain server, as a reverse proxy
/// does. Runs on the test's io_context.
class TlsPeer {
public:
    /// Behaviour of the server.
    enum class Mode {
        serve,    ///< correct, including close_notify
        hang,     ///< accepts the connection but never responds to the handshake
        truncate, ///< closes the connection without close_notify
        garbage,  ///< responds to the handshake with plain text
    };

    /// Starts listening on a free port with that certificate; `upstream` responds to the requests.
    TlsPeer(
        asio::io_context& context, Identity const& identity, io::Url const& upstream,
        Mode mode = Mode::serve)
        : state_(std::make_shared<State>(context.get_executor(), upstream, mode)) {
        identity.serve(native());
        auto work = accept(state_);
        asio::co_spawn(context, std::move(work), asio::detached);
    }

    TlsPeer(TlsPeer const&) = delete;
    TlsPeer& operator=(TlsPeer const&) = delete;

    ~TlsPeer() { stop(); }

    /// Returns the OpenSSL context, for test settings such as protocol versions.
    SSL_CTX* native() { return state_->tls.native_handle(); }

    /// Returns `https://localhost:PORT`.
    io::Url url(std::string host = "localhost") const {
        return {"https", std::move(host), std::to_string(state_->acceptor.port()), ""};
    }

    /// Return the number of accepted connections and of completed handshakes.
    std::size_t connections() const { return state_->connections; }

    std::size_t handshakes() const { return state_->handshakes; }

    /// Returns the server names that clients requested (SNI), in order; empty strings if none.
    std::vector<std::string> const& server_names() const { return state_->server_names; }

    /// Returns the protocol of the last handshake, for example `TLSv1.3`.
    std::string const& protocol() const { return state_->protocol; }

    /// Stops listening and closes every connection.
    void stop() { state_->acceptor.stop(); }

private:
    using Socket = LoopbackAcceptor::Socket;
    using Stream = asio::ssl::stream<Socket&>;

    struct State {
        State(asio::any_io_executor const& executor, io::Url to, Mode its_mode)
            : acceptor(executor), upstream(std::move(to)), mode(its_mode) {}

        LoopbackAcceptor acceptor;
        asio::ssl::context tls{asio::ssl::context::tls_server};
        io::Url upstream;
        Mode mode;
        std::size_t connections = 0, handshakes = 0;
        std::vector<std::string> server_names;
        std::string protocol;
    };

    using Shared = std::shared_ptr<State>;

    // Keeps both sockets of a connection alive until both directions have ended.
    struct Link {
        Link(Shared shared, std::shared_ptr<Socket> accepted)
            : state(std::move(shared)),
              outer(std::move(accepted)),
              inner(std::make_shared<Socket>(outer->get_executor())),
              stream(*outer, state->tls) {}

        Shared state;
        std::shared_ptr<Socket> outer, inner;
        Stream stream;
    };

    static asio::awaitable<void> accept(Shared state) {
        for (;;) {
            auto socket = co_await state->acceptor.accept();
            if (!socket) {
                co_return;
            }
            asio::error_code ignored;
            socket->set_option(asio::ip::tcp::no_delay(true), ignored);
            auto link = std::make_shared<Link>(state, std::move(socket));
            state->acceptor.keep(link->inner);
            ++state->connections;
            auto const executor = state->acceptor.get_executor();
            auto work = serve(std::move(link));
            asio::co_spawn(executor, std::move(work), asio::detached);
        }
    }

    static asio::awaitable<void> serve(std::shared_ptr<Link> link) {
        auto& state = *link->state;
        if (state.mode == Mode::garbage) {
            auto const text = std::string("HTTP/1.1 400 Bad Request\r\n\r\n");
            auto const buffer = asio::buffer(text.data(), text.size());
            co_await asio::async_write(*link->outer, buffer, ousage::as_tuple(asio::use_awaitable));
            co_return;
        }
        if (state.mode == Mode::hang) {
            auto bytes = std::array<char, 4096>{};
            for (;;) {
                auto const room = asio::buffer(bytes.data(), bytes.size());
                auto [cut, count] = co_await link->outer->async_read_some(
                    room, ousage::as_tuple(asio::use_awaitable));
                if (cut) {
                    co_return;
                }
            }
        }
        auto [failed] = co_await link->stream.async_handshake(
            asio::ssl::stream_base::server, ousage::as_tuple(asio::use_awaitable));
        if (failed) {
            co_return;
        }
        ++state.handshakes;
        auto* const handle = link->stream.native_handle();
        auto const* const name = SSL_get_servername(handle, TLSEXT_NAMETYPE_host_name);
        state.server_names.emplace_back(name == nullptr ? "" : name);
        state.protocol = SSL_get_version(handle);
        auto const address = asio::ip::make_address(state.upstream.host.c_str());
        auto const port = io::port_number(state.upstream.port).value_or(0);
        auto const endpoint = asio::ip::tcp::endpoint(address, port);
        auto [refused] =
            co_await link->inner->async_connect(endpoint, ousage::as_tuple(asio::use_awaitable));
        if (!refused) {
            asio::error_code ignored;
            link->inner->set_option(asio::ip::tcp::no_delay(true), ignored);
            auto const executor = link->outer->get_executor();
            auto up = copy_up(link);
            asio::co_spawn(executor, std::move(up), asio::detached);
            co_await copy_down(*link);
        }
        asio::error_code ignored;
        link->outer->close(ignored);
    }

    static asio::awaitable<void> copy_up(std::shared_ptr<Link> link) {
        co_await copy(link->stream, *link->inner);
        asio::error_code ignored;
        link->inner->close(ignored);
    }

    static asio::awaitable<void> copy_down(Link& link) {
        co_await copy(*link.inner, link.stream);
        if (link.state->mode == Mode::serve && link.outer->is_open()) {
            co_await link.stream.async_shutdown(ousage::as_tuple(asio::use_awaitable));
        }
    }

    template <class From, class To>
    static asio::awaitable<void> copy(From& from, To& to) {
        auto bytes = std::array<char, 16 * 1024>{};
        for (;;) {
            auto const room = asio::buffer(bytes.data(), bytes.size());
            auto [cut, count] =
                co_await from.async_read_some(room, ousage::as_tuple(asio::use_awaitable));
            if (count == 0 || cut) {
                co_return;
            }
            auto const full = asio::buffer(bytes.data(), count);
            auto [lost, sent] =
                co_await asio::async_write(to, full, ousage::as_tuple(asio::use_awaitable));
            if (lost) {
                co_return;
            }
        }
    }

    Shared state_;
};

} // namespace ousage::test
