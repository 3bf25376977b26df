#pragma once

#include <ousage/core/result.hpp>

#include <asio/ssl/context.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ousage::program {

/// How the server proves who it is, `tls_server_config` of the Prometheus exporter-toolkit.
struct TlsConfig {
    std::filesystem::path cert_file;      ///< the server's chain, PEM
    std::filesystem::path key_file;       ///< its key, PEM
    std::filesystem::path client_ca_file; ///< whom to trust in clients; empty: nobody is asked
    std::string client_auth_type = "NoClientCert"; ///< as Go's crypto/tls names them
    std::string min_version = "TLS12";             ///< TLS10 to TLS13
    std::string max_version = "TLS13";             ///< TLS10 to TLS13
    std::vector<std::string> cipher_suites;        ///< empty: OpenSSL's own choice
};

/// `--web.config.file`.
struct WebConfig {
    std::optional<TlsConfig> tls;               ///< none: plain HTTP
    std::map<std::string, std::string> users;   ///< bcrypt by name; empty: everyone
    std::map<std::string, std::string> headers; ///< `http_server_config.headers`
};

/// Reads the file; relative paths in it are below its folder. A failure names the file, the line
/// and the key, and never a value.
Result<WebConfig> read_web_config(std::filesystem::path const& path);

/// A context of OpenSSL as the configuration has it; throws where a file cannot be read.
asio::ssl::context tls_context(TlsConfig const& config);

/// Whether that password is the one that the bcrypt hash was made of. Takes some 50 ms and more.
bool is_password(std::string const& hash, std::string const& password);

} // namespace ousage::program
