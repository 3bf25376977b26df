#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/model/runner.hpp>

#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The values of a snapshot that the engine processes of this machine's Ollama provide.
struct RunnerState {
    RunnerMetrics runner;        ///< counts
    std::vector<Runner> runners; ///< by process id
};

} // namespace OUSAGE_NAMESPACE::ollama

namespace OUSAGE_NAMESPACE {

/// See the primary template.
template <>
struct SourceTraits<ollama::RunnerState> : DefaultTraits {
    static constexpr std::string_view name = "runners"; ///< in every output
    static constexpr int order = 70;                    ///< see the primary template
    static constexpr bool counts_as_data = false;       ///< see the primary template
};

} // namespace OUSAGE_NAMESPACE
