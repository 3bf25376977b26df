#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>

#include <memory>

namespace OUSAGE_NAMESPACE::ollama {

struct LocalApiCache; // local_api/local_api_cache.hpp

/// Source `local_api`. Sends GET /api/version, /api/status, /api/tags and /api/ps concurrently.
/// Sends POST /api/show once per model and digest if /api/tags lacks the capabilities or the
/// context length. Sends POST /api/me at most once in ten minutes, and never while the cloud is
/// disabled, by the server or, if it is too old to report that, by server.json. With a state
/// directory, both limits hold over all runs. All copies of the source share `cache`. Reports every
/// failed part by name; values of the other parts are still returned.
OUSAGE_DECL Source<LocalApi> local_api(std::shared_ptr<LocalApiCache> cache);

/// Source `local_api` for the server at `base`, with a new, empty cache.
OUSAGE_DECL Source<LocalApi> local_api(io::Url base);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/local_api/impl/local_api.hpp>
#endif
