#pragma once

#include <ousage/core/result.hpp>

#include <asio/ssl/context.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ousage::program {

/// The server's TLS settings: `tls_server_config` of the Prometheus exporter-toolkit.
struct TlsConfig {
    std::filesystem::path cert_file;      ///< the server's certificate chain, PEM
    std::filesystem::path key_file;       ///< its private key, PEM
    std::filesystem::path client_ca_file; ///< authority of client certificates; empty: none
    std::string client_auth_type = "NoClientCert"; ///< name as in Go's crypto/tls
    std::string min_version = "TLS12";             ///< TLS10 to TLS13
    std::string max_version = "TLS13";             ///< TLS10 to TLS13
    std::vector<std::string> cipher_suites;        ///< empty: OpenSSL's default
};

/// The contents of `--web.config.file`.
struct WebConfig {
    std::optional<TlsConfig> tls;               ///< none: plain HTTP
    std::map<std::string, std::string> users;   ///< bcrypt hash by name; empty: no authentication
    std::map<std::string, std::string> headers; ///< `http_server_config.headers`
};

/// Reads the file. Relative paths in it are relative to its directory. A failure contains the file,
/// the line and the key, but never a value.
Result<WebConfig> read_web_config(std::filesystem::path const& path);

/// Creates an OpenSSL context from the configuration. Throws if a file cannot be read.
asio::ssl::context tls_context(TlsConfig const& config);

/// Returns true if the password matches the bcrypt hash. Takes 50 ms or more.
bool is_password(std::string const& hash, std::string const& password);

} // namespace ousage::program
