#pragma once

#include <ousage/config.hpp>
#include <ousage/core/duration.hpp>
#include <ousage/core/reflect.hpp>
#include <ousage/json/lines.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// The keys of one account in the accounts file. Each member is a key.
struct AccountKeys {
    std::optional<std::string> id;
    std::optional<std::string> provider;
    std::optional<std::string> api_key_env;
    std::optional<std::string> base_url;
    std::optional<std::string> auth;
    std::optional<std::string> cloud_base_url;
    std::optional<std::string> config_dir;
    std::optional<std::string> logs_dir;
    std::optional<std::string> server_config;
    std::optional<std::string> db_path;
    std::optional<std::string> timeout;
    std::optional<std::map<std::string, std::string>> timeouts;
    std::optional<std::string> poll_interval;
};

struct AccountsKeys {
    std::optional<std::vector<AccountKeys>> accounts;
};

template <class Names>
bool is_one_of(Names const& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Returns the Levenshtein distance of two words.
inline std::size_t distance(std::string_view left, std::string_view right) {
    auto row = std::vector<std::size_t>(right.size() + 1);
    for (std::size_t column = 0; column < row.size(); ++column) {
        row[column] = column;
    }
    for (std::size_t line = 1; line <= left.size(); ++line) {
        auto diagonal = std::exchange(row[0], line);
        for (std::size_t column = 1; column < row.size(); ++column) {
            auto const change = diagonal + (left[line - 1] == right[column - 1] ? 0 : 1);
            diagonal = row[column];
            row[column] = std::min({row[column] + 1, row[column - 1] + 1, change});
        }
    }
    return row.back();
}

inline std::string suggestion(std::string_view wrong) {
    for (auto const name : member_names<AccountKeys>) {
        if (distance(wrong, name) <= 2) {
            return " (did you mean \"" + std::string(name) + "\"?)";
        }
    }
    return {};
}

// Converts the keys of a file to accounts and reports errors with their position.
class AccountsReader {
public:
    AccountsReader(std::string_view text, std::string file, std::filesystem::path home)
        : text_(text), lines_(text), file_(std::move(file)), home_(std::move(home)) {}

    Result<std::vector<Account>> read() {
        auto keys = AccountsKeys{};
        auto const wrong = io::read_json(text_, keys);
        if (!lines_.good() || (wrong && wrong->text.starts_with("not JSON"))) {
            return at(lines_.last_line(), "not JSON here");
        }
        if (auto const unknown = unknown_key(keys)) {
            return *unknown;
        }
        if (wrong) {
            auto const path = wrong->text.substr(0, wrong->text.find(" is not "));
            return at(lines_.line_of(path), wrong->text + account_of(path, keys));
        }
        if (!keys.accounts || keys.accounts->empty()) {
            return at(1, "key \"accounts\": a list of at least one account is needed");
        }
        for (auto const& account : *keys.accounts) {
            if (auto const failure = take(account)) {
                return *failure;
            }
        }
        return accounts_;
    }

private:
    Failure at(std::size_t line, std::string const& what) const {
        return Failure{
            {},
            make_error_code(Errc::configuration),
            file_ + ":" + std::to_string(line) + ": " + what};
    }

    static std::string account_of(std::string const& path, AccountsKeys const& keys) {
        auto const digit =
            path.find("accounts[") == 0 ? std::strtoul(path.c_str() + 9, nullptr, 10) : ~0ul;
        if (!keys.accounts || digit >= keys.accounts->size()) {
            return {};
        }
        return " (account \"" + (*keys.accounts)[digit].id.value_or("?") + "\")";
    }

    std::optional<Failure> unknown_key(AccountsKeys const& keys) const {
        for (auto const& [path, offset] : lines_.paths()) {
            auto const dot = path.rfind('.');
            auto const parent = dot == path.npos ? std::string{} : path.substr(0, dot);
            auto const name = dot == path.npos ? path : path.substr(dot + 1);
            auto const in_account = parent.starts_with("accounts[") && parent.ends_with(']');
            auto const in_timeouts = parent.ends_with("].timeouts");
            auto const bad_top = parent.empty() && !path.empty() && path != "accounts" &&
                                 !path.starts_with("accounts[");
            auto const bad_key = in_account && !is_one_of(member_names<AccountKeys>, name);
            if (bad_top || bad_key || (in_timeouts && find_source(sources_, name) == nullptr)) {
                auto const kind = std::string(in_timeouts ? "unknown source" : "unknown key");
                return at(
                    lines_.line_of(path), kind + " \"" + name + "\"" +
                                              (bad_key ? suggestion(name) : "") +
                                              account_of(path, keys));
            }
        }
        return std::nullopt;
    }

    std::optional<Failure> take(AccountKeys const& keys) {
        auto const index = accounts_.size();
        auto const path = "accounts[" + std::to_string(index) + "]";
        auto account = Account{};
        account.id = keys.id.value_or("");
        auto const wrong = [&](std::string const& key, std::string const& why) {
            return at(
                lines_.line_of(path + "." + key),
                "account \"" + account.id + "\": key \"" + key + "\": " + why);
        };
        if (account.id.empty()) {
            return at(lines_.line_of(path), path + ": key \"id\" is missing");
        }
        for (auto const& other : accounts_) {
            if (other.id == account.id) {
                return wrong("id", "another account has the same id");
            }
        }
        if (keys.provider.value_or("ollama") != "ollama") {
            return wrong("provider", "only \"ollama\" is known");
        }
        auto const auth = keys.auth.value_or("local");
        if (auth != "local" && auth != "api_key") {
            return wrong("auth", "\"local\" or \"api_key\" is needed");
        }
        account.auth = auth == "local" ? Auth::local : Auth::api_key;
        account.api_key_env = keys.api_key_env.value_or(account.api_key_env);
        if (keys.base_url) {
            auto url = io::parse_url(*keys.base_url);
            if (!url) {
                return wrong("base_url", url.failure().text);
            }
            account.base_url = *url;
        }
        if (keys.cloud_base_url) {
            auto url = io::parse_url(*keys.cloud_base_url);
            if (!url) {
                return wrong("cloud_base_url", url.failure().text);
            }
            account.cloud_base_url = *keys.cloud_base_url;
        }
        auto const base = keys.config_dir ? std::filesystem::path(*keys.config_dir) : home_;
        account.logs_dir = keys.logs_dir ? std::filesystem::path(*keys.logs_dir) : base / "logs";
        account.server_config =
            keys.server_config ? std::filesystem::path(*keys.server_config) : base / "server.json";
        account.db_path = keys.db_path.value_or("");
        auto const duration = [](std::optional<std::string> const& text, auto& into) {
            auto const value = text ? parse_duration(*text) : std::nullopt;
            into = value ? *value : into;
            return !text || (value && *value > std::chrono::nanoseconds(0));
        };
        if (!duration(keys.timeout, account.timeout)) {
            return wrong("timeout", "a duration such as \"5s\" is needed");
        }
        if (!duration(keys.poll_interval, account.poll_interval)) {
            return wrong("poll_interval", "a duration such as \"30s\" is needed");
        }
        for (auto const& [source, text] :
             keys.timeouts.value_or(std::map<std::string, std::string>{})) {
            if (!duration(text, account.timeouts[source])) {
                return wrong("timeouts." + source, "a duration such as \"5s\" is needed");
            }
        }
        accounts_.push_back(std::move(account));
        return std::nullopt;
    }

    std::string_view text_;
    io::JsonLines lines_;
    std::string file_;
    std::filesystem::path home_;
    std::vector<SourceDescription> sources_ = source_descriptions();
    std::vector<Account> accounts_;
};

} // namespace detail

/// Parses an accounts file. `file` is its name in error messages. `config_dir` contains server.json
/// and logs/ for accounts that do not set them. Unknown keys and wrong types are failures that name
/// the file, the line, the account and the key. The file never contains the cloud's API key, only
/// the name of its environment variable.
inline Result<std::vector<Account>>
parse_accounts(std::string_view text, std::string file, std::filesystem::path config_dir) {
    return detail::AccountsReader(text, std::move(file), std::move(config_dir)).read();
}

} // namespace OUSAGE_NAMESPACE::ollama
