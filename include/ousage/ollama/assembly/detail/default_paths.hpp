#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline std::filesystem::path home_directory(Environment const& environment) {
    return environment("HOME").value_or("/");
}

// Returns the directory that an XDG variable names, else `relative` to the home directory. An empty
// or relative value is ignored (XDG Base Directory Specification).
inline std::filesystem::path
xdg_directory(Environment const& environment, char const* variable, char const* relative) {
    auto directory = std::filesystem::path(environment(variable).value_or(""));
    return directory.is_absolute() ? directory : home_directory(environment) / relative;
}

// Returns the paths at which the desktop app's database is looked for, in that order. The app runs
// on macOS and Windows. ~/.ollama is its fallback on other systems (Ollama app/store); the other
// two directories are those of ports to Linux.
inline std::vector<std::filesystem::path> database_candidates(Environment const& environment) {
    auto const home = home_directory(environment);
#if defined(__APPLE__)
    return {home / "Library/Application Support/Ollama/db.sqlite"};
#else
    return {
        home / ".ollama/db.sqlite",
        xdg_directory(environment, "XDG_DATA_HOME", ".local/share") / "Ollama/db.sqlite",
        xdg_directory(environment, "XDG_CONFIG_HOME", ".config") / "Ollama/db.sqlite",
    };
#endif
}

// Returns the first candidate that exists. If none does, returns the first one.
inline std::filesystem::path default_database(Environment const& environment) {
    auto candidates = database_candidates(environment);
    auto const exists = [](std::filesystem::path const& path) {
        std::error_code ignored;
        return std::filesystem::exists(path, ignored);
    };
    auto const found = std::find_if(candidates.begin(), candidates.end(), exists);
    return found == candidates.end() ? candidates.front() : *found;
}

// Returns the server.json of the user `ollama`, as which the installer for Linux runs the service.
inline std::filesystem::path service_server_config() {
#if defined(__linux__)
    return "/usr/share/ollama/.ollama/server.json";
#else
    return {};
#endif
}

// Returns $XDG_STATE_HOME/ousage or, in a systemd unit with StateDirectory=, the first directory of
// $STATE_DIRECTORY. That is a link if the unit has a dynamic user.
inline std::filesystem::path default_state_directory(Environment const& environment) {
    auto const of_unit = environment("STATE_DIRECTORY").value_or("");
    auto const directory = std::filesystem::path(of_unit.substr(0, of_unit.find(':')));
    if (directory.is_absolute()) {
        std::error_code error;
        auto real = std::filesystem::canonical(directory, error);
        return error ? directory : real;
    }
    return xdg_directory(environment, "XDG_STATE_HOME", ".local/state") / "ousage";
}

// Returns $XDG_CONFIG_HOME/ousage/config.json if it exists.
inline std::optional<std::filesystem::path> default_accounts_file(Environment const& environment) {
    auto path = xdg_directory(environment, "XDG_CONFIG_HOME", ".config") / "ousage/config.json";
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? std::optional(std::move(path)) : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
