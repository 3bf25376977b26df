#pragma once

#include <ousage/config.hpp>
#include <ousage/io/file/small_file.hpp>
#include <ousage/io/file/time_zone.hpp>
#include <ousage/ollama/assembly/accounts_file.hpp>
#include <ousage/ollama/assembly/ollama_host.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/detect.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline std::filesystem::path home_folder(Environment const& environment) {
    return environment("HOME").value_or("/");
}

// Returns the path of the desktop app's database. The app runs on macOS and Windows. On other
// systems two paths are checked: first the app's own fallback in ~/.ollama (Ollama app/store), then
// $XDG_DATA_HOME. If neither exists, the first is returned.
inline std::filesystem::path default_database(Environment const& environment) {
    auto const home = home_folder(environment);
#if defined(__APPLE__)
    return home / "Library/Application Support/Ollama/db.sqlite";
#else
    auto const data = environment("XDG_DATA_HOME").value_or((home / ".local/share").string());
    auto const own = home / ".ollama/db.sqlite";
    auto const other = std::filesystem::path(data) / "Ollama/db.sqlite";
    std::error_code ignored;
    return !std::filesystem::exists(own, ignored) && std::filesystem::exists(other, ignored) ? other
                                                                                             : own;
#endif
}

// Returns $XDG_STATE_HOME/ousage. A relative $XDG_STATE_HOME is ignored (XDG Base Directory
// Specification).
inline std::filesystem::path default_state_folder(Environment const& environment) {
    auto folder = std::filesystem::path(environment("XDG_STATE_HOME").value_or(""));
    if (!folder.is_absolute()) {
        folder = home_folder(environment) / ".local/state";
    }
    return folder / "ousage";
}

inline std::optional<std::filesystem::path>
accounts_file(Overrides const& overrides, Environment const& environment) {
    if (overrides.config) {
        return overrides.config;
    }
    auto const folder =
        environment("XDG_CONFIG_HOME").value_or((home_folder(environment) / ".config").string());
    auto path = std::filesystem::path(folder) / "ousage/config.json";
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? std::optional(std::move(path)) : std::nullopt;
}

inline Result<std::vector<Account>>
read_accounts(Overrides const& overrides, Environment const& environment) {
    auto const folder = overrides.config_dir.value_or(home_folder(environment) / ".ollama");
    auto const file = accounts_file(overrides, environment);
    if (!file) {
        auto account = Account{};
        account.base_url = parse_ollama_host(environment("OLLAMA_HOST").value_or(""));
        account.logs_dir = folder / "logs";
        account.server_config = folder / "server.json";
        return std::vector<Account>{std::move(account)};
    }
    auto const text = io::read_small_file(*file, 16 * 1024 * 1024);
    if (!text) {
        return Failure{
            {}, make_error_code(Errc::configuration), "--config: " + text.failure().text};
    }
    auto accounts = parse_accounts(*text, file->string(), folder);
    if (accounts) {
        for (auto& account : *accounts) {
            // An account with auth `api_key` has a server only if it names one.
            if (!account.base_url && account.auth == Auth::local) {
                account.base_url = parse_ollama_host(environment("OLLAMA_HOST").value_or(""));
            }
        }
    }
    return accounts;
}

inline std::optional<Failure> choose(Overrides const& overrides, std::vector<Account>& accounts) {
    for (auto const& id : overrides.accounts) {
        auto const has = [&id](Account const& account) { return account.id == id; };
        if (std::none_of(accounts.begin(), accounts.end(), has)) {
            return Failure{
                {},
                make_error_code(Errc::configuration),
                "--account: there is no account \"" + id + "\""};
        }
    }
    if (!overrides.accounts.empty()) {
        std::erase_if(accounts, [&](Account const& account) {
            return !is_one_of(overrides.accounts, account.id);
        });
    }
    return std::nullopt;
}

inline std::optional<Failure> apply(Overrides const& overrides, Account& account) {
    if (overrides.base_url) {
        auto url = parse_ollama_host(*overrides.base_url);
        auto const has_port = url.port.empty() || io::port_number(url.port);
        if (overrides.base_url->empty() || io::default_port(url.scheme).empty() || !has_port ||
            url.host.find_first_of(" @?#") != url.host.npos) {
            return Failure{
                {},
                make_error_code(Errc::configuration),
                "--base-url: a host, host:port or http(s) URL is needed"};
        }
        account.base_url = std::move(url);
    }
    if (overrides.cloud_base_url) {
        auto const url = io::parse_url(*overrides.cloud_base_url);
        if (!url) {
            return Failure{
                {},
                make_error_code(Errc::configuration),
                "--cloud-base-url: " + url.failure().text};
        }
        account.cloud_base_url = *overrides.cloud_base_url;
    }
    account.api_key_env = overrides.api_key_env.value_or(account.api_key_env);
    if (overrides.config_dir) {
        account.logs_dir = *overrides.config_dir / "logs";
        account.server_config = *overrides.config_dir / "server.json";
    }
    account.logs_dir = overrides.logs_dir.value_or(account.logs_dir);
    account.journal = overrides.journal ? overrides.journal : account.journal;
    account.server_config = overrides.server_config.value_or(account.server_config);
    account.db_path = overrides.db_path.value_or(account.db_path);
    if (overrides.timeout) {
        account.timeout = *overrides.timeout;
        account.timeouts.clear();
    }
    for (auto const& [source, limit] : overrides.timeouts) {
        account.timeouts[source] = limit;
    }
    return std::nullopt;
}

} // namespace detail

OUSAGE_DECL Result<Configuration>
detect(Overrides const& overrides, Environment const& environment) {
    auto accounts = detail::read_accounts(overrides, environment);
    if (!accounts) {
        return accounts.failure();
    }
    if (auto const failure = detail::choose(overrides, *accounts)) {
        return *failure;
    }
    auto configuration = Configuration{};
    configuration.accounts = std::move(*accounts);
    for (auto& account : configuration.accounts) {
        if (account.db_path.empty()) {
            account.db_path = detail::default_database(environment);
        }
        if (auto const failure = detail::apply(overrides, account)) {
            return *failure;
        }
        account.has_api_key = !environment(account.api_key_env.c_str()).value_or("").empty();
    }
    auto const tz = environment("TZ");
    configuration.calendar = io::system_time_zone(tz ? tz->c_str() : nullptr);
    if (overrides.log_timezone) {
        auto const zone = io::load_time_zone(*overrides.log_timezone);
        if (!zone) {
            return Failure{
                {}, make_error_code(Errc::configuration), "--log-timezone: " + zone.failure().text};
        }
        configuration.log_timezone = *zone;
    }
    configuration.environment = environment;
    if (!overrides.no_state) {
        configuration.state_folder = detail::default_state_folder(environment);
    }
    if (overrides.now) {
        configuration.now = [at = overrides.now->at] { return at; };
    }
    return configuration;
}

} // namespace OUSAGE_NAMESPACE::ollama
