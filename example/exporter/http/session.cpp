#include "example/exporter/http/session.hpp"

#include "example/exporter/http/parser.hpp"

#include <asio/buffer.hpp>
#include <asio/redirect_error.hpp>
#include <asio/ssl/error.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <array>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ousage::program::http {

namespace {

using asio::ip::tcp;

auto into(std::error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

// One connection over TCP or TLS.
template <class Stream>
class Session {
public:
    Session(
        Stream& stream, asio::ip::address client, Handler& handler,
        Connections::Connection& connection)
        : stream_(stream), client_(std::move(client)), handler_(handler), connection_(connection) {}

    asio::awaitable<void> run() {
        if constexpr (is_tls) {
            auto error = std::error_code();
            co_await stream_.async_handshake(asio::ssl::stream_base::server, into(error));
            if (error) {
                co_return;
            }
            connection_.enter(Phase::head);
        }
        auto keep = true;
        while (keep) {
            auto const received = co_await read_request();
            if (!received) {
                co_return;
            }
            keep = co_await write_response();
        }
        co_await close();
    }

private:
    static constexpr auto is_tls = !std::is_same_v<Stream, tcp::socket>;

    // Reads a request, which may be refused. Returns false if the connection ended without one.
    asio::awaitable<bool> read_request() {
        parser_.begin();
        auto stop = Parser::Stop::input;
        while (stop != Parser::Stop::end) {
            // After the headers, a request without a body ends without further input.
            if (unread_.empty() && stop == Parser::Stop::input) {
                auto const error = co_await fill_buffer();
                if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
                    parser_.finish();
                    co_return parser_.has_begun();
                }
                if (error) {
                    co_return false;
                }
            }
            if (connection_.phase() == Phase::idle) {
                connection_.enter(Phase::head);
            }
            stop = parser_.parse(unread_);
            if (stop == Parser::Stop::head) {
                connection_.enter(Phase::body);
                co_await request_body();
            }
        }
        co_return true;
    }

    asio::awaitable<std::error_code> fill_buffer() {
        auto error = std::error_code();
        auto const space = asio::buffer(buffer_);
        auto const size = co_await stream_.async_read_some(space, into(error));
        unread_ = std::string_view(buffer_.data(), size);
        co_return error;
    }

    // Sends 100 Continue if the client waits for it. A failure is detected by the next read.
    asio::awaitable<void> request_body() {
        if (parser_.request().expects_continue && unread_.empty()) {
            static constexpr auto text = std::string_view("HTTP/1.1 100 Continue\r\n\r\n");
            auto error = std::error_code();
            auto const data = asio::const_buffer(text.data(), text.size());
            co_await asio::async_write(stream_, data, into(error));
        }
    }

    // Returns true if the connection is kept open.
    asio::awaitable<bool> write_response() {
        auto request = parser_.request();
        request.client = client_;
        connection_.enter(Phase::busy);
        auto const response = co_await handler_.respond(request);
        auto const keep = request.keep_alive && !connection_.is_closing();
        auto const head = response_head(response, keep, request.is_http_1_0, std::time(nullptr));
        auto buffers = std::array<asio::const_buffer, 2>();
        buffers[0] = asio::buffer(head);
        buffers[1] =
            asio::buffer(response.body->data(), request.is_head ? 0 : response.body->size());
        auto error = std::error_code();
        connection_.enter(Phase::writing);
        co_await asio::async_write(stream_, buffers, into(error));
        connection_.enter(unread_.empty() ? Phase::idle : Phase::head);
        // A shutdown may have started during the write.
        co_return keep && !error && !connection_.is_closing();
    }

    // Closes the sending direction, then reads until the client closes its own. Closing a socket
    // with unread data would reset the connection and might discard the last response.
    asio::awaitable<void> close() {
        auto error = std::error_code();
        connection_.enter(Phase::lingering);
        if constexpr (is_tls) {
            // Sends close_notify without waiting for that of the client.
            ::SSL_set_shutdown(stream_.native_handle(), SSL_RECEIVED_SHUTDOWN);
            co_await stream_.async_shutdown(into(error));
        }
        auto& socket = tcp_socket();
        socket.shutdown(tcp::socket::shutdown_send, error);
        std::size_t drained = 0;
        auto ignored = std::error_code();
        auto const has_more =
            parser_.request().refusal != 0 || !unread_.empty() || socket.available(ignored) > 0;
        auto const limit = has_more || !connection_.is_closing() ? connection_.limits().drain : 0;
        while (!error && drained < limit) {
            auto const space = asio::buffer(buffer_);
            drained += co_await socket.async_read_some(space, into(error));
        }
    }

    tcp::socket& tcp_socket() {
        if constexpr (is_tls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }

    Stream& stream_;
    asio::ip::address client_;
    Handler& handler_;
    Connections::Connection& connection_;
    Parser parser_;
    std::array<char, 4096> buffer_;
    std::string_view unread_; // in the buffer: further requests of a pipeline
};

} // namespace

asio::awaitable<void> serve_connection(
    tcp::socket socket, asio::ip::address client, std::shared_ptr<asio::ssl::context> tls,
    Handler& handler, std::shared_ptr<Connections> connections) {
    if (tls) {
        using Stream = asio::ssl::stream<tcp::socket>;
        auto stream = Stream(std::move(socket), *tls);
        auto connection =
            Connections::Connection(*connections, stream.lowest_layer(), Phase::handshake);
        auto session = Session<Stream>(stream, std::move(client), handler, connection);
        co_await session.run();
    } else {
        auto connection = Connections::Connection(*connections, socket, Phase::head);
        auto session = Session<tcp::socket>(socket, std::move(client), handler, connection);
        co_await session.run();
    }
}

} // namespace ousage::program::http
