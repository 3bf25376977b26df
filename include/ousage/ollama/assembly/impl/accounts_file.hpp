#pragma once

#include <ousage/json/reader.hpp>
#include <ousage/ollama/assembly/accounts_file.hpp>
#include <ousage/ollama/assembly/detail/account_keys.hpp>
#include <ousage/ollama/assembly/detail/account_reader.hpp>
#include <ousage/ollama/assembly/detail/accounts_text.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Returns the account that a path such as `accounts[0].timeout` belongs to, as a suffix of an error
// message. Empty if it belongs to none.
inline std::string describe_account(std::string const& path, AccountsKeys const& keys) {
    auto const index =
        path.starts_with("accounts[") ? std::strtoul(path.c_str() + 9, nullptr, 10) : ~0ul;
    if (!keys.accounts || index >= keys.accounts->size()) {
        return {};
    }
    return " (account \"" + (*keys.accounts)[index].id.value_or("?") + "\")";
}

// Returns a failure for the first key that is not part of the format.
inline std::optional<Failure> find_unknown_key(AccountsText const& file, AccountsKeys const& keys) {
    auto const sources = source_descriptions();
    for (auto const& [path, line] : file.lines().lines) {
        auto const dot = path.rfind('.');
        auto const parent = dot == path.npos ? std::string{} : path.substr(0, dot);
        auto const name = dot == path.npos ? path : path.substr(dot + 1);
        auto const in_account = parent.starts_with("accounts[") && parent.ends_with(']');
        auto const in_timeouts = parent.ends_with("].timeouts");
        auto const unknown_top =
            parent.empty() && !path.empty() && path != "accounts" && !path.starts_with("accounts[");
        // An element of a list, such as `log_files[0]`, is part of its key.
        auto const unknown_key = in_account && !is_account_key(name.substr(0, name.find('[')));
        if (unknown_top || unknown_key || (in_timeouts && find_source(sources, name) == nullptr)) {
            auto const kind = std::string(in_timeouts ? "unknown source" : "unknown key");
            return file.failure_at(
                path, kind + " \"" + name + "\"" + (unknown_key ? suggest_account_key(name) : "") +
                          describe_account(path, keys));
        }
    }
    return std::nullopt;
}

// Reads the keys. Returns a failure if the text is not JSON or has a wrong type or an unknown key.
inline Result<std::vector<AccountKeys>> read_keys(AccountsText const& file) {
    auto keys = AccountsKeys{};
    auto const failure = read_json(file.text(), keys);
    if (!file.lines().good || (failure && failure->text.starts_with("not JSON"))) {
        return file.failure_at(file.lines().last_line, "not JSON here");
    }
    if (auto const unknown = find_unknown_key(file, keys)) {
        return *unknown;
    }
    if (failure) {
        auto const path = failure->text.substr(0, failure->text.find(" is not "));
        return file.failure_at(path, failure->text + describe_account(path, keys));
    }
    if (!keys.accounts || keys.accounts->empty()) {
        return file.failure_at(1, "key \"accounts\": a list of at least one account is needed");
    }
    return std::move(*keys.accounts);
}

} // namespace detail

OUSAGE_DECL Result<std::vector<Account>>
parse_accounts(std::string_view text, std::string file, std::filesystem::path config_dir) {
    auto const source = detail::AccountsText(text, std::move(file));
    auto const keys = detail::read_keys(source);
    if (!keys) {
        return keys.failure();
    }
    auto accounts = std::vector<Account>{};
    for (auto const& account_keys : *keys) {
        auto const path = "accounts[" + std::to_string(accounts.size()) + "]";
        auto reader = detail::AccountReader(source, path, account_keys);
        auto const is_same = [&](Account const& other) { return other.id == account_keys.id; };
        if (std::any_of(accounts.begin(), accounts.end(), is_same)) {
            return reader.failure_of("id", "another account has the same id");
        }
        auto account = reader.read(config_dir);
        if (!account) {
            return account.failure();
        }
        accounts.push_back(std::move(*account));
    }
    return accounts;
}

} // namespace OUSAGE_NAMESPACE::ollama
