#pragma once

#include <asio/ssl/context.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ousage::program::http {

/// The server's TLS settings: `tls_server_config` of the Prometheus exporter-toolkit.
struct TlsConfig {
    std::filesystem::path cert_file;      ///< the server's certificate chain, PEM
    std::filesystem::path key_file;       ///< its private key, PEM
    std::filesystem::path client_ca_file; ///< authorities of client certificates, PEM; empty: none
    std::string cert;                     ///< the chain itself; used if `cert_file` is empty
    std::string key;                      ///< the key itself; used if `key_file` is empty
    std::string client_ca;                ///< the authorities; used if `client_ca_file` is empty
    std::string client_auth_type = "NoClientCert"; ///< name as in Go's crypto/tls
    std::vector<std::string>
        client_allowed_sans; ///< DNS name, address, e-mail or URI that a client needs; empty: any
    std::string min_version = "TLS12";      ///< TLS10 to TLS13
    std::string max_version = "TLS13";      ///< TLS10 to TLS13
    std::vector<std::string> cipher_suites; ///< names as in Go's crypto/tls; empty: the default
    std::vector<std::string> curves;        ///< `curve_preferences`, such as X25519 and CurveP256
};

/// Creates an OpenSSL context from the settings. Throws if a file cannot be read, or a cipher suite
/// or curve is unknown. Session resumption is off, because it would skip the check of client
/// certificates.
std::shared_ptr<asio::ssl::context> tls_context(TlsConfig const& config);

} // namespace ousage::program::http
