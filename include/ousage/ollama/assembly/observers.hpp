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
    /// Returns whether a collection also requests what changes rarely. If it returns false, GET
    /// /api/ps, the log, the GPUs and the engines are read, and all other values are those of the
    /// last collection that requested them. Called several times in a collection; the result must
    /// not change during one. Collections must not run concurrently. Empty: always.
    std::function<bool()> rest_due;
};

} // namespace OUSAGE_NAMESPACE::ollama
