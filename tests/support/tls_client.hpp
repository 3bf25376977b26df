#pragma once

#include "raw_client.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ousage::test {

/// A blocking TLS client for loopback that sends any bytes. It does not verify the server.
class TlsClient {
public:
    /// Presents `certificate` and `key` (files, PEM), if given.
    explicit TlsClient(
        std::uint16_t port, std::string const& certificate = {}, std::string const& key = {})
        : client_(port), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
        if (!certificate.empty() &&
            (SSL_CTX_use_certificate_file(context_.get(), certificate.c_str(), SSL_FILETYPE_PEM) !=
                 1 ||
             SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)) {
            throw std::runtime_error("cannot use the certificate");
        }
        tls_.reset(SSL_new(context_.get()));
        std::signal(SIGPIPE, SIG_IGN); // OpenSSL does not set MSG_NOSIGNAL
        SSL_set_fd(tls_.get(), client_.descriptor());
        is_connected_ = SSL_connect(tls_.get()) == 1;
        ERR_clear_error();
    }

    /// Returns true if the handshake succeeded. With TLS 1.3, the server may reject the client's
    /// certificate after it.
    bool is_connected() const { return is_connected_; }

    bool send(std::string_view bytes) {
        std::size_t sent = 0;
        return bytes.empty() || SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent) == 1;
    }

    /// Closes the sending direction, with close_notify.
    void half_close() {
        SSL_shutdown(tls_.get());
        client_.half_close();
    }

    /// Appends received bytes. Returns false if the peer closed the connection.
    bool read_some(std::string& into) {
        char buffer[16384];
        std::size_t count = 0;
        auto const good = SSL_read_ex(tls_.get(), buffer, sizeof(buffer), &count) == 1;
        into.append(buffer, good ? count : 0);
        ERR_clear_error();
        return good;
    }

private:
    struct FreeSsl {
        void operator()(SSL* tls) const { SSL_free(tls); }
    };

    RawClient client_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, FreeSsl> tls_;
    bool is_connected_ = false;
};

} // namespace ousage::test
