#pragma once

#include <ousage/core/result.hpp>

#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/context.hpp>
#include <asio/ssl/host_name_verification.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/ssl/verify_mode.hpp>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <utility>

namespace ousage::io::detail {

// A stream over a connected socket, with the context that it needs for as long as it lives.
class TlsStream {
public:
    using next_layer_type = asio::ip::tcp::socket&;
    using executor_type = asio::any_io_executor;

    TlsStream(asio::ssl::context context, asio::ip::tcp::socket& socket)
        : context_(std::move(context)), stream_(socket, context_) {}

    asio::ssl::stream<asio::ip::tcp::socket&>& stream() { return stream_; }

    executor_type get_executor() { return stream_.get_executor(); }

    template <class Token>
    auto async_handshake(asio::ssl::stream_base::handshake_type type, Token&& token) {
        return stream_.async_handshake(type, std::forward<Token>(token));
    }

    template <class Buffers, class Token>
    auto async_read_some(Buffers const& buffers, Token&& token) {
        return stream_.async_read_some(buffers, std::forward<Token>(token));
    }

    template <class Buffers, class Token>
    auto async_write_some(Buffers const& buffers, Token&& token) {
        return stream_.async_write_some(buffers, std::forward<Token>(token));
    }

private:
    asio::ssl::context context_;
    asio::ssl::stream<asio::ip::tcp::socket&> stream_;
};

// Chain and host name are verified against the system's store, which SSL_CERT_FILE and SSL_CERT_DIR
// override; TLS 1.2 at least.
inline Result<std::unique_ptr<TlsStream>>
make_tls_stream(asio::ip::tcp::socket& socket, std::string const& host) {
    auto const failed = [](asio::error_code const& error) {
        return Result<std::unique_ptr<TlsStream>>(
            Errc::tls, "cannot set up TLS: " + error.message());
    };
    auto context = asio::ssl::context(asio::ssl::context::tls_client);
    asio::error_code error;
    context.set_default_verify_paths(error);
    if (error) {
        return failed(error);
    }
    ::SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    auto stream = std::make_unique<TlsStream>(std::move(context), socket);
    auto& inner = stream->stream();
    inner.set_verify_mode(asio::ssl::verify_peer, error);
    if (!error) {
        inner.set_verify_callback(asio::ssl::host_name_verification(host), error);
    }
    if (error) {
        return failed(error);
    }
    // A literal address is no server name (RFC 6066, section 3).
    asio::error_code not_literal;
    asio::ip::make_address(host.c_str(), not_literal);
    if (not_literal) {
        SSL_set_tlsext_host_name(inner.native_handle(), host.c_str());
    }
    return stream;
}

} // namespace ousage::io::detail
