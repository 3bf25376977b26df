#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/model/gpu.hpp>

#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The values of a snapshot that the drivers of this machine's GPUs provide.
struct GpuState {
    GpuMetrics gpu;        ///< counts, sums and a mean
    std::vector<Gpu> gpus; ///< NVIDIA before AMD; a card before its MIG instances
};

} // namespace OUSAGE_NAMESPACE::ollama

namespace OUSAGE_NAMESPACE {

/// See the primary template.
template <>
struct SourceTraits<ollama::GpuState> : DefaultTraits {
    static constexpr std::string_view name = "gpu"; ///< in every output
    static constexpr int order = 60;                ///< see the primary template
    static constexpr bool counts_as_data = false;   ///< see the primary template
};

} // namespace OUSAGE_NAMESPACE
