#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/assembly/has_data.hpp>
#include <ousage/ollama/assembly/observers.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

namespace OUSAGE_NAMESPACE::ollama {

/// The source of a whole snapshot of one account: its five sources at the same time, each under its
/// own deadline, merged by type. Polling the same source again keeps connections and what needs no
/// second question.
OUSAGE_DECL Source<Snapshot> snapshot(
    Account const& account, Configuration const& configuration, Observers const& observers = {});

/// The same for the only, or the first, account of a configuration.
OUSAGE_DECL Source<Snapshot> snapshot(Configuration const& configuration);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/take_snapshot.hpp>
#endif
