#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>

#include <memory>

namespace OUSAGE_NAMESPACE::ollama {

struct CloudMemory; // cloud/cloud_memory.hpp

/// The source `cloud`: POST /api/me, GET /api/tags, /api/balance and /api/usage (the default range
/// of seven days, and a day) at the same time with the key as a bearer token; GET /settings where
/// there is a session cookie. `skipped` where there is neither. The cloud is asked at most once a
/// minute, later where it says Retry-After, later by up to half a minute where nothing answered;
/// until then the last answers are given with their age. Key and cookie are read from the
/// environment at each round, as are HTTPS_PROXY and NO_PROXY; they are sent over https alone or to
/// this machine, and kept nowhere; no redirect is followed. 401 and 403 are one failure of code
/// `unauthorized`, 429 one of code `rate_limited`; every other part that fails is named, and the
/// rest stands.
OUSAGE_DECL Source<Cloud> cloud(std::shared_ptr<CloudMemory> memory);

/// The same with a fresh memory.
OUSAGE_DECL Source<Cloud> cloud(CloudAccess access);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/cloud/impl/cloud.hpp>
#endif
