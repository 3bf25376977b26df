#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/assembly/ollama_host.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/overrides.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline Failure configuration_failure(std::string text) {
    return Failure{{}, make_error_code(Errc::configuration), std::move(text)};
}

// Removes the accounts that are not selected. Returns a failure if a selected one does not exist.
inline std::optional<Failure>
select_accounts(Overrides const& overrides, std::vector<Account>& accounts) {
    auto const& selected = overrides.accounts;
    for (auto const& id : selected) {
        auto const has_id = [&id](Account const& account) { return account.id == id; };
        if (std::none_of(accounts.begin(), accounts.end(), has_id)) {
            return configuration_failure("--account: no account has the id \"" + id + "\"");
        }
    }
    if (!selected.empty()) {
        std::erase_if(accounts, [&selected](Account const& account) {
            return std::find(selected.begin(), selected.end(), account.id) == selected.end();
        });
    }
    return std::nullopt;
}

inline std::optional<Failure> override_urls(Overrides const& overrides, Account& account) {
    if (overrides.base_url) {
        auto parsed = parse_base_url(*overrides.base_url);
        if (!parsed) {
            return configuration_failure(overrides.base_url_origin + ": " + parsed.failure().text);
        }
        auto url = std::move(*parsed);
        auto const has_port = url.port.empty() || io::port_number(url.port);
        if (overrides.base_url->empty() || io::default_port(url.scheme).empty() || !has_port ||
            url.host.find(' ') != url.host.npos) {
            return configuration_failure(
                overrides.base_url_origin + ": a host, host:port or http(s) URL is needed");
        }
        account.base_url = std::move(url);
        // The credentials of the accounts file belong to the server that it names.
        account.bearer_env.reset();
        account.headers_env.clear();
    }
    if (overrides.cloud_base_url) {
        auto const url = io::parse_url(*overrides.cloud_base_url);
        if (!url) {
            return configuration_failure("--cloud-base-url: " + url.failure().text);
        }
        account.cloud_base_url = *overrides.cloud_base_url;
    }
    return std::nullopt;
}

// Applies the options to one account. Returns a failure that names the option.
inline std::optional<Failure> apply_overrides(Overrides const& overrides, Account& account) {
    if (auto failure = override_urls(overrides, account)) {
        return failure;
    }
    account.bearer_env = overrides.bearer_env ? overrides.bearer_env : account.bearer_env;
    for (auto const& [header, variable] : overrides.headers_env) {
        account.headers_env[header] = variable;
    }
    account.api_key_env = overrides.api_key_env.value_or(account.api_key_env);
    if (overrides.config_dir) {
        account.logs_dir = *overrides.config_dir / "logs";
        account.default_logs = false;
        account.server_config = *overrides.config_dir / "server.json";
        account.default_config = false;
    }
    if (overrides.config_dir || overrides.logs_dir || !overrides.log_files.empty()) {
        account.log_files = overrides.log_files;
    }
    account.logs_dir = overrides.logs_dir.value_or(account.logs_dir);
    account.default_logs = account.default_logs && !overrides.logs_dir;
    auto const& files = account.log_files;
    if (files.size() > 1 && std::find(files.begin(), files.end(), "-") != files.end()) {
        return configuration_failure("--log-file: - cannot be read together with other logs");
    }
    account.journal = overrides.journal ? overrides.journal : account.journal;
    account.server_config = overrides.server_config.value_or(account.server_config);
    account.default_config = account.default_config && !overrides.server_config;
    account.default_db = account.default_db && !overrides.db_path;
    account.db_path = overrides.db_path.value_or(account.db_path);
    account.runner_slots = account.runner_slots || overrides.runner_slots;
    if (overrides.timeout) {
        account.timeout = *overrides.timeout;
        account.timeouts.clear();
    }
    for (auto const& [source, limit] : overrides.timeouts) {
        account.timeouts[source] = limit;
    }
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
