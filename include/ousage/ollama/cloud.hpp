#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/cloud/cloud_access.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>

#include <memory>

namespace OUSAGE_NAMESPACE::ollama {

struct CloudCache; // cloud/cloud_cache.hpp

/// Source `cloud`. Sends POST /api/me, GET /api/tags, GET /api/balance and GET /api/usage (default
/// range of seven days, and one day) concurrently, with the API key as a bearer token. Sends GET
/// /settings if a session cookie is set. `skipped` if neither key nor cookie is set.
///
/// Queries the cloud at most once a minute. After a Retry-After, it also waits for that time; after
/// a Retry-After or a failed round, it adds a random delay of up to 30 s. Until the next round it
/// returns the last values with their age.
///
/// With `CloudAccess::cached_only` it sends nothing and returns the stored response of any age.
///
/// Reads the key, the cookie, HTTPS_PROXY and NO_PROXY from the environment in each round. Sends
/// key and cookie only over https or to a loopback address. Never stores them and never follows
/// redirects.
///
/// Reports 401 and 403 as one failure with code `unauthorized`, and 429 as one failure with code
/// `rate_limited`. Reports every other failed part by name. Values of the other parts are still
/// returned.
OUSAGE_DECL Source<Cloud> cloud(std::shared_ptr<CloudCache> cache);

/// Source `cloud` with a new, empty cache.
OUSAGE_DECL Source<Cloud> cloud(CloudAccess access);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/cloud/impl/cloud.hpp>
#endif
