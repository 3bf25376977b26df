#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>

#include <memory>

namespace OUSAGE_NAMESPACE::ollama {

struct LocalApiMemory; // local_api/local_api_memory.hpp

/// The source `local_api`: GET /api/version, /api/status, /api/tags and /api/ps at the same time;
/// POST /api/show where /api/tags lacks capabilities or context length, once per model and digest;
/// POST /api/me at most once in ten minutes and never while the cloud is disabled. The memory is
/// shared by all copies of the source. Every part that fails is named; the rest stands.
OUSAGE_DECL Source<LocalApi> local_api(std::shared_ptr<LocalApiMemory> memory);

/// The same for a server's URL, with a fresh memory.
OUSAGE_DECL Source<LocalApi> local_api(io::Url base);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/local_api/impl/local_api.hpp>
#endif
