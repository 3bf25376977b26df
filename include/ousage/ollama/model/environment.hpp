#pragma once

#include <ousage/config.hpp>

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// The variables of the environment: a parameter, so that tests need not change their own.
using Environment = std::function<std::optional<std::string>(char const* name)>;

/// The environment of this process.
inline std::optional<std::string> process_environment(char const* name) {
    auto const* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

} // namespace OUSAGE_NAMESPACE::ollama
