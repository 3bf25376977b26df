#pragma once

#include "example/exporter/http/tls_context.hpp"
#include <ousage/core/result.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace ousage::program {

/// `rate_limit`: how many requests of all clients together are served.
struct RateLimit {
    std::chrono::nanoseconds interval{0}; ///< between two requests; 0: unlimited
    std::size_t burst = 1;                ///< requests served at once

    bool operator==(RateLimit const&) const = default;
};

/// The contents of `--web.config.file`.
struct WebConfig {
    std::optional<http::TlsConfig> tls;         ///< none: plain HTTP
    std::map<std::string, std::string> users;   ///< bcrypt hash by name; empty: no authentication
    std::map<std::string, std::string> headers; ///< `http_server_config.headers`
    RateLimit rate_limit;                       ///< `rate_limit`
};

/// Reads the file. Relative paths in it are relative to its directory. A failure contains the file,
/// the line and the key, but never a value.
Result<WebConfig> read_web_config(std::filesystem::path const& path);

} // namespace ousage::program
