#include "example/exporter/web_site.hpp"

#include "example/exporter/log.hpp"

#include <exception>
#include <utility>

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
    if (old.tls && !old.tls->client_allowed_sans.empty() &&
        fresh.tls->client_allowed_sans.empty()) {
        return "removing client_allowed_sans needs a restart";
    }
    if (old.tls && old.tls->client_auth_type.starts_with("Require") &&
        !fresh.tls->client_auth_type.starts_with("Require")) {
        return "making client certificates optional needs a restart";
    }
    return {};
}

// Returns the headers of every response: the defaults and, instead or in addition, the configured
// ones.
std::string header_fields(std::map<std::string, std::string> configured) {
    configured.try_emplace("X-Content-Type-Options", "nosniff");
    configured.try_emplace(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'");
    auto text = std::string{};
    configured.try_emplace("Referrer-Policy", "no-referrer");
    for (auto const& [name, value] : configured) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    return text;
}

} // namespace

WebSite::WebSite(WebConfig its_config, std::size_t logins, WebSite const* previous)
    : config(std::move(its_config)), fields(header_fields(config.headers)) {
    auto const is_same = previous != nullptr && previous->config.users == config.users;
    users = is_same ? previous->users : std::make_shared<http::Credentials>(config.users, logins);
    auto const& limit = config.rate_limit;
    auto const is_same_limit = previous != nullptr && previous->config.rate_limit == limit;
    limiter = is_same_limit ? previous->limiter
                            : std::make_shared<http::RateLimiter>(limit.interval, limit.burst);
}

Result<WebSiteFile>
WebSiteFile::open(std::optional<std::filesystem::path> path, std::size_t logins) {
    auto file = WebSiteFile(path.value_or(""), logins);
    if (!path) {
        file.site_ = std::make_shared<WebSite>(WebConfig{}, logins);
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
        auto const tls = config->tls.value_or(http::TlsConfig{});
        files_ = {path_, tls.cert_file, tls.key_file, tls.client_ca_file};
    }
    stamps_ = stamps();
    stamps_.front() = own;
    if (!config) {
        return config.failure();
    }
    auto site = std::make_shared<WebSite>(std::move(*config), logins_, site_.get());
    if (site->config.tls) {
        try {
            site->tls = http::tls_context(*site->config.tls);
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
    if (stamps() != stamps_) {
        update();
    }
    return site_;
}

bool WebSiteFile::reload() {
    looked_ = std::chrono::steady_clock::now();
    return path_.empty() || update();
}

bool WebSiteFile::update() {
    auto site = load();
    auto const problem = site ? refusal(site_->config, (*site)->config) : to_string(site.failure());
    if (problem.empty()) {
        site_ = std::move(*site);
        applied_ = std::chrono::system_clock::now();
        log_event(LogLevel::info, "reloaded the web configuration");
    } else {
        log_event(LogLevel::error, "rejected the web configuration", {{"error", problem}});
    }
    is_current_ = problem.empty();
    return is_current_;
}

} // namespace ousage::program
