#include "example/exporter/web_config.hpp"

#include <ousage/core/duration.hpp>
#include <ousage/io/file/small_file.hpp>

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <set>
#include <vector>

namespace ousage::program {

namespace {

// A validation error with its line. Thrown so that one handler catches it and parser errors.
struct Wrong {
    std::string text;
};

[[noreturn]] void refuse(YAML::Node const& node, std::string const& why) {
    auto const line = node.Mark().line;
    throw Wrong{(line >= 0 ? "line " + std::to_string(line + 1) + ": " : "") + why};
}

std::string text_of(YAML::Node const& node, std::string const& key) {
    if (!node.IsScalar()) {
        refuse(node, key + " is not a string");
    }
    return node.Scalar();
}

void check_keys(
    YAML::Node const& node, std::string const& key, std::set<std::string> const& known) {
    if (!node.IsMap()) {
        refuse(node, key + " is not a map");
    }
    auto found = std::set<std::string>{};
    for (auto const& member : node) {
        auto const name = text_of(member.first, key);
        if (!known.contains(name)) {
            refuse(member.first, "unknown key " + name + " in " + key);
        }
        if (!found.insert(name).second) {
            refuse(member.first, "the key " + name + " occurs twice in " + key);
        }
    }
}

std::string
one_of(YAML::Node const& node, std::string const& key, std::set<std::string> const& known) {
    auto text = text_of(node, key);
    if (!known.contains(text)) {
        refuse(node, key + " has an unknown value");
    }
    return text;
}

std::vector<std::string> list_of(YAML::Node const& node, std::string const& key) {
    auto list = std::vector<std::string>{};
    if (auto const value = node[key]) {
        if (!value.IsSequence()) {
            refuse(value, key + " is not a list");
        }
        for (auto const& element : value) {
            list.push_back(text_of(element, key));
        }
    }
    return list;
}

http::TlsConfig read_tls(YAML::Node const& node, std::filesystem::path const& directory) {
    static std::set<std::string> const versions{"TLS10", "TLS11", "TLS12", "TLS13"};
    check_keys(
        node, "tls_server_config",
        {"cert", "key", "client_ca", "cert_file", "key_file", "client_ca_file", "client_auth_type",
         "client_allowed_sans", "min_version", "max_version", "cipher_suites",
         "prefer_server_cipher_suites", "curve_preferences"});
    auto tls = http::TlsConfig{};
    auto const path = [&](char const* key, std::filesystem::path& into) {
        if (auto const value = node[key]) {
            into = directory / text_of(value, key);
        }
    };
    path("cert_file", tls.cert_file);
    path("key_file", tls.key_file);
    path("client_ca_file", tls.client_ca_file);
    auto const text = [&](char const* key, std::string& into) {
        if (auto const value = node[key]) {
            into = text_of(value, key);
        }
    };
    text("cert", tls.cert);
    text("key", tls.key);
    text("client_ca", tls.client_ca);
    if ((tls.cert_file.empty() && tls.cert.empty()) || (tls.key_file.empty() && tls.key.empty())) {
        refuse(node, "tls_server_config needs cert_file and key_file, or cert and key");
    }
    if (auto const value = node["client_auth_type"]) {
        tls.client_auth_type = one_of(
            value, "client_auth_type",
            {"NoClientCert", "RequestClientCert", "RequireAnyClientCert", "RequireClientCert",
             "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"});
    }
    if (auto const value = node["min_version"]) {
        tls.min_version = one_of(value, "min_version", versions);
    }
    if (auto const value = node["max_version"]) {
        tls.max_version = one_of(value, "max_version", versions);
    }
    if (tls.min_version > tls.max_version) { // the names are in the order of the versions
        refuse(node, "min_version is above max_version");
    }
    tls.cipher_suites = list_of(node, "cipher_suites");
    tls.curves = list_of(node, "curve_preferences");
    tls.client_allowed_sans = list_of(node, "client_allowed_sans");
    auto const has_authority = !tls.client_ca_file.empty() || !tls.client_ca.empty();
    auto const verifies = tls.client_auth_type.starts_with("Verify") ||
                          tls.client_auth_type == "RequireAndVerifyClientCert";
    if (verifies && !has_authority) {
        refuse(node, "client_auth_type needs client_ca_file or client_ca");
    }
    if (has_authority && tls.client_auth_type == "NoClientCert") {
        refuse(node, "client_ca_file and client_ca need a client_auth_type");
    }
    // Any other type lets clients in without a certificate, or with one that anybody may create.
    if (!tls.client_allowed_sans.empty() && tls.client_auth_type != "RequireAndVerifyClientCert") {
        refuse(node, "client_allowed_sans needs client_auth_type RequireAndVerifyClientCert");
    }
    return tls;
}

RateLimit read_rate_limit(YAML::Node const& node) {
    check_keys(node, "rate_limit", {"interval", "burst"});
    auto limit = RateLimit{};
    if (auto const value = node["interval"]) {
        auto const text = text_of(value, "interval");
        auto const interval = parse_duration(text == "0" ? "0s" : text);
        if (!interval) {
            refuse(value, "interval is no duration such as 100ms");
        }
        limit.interval = *interval;
    }
    if (auto const value = node["burst"]) {
        auto const text = text_of(value, "burst");
        auto const* const end = text.data() + text.size();
        auto const [rest, error] = std::from_chars(text.data(), end, limit.burst);
        if (error != std::errc() || rest != end || limit.burst == 0) {
            refuse(value, "burst is no number of requests");
        }
    }
    return limit;
}

WebConfig read(YAML::Node const& root, std::filesystem::path const& directory) {
    auto web = WebConfig{};
    if (root.IsNull()) {
        return web;
    }
    check_keys(
        root, "the file",
        {"tls_server_config", "http_server_config", "basic_auth_users", "rate_limit"});
    if (auto const node = root["tls_server_config"]; node && !node.IsNull()) {
        web.tls = read_tls(node, directory);
    }
    if (auto const node = root["http_server_config"]; node && !node.IsNull()) {
        check_keys(node, "http_server_config", {"http2", "headers"});
        if (auto const headers = node["headers"]; headers && !headers.IsNull()) {
            // The exporter-toolkit supports these five headers.
            check_keys(
                headers, "headers",
                {"Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
                 "X-XSS-Protection", "Content-Security-Policy"});
            for (auto const& header : headers) {
                auto const value = text_of(header.second, "headers");
                if (value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos) {
                    refuse(header.second, "a header must be one line");
                }
                web.headers[header.first.Scalar()] = value;
            }
        }
    }
    if (auto const node = root["basic_auth_users"]; node && !node.IsNull()) {
        if (!node.IsMap()) {
            refuse(node, "basic_auth_users is not a map");
        }
        for (auto const& user : node) {
            auto const hash = text_of(user.second, "basic_auth_users");
            auto const kind = hash.substr(0, 4);
            auto const bcrypt = hash.size() == 60 && (kind == "$2a$" || kind == "$2b$" ||
                                                      kind == "$2y$" || kind == "$2x$");
            if (!bcrypt) {
                refuse(user.second, "basic_auth_users: the password is not a bcrypt hash");
            }
            if (!web.users.emplace(text_of(user.first, "basic_auth_users"), hash).second) {
                refuse(user.first, "basic_auth_users contains a user twice");
            }
        }
    }
    if (auto const node = root["rate_limit"]; node && !node.IsNull()) {
        web.rate_limit = read_rate_limit(node);
    }
    return web;
}

} // namespace

Result<WebConfig> read_web_config(std::filesystem::path const& path) {
    auto const wrong = [&](std::string const& why) {
        return Result<WebConfig>(
            Errc::configuration, "--web.config.file: " + path.string() + ": " + why);
    };
    auto const text = io::read_small_file(path, 1024 * 1024);
    if (!text) {
        return wrong(text.failure().text);
    }
    try {
        return read(YAML::Load(*text), path.parent_path());
    } catch (Wrong const& error) {
        return wrong(error.text);
    } catch (YAML::Exception const& error) {
        return wrong("line " + std::to_string(error.mark.line + 1) + ": " + error.msg);
    }
}

} // namespace ousage::program
