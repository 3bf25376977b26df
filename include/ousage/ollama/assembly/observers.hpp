#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/log_observer.hpp>

#include <functional>
#include <memory>

namespace OUSAGE_NAMESPACE::ollama {

struct LocalApiCache;

/// Observers of a snapshot in progress. Empty members have no effect.
struct Observers {
    std::shared_ptr<LocalApiCache> server; ///< the cache of the local API, instead of a new one
    LogObserver log;                       ///< receives the entries of the server's log
    std::function<void(bool)> cloud;       ///< see `CloudAccess::attempted`
};

} // namespace OUSAGE_NAMESPACE::ollama
