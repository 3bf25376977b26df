#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/snapshot.hpp>

namespace OUSAGE_NAMESPACE::ollama {

/// Completes data from the desktop database with data that only the server has: a model with a
/// remote host runs in the cloud, whatever its name. Changes `location` in `model_usage` and the
/// series `requests_local` and `requests_cloud`.
OUSAGE_DECL void relocate_remote_models(Snapshot& snapshot);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/remote_models.hpp>
#endif
