#pragma once

#include "example/exporter/http/credentials.hpp"
#include "example/exporter/http/rate_limiter.hpp"
#include "example/exporter/web_config.hpp"
#include <ousage/core/result.hpp>
#include <ousage/io/file/file_stamp.hpp>

#include <asio/ssl/context.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ousage::program {

/// An active web configuration: its users and, if configured, its TLS context.
struct WebSite {
    /// Keeps the users of `previous` with their verified logins, and its rate limiter, if they are
    /// the same. `logins` is the limit of logins that wait.
    WebSite(WebConfig its_config, std::size_t logins, WebSite const* previous = nullptr);

    WebConfig config;
    std::shared_ptr<http::Credentials> users;
    std::shared_ptr<http::RateLimiter> limiter;
    std::string fields;                      ///< headers of every response, each with its CRLF
    std::shared_ptr<asio::ssl::context> tls; ///< null: plain HTTP
};

/// The current contents of `--web.config.file`. Checks it and the files it refers to on use, at
/// most four times a second. (The Prometheus exporter-toolkit reads them for each connection and
/// request.) Used on one thread.
class WebSiteFile {
public:
    /// Reads the file. Without a path, everybody has access over plain HTTP. A failure contains the
    /// file name. `logins` is the limit of logins that wait.
    static Result<WebSiteFile>
    open(std::optional<std::filesystem::path> path, std::size_t logins = 256);

    /// Returns the active configuration. Rejects a change that cannot be read, that would turn TLS
    /// on or off, or that would stop requiring users or client certificates. Reports a rejected
    /// change once on standard error.
    std::shared_ptr<WebSite> now();

    /// Reads the file now, under the same rules. Returns false if it was rejected.
    bool reload();

    /// Returns false if the last change was rejected.
    bool is_current() const noexcept { return is_current_; }

    /// Returns when a configuration was last applied.
    std::chrono::system_clock::time_point applied() const noexcept { return applied_; }

private:
    WebSiteFile(std::filesystem::path path, std::size_t logins)
        : path_(std::move(path)), logins_(logins), files_{path_} {}

    Result<std::shared_ptr<WebSite>> load();
    bool update();
    std::vector<io::FileStamp> stamps() const;

    std::filesystem::path path_;
    std::size_t logins_;
    std::vector<std::filesystem::path>
        files_;                         // with the files it last referred to, even if rejected
    std::vector<io::FileStamp> stamps_; // of all files, taken before reading
    std::shared_ptr<WebSite> site_;
    std::chrono::steady_clock::time_point looked_;
    std::chrono::system_clock::time_point applied_ = std::chrono::system_clock::now();
    bool is_current_ = true;
};

} // namespace ousage::program
