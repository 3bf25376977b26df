#pragma once

#include "example/exporter/credentials.hpp"
#include "example/exporter/web_config.hpp"
#include <ousage/core/result.hpp>
#include <ousage/io/file/file_stamp.hpp>

#include <asio/ssl/context.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace ousage::program {

/// A web configuration in use: its users and, where it has any, its TLS.
struct WebSite {
    explicit WebSite(WebConfig its_config) : config(std::move(its_config)), users(config.users) {}

    WebConfig config;
    Credentials users;
    std::shared_ptr<asio::ssl::context> tls; ///< null: plain HTTP
};

/// `--web.config.file` as it is now. It and the files that it names are looked at four times a
/// second at the most, when somebody asks; the Prometheus exporter-toolkit reads them again for
/// each connection and request. Used on one thread.
class WebSiteFile {
public:
    /// Reads it; without a path everybody is let in over plain HTTP. A failure names the file.
    static Result<WebSiteFile> open(std::optional<std::filesystem::path> path);

    /// What holds now. A change that cannot be read, or that would turn TLS on or off or let in
    /// everybody where users or clients' certificates were asked for, is left alone and told on
    /// standard error, once.
    std::shared_ptr<WebSite> now();

private:
    explicit WebSiteFile(std::filesystem::path path) : path_(std::move(path)), files_{path_} {}

    Result<std::shared_ptr<WebSite>> load();
    std::vector<io::FileStamp> stamps() const;

    std::filesystem::path path_;
    std::vector<std::filesystem::path> files_; // with those it named last, whether of use or not
    std::vector<io::FileStamp> stamps_;        // of all of them before they were read
    std::shared_ptr<WebSite> site_;
    std::chrono::steady_clock::time_point looked_;
};

} // namespace ousage::program
