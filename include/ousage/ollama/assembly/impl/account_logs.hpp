#pragma once

#include <ousage/ollama/assembly/account_logs.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Returns the paths of Homebrew's log: below the prefix of the environment, else the default
// prefixes of macOS (arm64, x86-64) and Linux.
inline std::vector<std::filesystem::path> homebrew_logs(Environment const& environment) {
    auto prefixes = std::vector<std::filesystem::path>{
        "/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"};
    auto const prefix = std::filesystem::path(environment("HOMEBREW_PREFIX").value_or(""));
    if (prefix.is_absolute()) {
        prefixes = {prefix};
    }
    for (auto& path : prefixes) {
        path /= "var/log/ollama.log";
    }
    return prefixes;
}

} // namespace detail

OUSAGE_DECL LogLocation log_location(Account const& account, Environment const& environment) {
    if (!account.log_files.empty()) {
        return named_logs(account.log_files);
    }
    auto directory = log_directory(account.logs_dir);
    if (!account.default_logs) {
        return directory;
    }
    auto locations = std::vector<LogLocation>{};
    locations.push_back(std::move(directory));
    for (auto const& path : detail::homebrew_logs(environment)) {
        locations.push_back(named_logs({path}));
    }
    return first_location(std::move(locations));
}

} // namespace OUSAGE_NAMESPACE::ollama
