#include "web_site.hpp"

#include <sys/stat.h>

#include <cstdio>
#include <exception>

namespace ousage::program {

namespace {

// Which file it is, and how it was left; follows links, as secrets in containers are.
std::string mark(std::filesystem::path const& path) {
    struct stat file{};

    if (path.empty() || ::stat(path.c_str(), &file) != 0) {
        return "-;";
    }
    return std::to_string(file.st_dev) + "," + std::to_string(file.st_ino) + "," +
           std::to_string(file.st_size) + "," + std::to_string(file.st_mtim.tv_sec) + "," +
           std::to_string(file.st_mtim.tv_nsec) + ";";
}

Result<std::shared_ptr<WebSite>> load(std::filesystem::path const& path) {
    auto config = read_web_config(path);
    if (!config) {
        return config.failure();
    }
    auto site = std::make_shared<WebSite>(std::move(*config));
    if (site->config.tls) {
        try {
            site->tls = std::make_shared<asio::ssl::context>(tls_context(*site->config.tls));
        } catch (std::exception const& error) {
            return {
                Errc::configuration,
                "--web.config.file: " + path.string() + ": tls_server_config: " + error.what()};
        }
    }
    return site;
}

} // namespace

Result<WebSiteFile> WebSiteFile::open(std::optional<std::filesystem::path> path) {
    auto file = WebSiteFile(path.value_or(""));
    if (!path) {
        file.site_ = std::make_shared<WebSite>(WebConfig{});
        return file;
    }
    auto site = load(*path);
    if (!site) {
        return site.failure();
    }
    file.site_ = std::move(*site);
    return file;
}

std::string WebSiteFile::marks() const {
    auto text = mark(path_);
    if (auto const& tls = site_->config.tls) {
        text += mark(tls->cert_file) + mark(tls->key_file) + mark(tls->client_ca_file);
    }
    return text;
}

std::shared_ptr<WebSite> WebSiteFile::now() {
    auto const time = std::chrono::steady_clock::now();
    if (path_.empty() || time - looked_ < std::chrono::milliseconds(250)) {
        return site_;
    }
    looked_ = time;
    auto marks = this->marks();
    if (marks == marks_) {
        return site_;
    }
    marks_ = std::move(marks);
    auto site = load(path_);
    auto const problem = !site                          ? to_string(site.failure())
                         : !(*site)->tls != !site_->tls ? std::string("TLS needs a restart")
                                                        : std::string();
    if (problem.empty()) {
        site_ = std::move(*site);
    } else {
        std::fprintf(stderr, "ousage-exporter: not taken: %s\n", problem.c_str());
    }
    return site_;
}

} // namespace ousage::program
