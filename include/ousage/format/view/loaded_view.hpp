#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/format/view/view_context.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// One model in memory.
struct LoadedRow {
    std::string name;                ///< display name
    std::optional<double> gpu_share; ///< the part in GPU memory, 0 to 1
    Field size;                      ///< memory on GPU and host, `14.2 GiB`
    Field processor;                 ///< `68 % GPU`; a warning if a part is on the CPU
    std::string context;             ///< tokens, `32k`
    std::string expires;             ///< `in 27 min`, `never`, `in use`
};

/// The models in memory.
struct LoadedView {
    std::vector<LoadedRow> rows; ///< in the server's order
    Field vram;                  ///< of all models and GPUs, `12.8 of 24.0 GiB`
    std::string nothing;         ///< a sentence if the server has loaded no model
};

/// Derives the section `Loaded`. A model on the CPU alone is only a warning if the machine has a
/// GPU, or if another model uses one.
OUSAGE_DECL LoadedView loaded_view(ollama::Snapshot const& snapshot, ViewContext const& context);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/loaded_view.hpp>
#endif
