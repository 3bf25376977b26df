#pragma once

#include <ousage/config.hpp>
#include <ousage/core/duration.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/assembly/detail/account_keys.hpp>
#include <ousage/ollama/assembly/detail/accounts_text.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/local_api/server_credentials.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Converts the keys of one account to an `Account`. `path` is the position of the account in the
// file, such as `accounts[0]`. All parameters must outlive it.
class AccountReader {
public:
    AccountReader(AccountsText const& file, std::string const& path, AccountKeys const& keys)
        : file_(file), path_(path), keys_(keys) {
        account_.id = keys.id.value_or("");
    }

    // Returns the account. Paths that are not set are relative to `config_dir`.
    Result<Account> read(std::filesystem::path const& config_dir) {
        if (account_.id.empty()) {
            return file_.failure_at(path_, path_ + ": key \"id\" is missing");
        }
        for (auto const step :
             {&AccountReader::read_auth, &AccountReader::read_urls,
              &AccountReader::read_timeouts}) {
            if (auto failure = (this->*step)()) {
                return std::move(*failure);
            }
        }
        read_paths(config_dir);
        return std::move(account_);
    }

    // Returns the failure of a key.
    Failure failure_of(std::string const& key, std::string const& why) const {
        return file_.failure_at(
            path_ + "." + key, "account \"" + account_.id + "\": key \"" + key + "\": " + why);
    }

private:
    std::optional<Failure> read_auth() {
        if (keys_.provider.value_or("ollama") != "ollama") {
            return failure_of("provider", "\"ollama\" is needed");
        }
        auto const auth = keys_.auth.value_or("local");
        if (auth != "local" && auth != "api_key") {
            return failure_of("auth", "\"local\" or \"api_key\" is needed");
        }
        account_.auth = auth == "local" ? Auth::local : Auth::api_key;
        if (!is_variable_name(keys_.api_key_env.value_or(account_.api_key_env))) {
            return failure_of("api_key_env", no_variable_name);
        }
        account_.api_key_env = keys_.api_key_env.value_or(account_.api_key_env);
        return std::nullopt;
    }

    std::optional<Failure> read_urls() {
        if (keys_.base_url) {
            auto url = io::parse_url(*keys_.base_url);
            if (!url) {
                return failure_of("base_url", url.failure().text);
            }
            account_.base_url = *url;
        }
        if (keys_.bearer_env && !is_variable_name(*keys_.bearer_env)) {
            return failure_of("bearer_env", no_variable_name);
        }
        account_.bearer_env = keys_.bearer_env;
        account_.headers_env = keys_.headers_env.value_or(account_.headers_env);
        for (auto const& [header, variable] : account_.headers_env) {
            if (!is_credential_header(header)) {
                return failure_of("headers_env." + header, "no name of a header for credentials");
            }
            if (!is_variable_name(variable)) {
                return failure_of("headers_env." + header, no_variable_name);
            }
        }
        if (keys_.cloud_base_url) {
            auto const url = io::parse_url(*keys_.cloud_base_url);
            if (!url) {
                return failure_of("cloud_base_url", url.failure().text);
            }
            account_.cloud_base_url = *keys_.cloud_base_url;
        }
        return std::nullopt;
    }

    std::optional<Failure> read_timeouts() {
        if (!read_duration(keys_.timeout, account_.timeout)) {
            return failure_of("timeout", "a duration such as \"5s\" is needed");
        }
        if (!read_duration(keys_.poll_interval, account_.poll_interval) ||
            account_.poll_interval < std::chrono::milliseconds(100)) {
            return failure_of(
                "poll_interval", "a duration of 100ms or more, such as \"30s\", is needed");
        }
        for (auto const& [source, text] :
             keys_.timeouts.value_or(std::map<std::string, std::string>{})) {
            if (!read_duration(text, account_.timeouts[source])) {
                return failure_of("timeouts." + source, "a duration such as \"5s\" is needed");
            }
        }
        return std::nullopt;
    }

    // Returns false if there is a text that is not a positive duration.
    template <class Duration>
    static bool read_duration(std::optional<std::string> const& text, Duration& into) {
        auto const value = text ? parse_duration(*text) : std::nullopt;
        into = value ? *value : into;
        return !text || (value && *value > std::chrono::nanoseconds(0));
    }

    void read_paths(std::filesystem::path const& config_dir) {
        auto const base = keys_.config_dir ? std::filesystem::path(*keys_.config_dir) : config_dir;
        auto const path = [](std::optional<std::string> const& text,
                             std::filesystem::path const& default_path) {
            return text ? std::filesystem::path(*text) : default_path;
        };
        account_.logs_dir = path(keys_.logs_dir, base / "logs");
        account_.default_logs = !keys_.logs_dir && !keys_.config_dir;
        auto const log_files = keys_.log_files.value_or(std::vector<std::string>{});
        account_.log_files.assign(log_files.begin(), log_files.end());
        account_.server_config = path(keys_.server_config, base / "server.json");
        account_.default_config = !keys_.server_config && !keys_.config_dir;
        account_.db_path = keys_.db_path.value_or("");
        account_.runner_slots = keys_.runner_slots.value_or(false);
    }

    static constexpr auto no_variable_name =
        "the name of an environment variable is needed, which contains no \"=\"";

    AccountsText const& file_;
    std::string const& path_;
    AccountKeys const& keys_;
    Account account_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
