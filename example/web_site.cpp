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

// Why a change is not taken while the server runs: a file that is seen half-written must not let in
// who was kept out. Empty where it is taken.
std::string refusal(WebConfig const& old, WebConfig const& fresh) {
    if (!fresh.tls != !old.tls) {
        return "TLS needs a restart";
    }
    if (fresh.users.empty() && !old.users.empty()) {
        return "to let in everybody needs a restart";
    }
    if (old.tls && old.tls->client_auth_type.starts_with("Require") &&
        !fresh.tls->client_auth_type.starts_with("Require")) {
        return "to let in clients without a certificate needs a restart";
    }
    return {};
}

} // namespace

Result<WebSiteFile> WebSiteFile::open(std::optional<std::filesystem::path> path) {
    auto file = WebSiteFile(path.value_or(""));
    if (!path) {
        file.site_ = std::make_shared<WebSite>(WebConfig{});
        return file;
    }
    auto site = file.load();
    if (!site) {
        return site.failure();
    }
    file.site_ = std::move(*site);
    return file;
}

// The marks are those of before, so that what changes meanwhile is read again.
Result<std::shared_ptr<WebSite>> WebSiteFile::load() {
    marks_ = mark(path_);
    auto config = read_web_config(path_);
    if (config) {
        auto const tls = config->tls.value_or(TlsConfig{});
        named_ = {tls.cert_file, tls.key_file, tls.client_ca_file};
    }
    marks_ += marks_of_named();
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
                "--web.config.file: " + path_.string() + ": tls_server_config: " + error.what()};
        }
    }
    return site;
}

std::string WebSiteFile::marks_of_named() const {
    auto text = std::string{};
    for (auto const& path : named_) {
        text += mark(path);
    }
    return text;
}

std::shared_ptr<WebSite> WebSiteFile::now() {
    auto const time = std::chrono::steady_clock::now();
    if (path_.empty() || time - looked_ < std::chrono::milliseconds(250)) {
        return site_;
    }
    looked_ = time;
    if (mark(path_) + marks_of_named() == marks_) {
        return site_;
    }
    auto site = load();
    auto const problem = site ? refusal(site_->config, (*site)->config) : to_string(site.failure());
    if (problem.empty()) {
        site_ = std::move(*site);
    } else {
        std::fprintf(stderr, "ousage-exporter: not taken: %s\n", problem.c_str());
    }
    return site_;
}

} // namespace ousage::program
