#pragma once

#include <ousage/config.hpp>

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns an environment variable by name. Passed as a parameter, so that tests need not change
/// the process environment.
using Environment = std::function<std::optional<std::string>(char const* name)>;

/// Returns a variable from the environment of this process.
inline std::optional<std::string> process_environment(char const* name) {
    auto const* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Returns false if no environment variable can have this name, because it contains `=` or NUL.
inline bool is_variable_name(std::string_view text) {
    return text.find_first_of(std::string_view("=\0", 2)) == text.npos;
}

} // namespace OUSAGE_NAMESPACE::ollama
