#pragma once

#include <ousage/config.hpp>
#include <ousage/core/asio.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/http/base64.hpp>
#include <ousage/io/http/detail/connect.hpp>
#include <ousage/io/http/http_response.hpp>
#include <ousage/io/http/proxy.hpp>
#include <ousage/io/http/resolve.hpp>
#include <ousage/io/http/url.hpp>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/system_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#if OUSAGE_WITH_TLS
#    include <ousage/io/http/detail/tls_stream.hpp>
#else
namespace OUSAGE_NAMESPACE::io::detail {

class TlsContext {};

} // namespace OUSAGE_NAMESPACE::io::detail
#endif

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io::detail {

using ousage::as_tuple;

// Throws if the operation was cancelled, which ends the coroutine. Returns any other error as a
// failure of `stage`.
inline Failure failed(Errc stage, asio::error_code const& error, std::string const& action) {
    if (error == asio::error::operation_aborted) {
        throw asio::system_error(error);
    }
    return Failure{{}, make_error_code(stage), action + ": " + error.message()};
}

// One connection to a server, plain or TLS. The destructor closes it.
class Connection {
public:
    explicit Connection(asio::any_io_executor const& executor) : socket_(executor) {}

    asio::awaitable<std::optional<Failure>>
    open(Url const& url, TlsContext& tls, std::optional<Proxy> const& proxy) {
        auto const& next = proxy ? proxy->url : url;
        auto const endpoints = co_await resolve(next.host, next.port);
        if (!endpoints) {
            co_return endpoints.failure();
        }
        auto race = ConnectRace(socket_.get_executor(), *endpoints);
        auto connected = co_await race.run();
        auto const peer = (proxy ? "the proxy " : "") + authority(next);
        if (!connected) {
            co_return failed(Errc::connect, race.error(), "cannot connect to " + peer);
        }
        socket_ = std::move(*connected);
        asio::error_code ignored;
        socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        if (proxy) {
            auto const no_tunnel = co_await tunnel(url, *proxy);
            if (no_tunnel) {
                auto failure = Failure{{}, make_error_code(Errc::connect), {}};
                failure.text = "cannot connect through " + peer + ": " + no_tunnel->text;
                co_return failure;
            }
        }
        if (url.scheme == "https") {
            co_return co_await secure(url.host, tls);
        }
        co_return std::nullopt;
    }

    asio::awaitable<std::optional<Failure>> write(std::string const& bytes) {
        auto const buffer = asio::buffer(bytes.data(), bytes.size());
        asio::error_code result;
#if OUSAGE_WITH_TLS
        if (tls_) {
            auto [error, count] =
                co_await asio::async_write(*tls_, buffer, as_tuple(asio::use_awaitable));
            result = error;
        } else
#endif
        {
            auto [error, count] =
                co_await asio::async_write(socket_, buffer, as_tuple(asio::use_awaitable));
            result = error;
        }
        if (result) {
            co_return failed(Errc::send, result, "cannot send the request");
        }
        co_return std::nullopt;
    }

    // Feeds the reader until the response is complete or has failed.
    asio::awaitable<std::optional<Failure>> read(HttpResponseReader& reader) {
        // Allocate the buffer here, not in the connection: thousands of connections may be idle.
        auto bytes = std::vector<char>(16 * 1024);
        auto const buffer = asio::buffer(bytes);
        while (!reader.done() && !reader.failure()) {
            asio::error_code result;
            std::size_t count = 0;
#if OUSAGE_WITH_TLS
            if (tls_) {
                auto [error, received] =
                    co_await tls_->async_read_some(buffer, as_tuple(asio::use_awaitable));
                result = error;
                count = received;
            } else
#endif
            {
                auto [error, received] =
                    co_await socket_.async_read_some(buffer, as_tuple(asio::use_awaitable));
                result = error;
                count = received;
            }
            surplus_ = reader.feed(std::string_view(bytes.data(), count)) < count;
            reusable_ = !surplus_;
            if (result == asio::error::eof) {
                reader.finish();
                reusable_ = false;
            } else if (result) {
                co_return failed(Errc::receive, result, "cannot read the response");
            }
        }
        reusable_ = reusable_ && reader.keep_alive();
        co_return reader.failure();
    }

    // Returns true if an idle connection is open and has no unread bytes. Unread bytes belong to no
    // request: some servers send a 408 response before they close an idle connection.
    bool is_quiet() {
#if OUSAGE_WITH_TLS
        if (tls_ && ::SSL_has_pending(tls_->native_handle()) == 1) {
            return false;
        }
#endif
        asio::error_code error;
        socket_.non_blocking(true, error);
        auto byte = char{};
        auto const buffer = asio::buffer(&byte, 1);
        if (!error) {
            socket_.receive(buffer, asio::socket_base::message_peek, error);
        }
        return error == asio::error::would_block || error == asio::error::try_again;
    }

    // Returns true if the connection can be reused after the last response.
    bool reusable() const noexcept { return reusable_; }

private:
    // Requests a tunnel to the server from the proxy (CONNECT). After that, the proxy only
    // forwards bytes.
    asio::awaitable<std::optional<Failure>> tunnel(Url const& url, Proxy const& proxy) {
        auto const target = authority(url);
        auto text = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
        if (!proxy.credentials.empty()) {
            text += "Proxy-Authorization: Basic " + to_base64(proxy.credentials.reveal()) + "\r\n";
        }
        text += "\r\n";
        auto const unsent = co_await write(text);
        if (unsent) {
            co_return unsent;
        }
        auto reader = HttpResponseReader(true);
        auto const no_response = co_await read(reader);
        if (no_response) {
            co_return no_response;
        }
        auto const status = reader.response().status;
        if (status < 200 || status > 299) {
            co_return Failure{
                {}, make_error_code(Errc::connect), "HTTP status " + std::to_string(status)};
        }
        // Bytes after the header section would be read as bytes of the server.
        if (std::exchange(surplus_, false)) {
            co_return Failure{{}, make_error_code(Errc::parse), "it sent bytes after its response"};
        }
        co_return std::nullopt;
    }

    asio::awaitable<std::optional<Failure>>
    secure([[maybe_unused]] std::string const& host, [[maybe_unused]] TlsContext& context) {
#if OUSAGE_WITH_TLS
        auto prepared = make_tls_stream(context, socket_, host);
        if (!prepared) {
            co_return prepared.failure();
        }
        tls_ = std::move(*prepared);
        auto [error] = co_await tls_->async_handshake(
            asio::ssl::stream_base::client, as_tuple(asio::use_awaitable));
        if (error) {
            auto failure = failed(Errc::tls, error, {});
            failure.text = "TLS with " + host + " failed: " + tls_failure_text(*tls_, error);
            co_return failure;
        }
        co_return std::nullopt;
#else
        co_return Failure{
            {}, make_error_code(Errc::unsupported), "https needs a build with OUSAGE_WITH_TLS"};
#endif
    }

    asio::ip::tcp::socket socket_;
#if OUSAGE_WITH_TLS
    std::unique_ptr<TlsStream> tls_;
#endif
    bool surplus_ = false;
    bool reusable_ = false;
};

} // namespace OUSAGE_NAMESPACE::io::detail
