#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// One GPU of this machine.
struct GpuRow {
    std::string name;           ///< index and product, `0 RTX 4090`
    std::optional<double> busy; ///< 0 to 1
    Field utilization;          ///< `83 % busy`
    Field memory;               ///< `17.9 of 24.0 GiB`; a warning above 95 %
    Field power;                ///< `312 W`
    Field temperature;          ///< `64 °C`
    std::string used_by;        ///< `Ollama` if a process of it uses the GPU
};

/// The GPUs of this machine.
struct GpuView {
    std::vector<GpuRow> rows; ///< NVIDIA before AMD
};

/// Derives the section `GPU`.
OUSAGE_DECL GpuView gpu_view(ollama::Snapshot const& snapshot);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/gpu_view.hpp>
#endif
