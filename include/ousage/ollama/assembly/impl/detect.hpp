#pragma once

#include <ousage/io/file/small_file.hpp>
#include <ousage/io/file/time_zone.hpp>
#include <ousage/ollama/assembly/accounts_file.hpp>
#include <ousage/ollama/assembly/detail/apply_overrides.hpp>
#include <ousage/ollama/assembly/detail/default_paths.hpp>
#include <ousage/ollama/assembly/ollama_host.hpp>
#include <ousage/ollama/detect.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline constexpr std::size_t accounts_file_limit = 16 * 1024 * 1024; // bytes

// Sets the server of an account that names none to that of OLLAMA_HOST, unless an option replaces
// it.
inline std::optional<Failure>
set_default_server(Overrides const& overrides, Environment const& environment, Account& account) {
    if (overrides.base_url) {
        return std::nullopt;
    }
    auto url = parse_base_url(environment("OLLAMA_HOST").value_or(""));
    if (!url) {
        return configuration_failure("OLLAMA_HOST: " + url.failure().text);
    }
    account.base_url = std::move(*url);
    return std::nullopt;
}

// Returns the accounts of the accounts file; without one, a single account with the defaults.
inline Result<std::vector<Account>>
read_accounts(Overrides const& overrides, Environment const& environment) {
    auto const directory = overrides.config_dir.value_or(home_directory(environment) / ".ollama");
    auto const file = overrides.config || overrides.no_user_config
                          ? overrides.config
                          : default_accounts_file(environment);
    if (!file) {
        auto account = Account{};
        if (auto failure = set_default_server(overrides, environment, account)) {
            return *failure;
        }
        account.logs_dir = directory / "logs";
        account.default_logs = true;
        account.server_config = directory / "server.json";
        account.default_config = true;
        return std::vector<Account>{std::move(account)};
    }
    auto const text = io::read_small_file(*file, accounts_file_limit);
    if (!text) {
        return configuration_failure("--config: " + text.failure().text);
    }
    auto accounts = parse_accounts(*text, file->string(), directory);
    if (accounts) {
        for (auto& account : *accounts) {
            // An account with auth `api_key` has a server only if it names one.
            if (!account.base_url && account.auth == Auth::local) {
                if (auto failure = set_default_server(overrides, environment, account)) {
                    return *failure;
                }
            }
        }
    }
    return accounts;
}

} // namespace detail

OUSAGE_DECL Result<Configuration>
detect(Overrides const& overrides, Environment const& environment) {
    auto accounts = detail::read_accounts(overrides, environment);
    if (!accounts) {
        return accounts.failure();
    }
    if (auto const failure = detail::select_accounts(overrides, *accounts)) {
        return *failure;
    }
    auto configuration = Configuration{};
    configuration.accounts = std::move(*accounts);
    for (auto& account : configuration.accounts) {
        if (account.db_path.empty()) {
            account.db_path = detail::default_database(environment);
            account.default_db = true;
        }
        if (auto const failure = detail::apply_overrides(overrides, account)) {
            return *failure;
        }
        if (account.default_config) {
            account.service_config = detail::service_server_config();
        }
        account.has_api_key = !environment(account.api_key_env.c_str()).value_or("").empty();
    }
    auto const reads_input = [](Account const& account) {
        auto const& files = account.log_files;
        return std::find(files.begin(), files.end(), "-") != files.end();
    };
    if (std::count_if(configuration.accounts.begin(), configuration.accounts.end(), reads_input) >
        1) {
        return detail::configuration_failure("--log-file: - is for one account, see --account");
    }
    auto const tz = environment("TZ");
    configuration.calendar = io::system_time_zone(tz ? tz->c_str() : nullptr);
    if (overrides.log_timezone) {
        auto const zone = io::load_time_zone(*overrides.log_timezone);
        if (!zone) {
            return detail::configuration_failure("--log-timezone: " + zone.failure().text);
        }
        configuration.log_timezone = *zone;
    }
    configuration.environment = environment;
    if (!overrides.no_state) {
        configuration.state_directory = detail::default_state_directory(environment);
        configuration.history_db =
            overrides.history_db.value_or(*configuration.state_directory / "history.db");
    }
    if (overrides.now) {
        configuration.now = [at = overrides.now->at] { return at; };
    }
    return configuration;
}

} // namespace OUSAGE_NAMESPACE::ollama
