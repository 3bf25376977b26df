#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline std::filesystem::path home_directory(Environment const& environment) {
    return environment("HOME").value_or("/");
}

// Returns the path of the desktop app's database. The app runs on macOS and Windows. On other
// systems two paths are checked: first the app's own fallback in ~/.ollama (Ollama app/store), then
// $XDG_DATA_HOME. If neither exists, the first is returned.
inline std::filesystem::path default_database(Environment const& environment) {
    auto const home = home_directory(environment);
#if defined(__APPLE__)
    return home / "Library/Application Support/Ollama/db.sqlite";
#else
    auto const data = environment("XDG_DATA_HOME").value_or((home / ".local/share").string());
    auto const in_home = home / ".ollama/db.sqlite";
    auto const in_data = std::filesystem::path(data) / "Ollama/db.sqlite";
    std::error_code ignored;
    auto const use_data =
        !std::filesystem::exists(in_home, ignored) && std::filesystem::exists(in_data, ignored);
    return use_data ? in_data : in_home;
#endif
}

// Returns $XDG_STATE_HOME/ousage. A relative $XDG_STATE_HOME is ignored (XDG Base Directory
// Specification).
inline std::filesystem::path default_state_directory(Environment const& environment) {
    auto directory = std::filesystem::path(environment("XDG_STATE_HOME").value_or(""));
    if (!directory.is_absolute()) {
        directory = home_directory(environment) / ".local/state";
    }
    return directory / "ousage";
}

// Returns $XDG_CONFIG_HOME/ousage/config.json if it exists.
inline std::optional<std::filesystem::path> default_accounts_file(Environment const& environment) {
    auto const directory =
        environment("XDG_CONFIG_HOME").value_or((home_directory(environment) / ".config").string());
    auto path = std::filesystem::path(directory) / "ousage/config.json";
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? std::optional(std::move(path)) : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
