#include "example/exporter/web_site.hpp"

#include <cstdio>
#include <exception>

namespace ousage::program {

namespace {

// Returns why a change is rejected while the server runs; empty if it is accepted. A file that is
// read while partially written must not grant access to more clients.
std::string refusal(WebConfig const& old, WebConfig const& fresh) {
    if (!fresh.tls != !old.tls) {
        return "switching TLS on or off needs a restart";
    }
    if (fresh.users.empty() && !old.users.empty()) {
        return "removing all users needs a restart";
    }
    if (old.tls && old.tls->client_auth_type.starts_with("Require") &&
        !fresh.tls->client_auth_type.starts_with("Require")) {
        return "making client certificates optional needs a restart";
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

// The stamps are taken before reading, so that a concurrent change is detected later.
Result<std::shared_ptr<WebSite>> WebSiteFile::load() {
    auto const own = io::read_stamp(path_);
    auto config = read_web_config(path_);
    if (config) {
        auto const tls = config->tls.value_or(TlsConfig{});
        files_ = {path_, tls.cert_file, tls.key_file, tls.client_ca_file};
    }
    stamps_ = stamps();
    stamps_.front() = own;
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

std::vector<io::FileStamp> WebSiteFile::stamps() const {
    auto all = std::vector<io::FileStamp>{};
    for (auto const& file : files_) {
        all.push_back(io::read_stamp(file));
    }
    return all;
}

std::shared_ptr<WebSite> WebSiteFile::now() {
    auto const time = std::chrono::steady_clock::now();
    if (path_.empty() || time - looked_ < std::chrono::milliseconds(250)) {
        return site_;
    }
    looked_ = time;
    if (stamps() == stamps_) {
        return site_;
    }
    auto site = load();
    auto const problem = site ? refusal(site_->config, (*site)->config) : to_string(site.failure());
    if (problem.empty()) {
        site_ = std::move(*site);
    } else {
        std::fprintf(stderr, "ousage-exporter: rejected the change: %s\n", problem.c_str());
    }
    return site_;
}

} // namespace ousage::program
