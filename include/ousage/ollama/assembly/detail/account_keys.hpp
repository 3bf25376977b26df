#pragma once

#include <ousage/config.hpp>
#include <ousage/core/reflect.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The keys of one account in the accounts file. Each member is a key.
struct AccountKeys {
    std::optional<std::string> id;
    std::optional<std::string> provider;
    std::optional<std::string> api_key_env;
    std::optional<std::string> base_url;
    std::optional<std::string> bearer_env;
    std::optional<std::map<std::string, std::string>> headers_env;
    std::optional<std::string> auth;
    std::optional<std::string> cloud_base_url;
    std::optional<std::string> config_dir;
    std::optional<std::string> logs_dir;
    std::optional<std::vector<std::string>> log_files;
    std::optional<std::string> server_config;
    std::optional<std::string> db_path;
    std::optional<bool> runner_slots;
    std::optional<std::string> timeout;
    std::optional<std::map<std::string, std::string>> timeouts;
    std::optional<std::string> poll_interval;
};

// The keys of the accounts file.
struct AccountsKeys {
    std::optional<std::vector<AccountKeys>> accounts;
};

inline bool is_account_key(std::string_view name) {
    auto const& names = member_names<AccountKeys>;
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Returns the Levenshtein distance of two words.
inline std::size_t edit_distance(std::string_view left, std::string_view right) {
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

// Returns a hint for a misspelled key of an account. Empty if no key is similar.
inline std::string suggest_account_key(std::string_view misspelled) {
    for (auto const name : member_names<AccountKeys>) {
        if (edit_distance(misspelled, name) <= 2) {
            return " (did you mean \"" + std::string(name) + "\"?)";
        }
    }
    return {};
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
