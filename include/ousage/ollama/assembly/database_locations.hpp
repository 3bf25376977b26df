#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/assembly/detail/default_paths.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <filesystem>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns the paths at which `detect` looks for the desktop app's database on this system, in that
/// order, if no option and no accounts file names it.
inline std::vector<std::filesystem::path> database_locations(Environment const& environment) {
    return detail::database_candidates(environment);
}

} // namespace OUSAGE_NAMESPACE::ollama
