#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/context.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/ssl/verify_mode.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::io::detail {

using TlsStream = asio::ssl::stream<asio::ip::tcp::socket&>;

// The TLS settings that all connections of one client share. Certificates are verified against the
// system's trust store, which is read once; SSL_CERT_FILE and SSL_CERT_DIR override it. Requires
// TLS 1.2 or later.
class TlsContext {
public:
    // Creates the context on first use, because most clients never need it.
    Result<asio::ssl::context*> get() {
        auto const lock = std::lock_guard(mutex_);
        if (!context_) {
            auto context = asio::ssl::context(asio::ssl::context::tls_client);
            asio::error_code error;
            context.set_default_verify_paths(error);
            if (error) {
                return {Errc::tls, "cannot set up TLS: " + error.message()};
            }
            if (::SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION) != 1) {
                return {Errc::tls, "cannot set up TLS: TLS 1.2 is not supported"};
            }
            context_.emplace(std::move(context));
        }
        return &*context_;
    }

private:
    std::mutex mutex_; // clients may be used on several threads
    std::optional<asio::ssl::context> context_;
};

// Creates a TLS stream that requests `host` (SNI) and accepts only a certificate for it.
inline Result<std::unique_ptr<TlsStream>>
make_tls_stream(TlsContext& shared, asio::ip::tcp::socket& socket, std::string const& host) {
    auto const context = shared.get();
    if (!context) {
        return context.failure();
    }
    auto stream = std::make_unique<TlsStream>(socket, **context);
    auto* const handle = stream->native_handle();
    asio::error_code not_literal;
    auto const address = asio::ip::make_address(host.c_str(), not_literal);
    // SNI does not allow address literals (RFC 6066, section 3). Certificates contain no IPv6 zone.
    auto good = false;
    if (not_literal) {
        good = SSL_set_tlsext_host_name(handle, host.c_str()) == 1 &&
               ::SSL_set1_host(handle, host.c_str()) == 1;
        ::SSL_set_hostflags(handle, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    } else {
        auto const text = address.to_string();
        auto const plain = text.substr(0, text.find('%'));
        good = ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(handle), plain.c_str()) == 1;
    }
    asio::error_code error;
    stream->set_verify_mode(asio::ssl::verify_peer, error);
    if (error || !good) {
        return {Errc::tls, "cannot set up TLS with " + host};
    }
    return stream;
}

// Returns why a handshake failed: the certificate error if there is one, else the TLS error.
inline std::string tls_failure_text(TlsStream& stream, asio::error_code const& error) {
    auto const result = ::SSL_get_verify_result(stream.native_handle());
    return result == X509_V_OK ? error.message() : ::X509_verify_cert_error_string(result);
}

} // namespace OUSAGE_NAMESPACE::io::detail
