#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/log_observer.hpp>

#include <memory>

namespace OUSAGE_NAMESPACE::ollama {

struct LocalApiMemory;

/// Who looks on while snapshots are taken; what is empty changes nothing.
struct Observers {
    std::shared_ptr<LocalApiMemory> server; ///< memory of the local API, in place of a fresh one
    LogObserver log;                        ///< sees the server's log
};

} // namespace OUSAGE_NAMESPACE::ollama
