#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/assembly/observers.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Creates the source of a complete snapshot of one account. It collects all sources
/// concurrently, each with its own deadline, and merges them by type. Further collections reuse
/// connections, and responses that need not be requested again.
OUSAGE_DECL Source<Snapshot> snapshot(
    Account const& account, Configuration const& configuration, Observers const& observers = {});

/// Creates the source of a snapshot of the first account of a configuration.
OUSAGE_DECL Source<Snapshot> snapshot(Configuration const& configuration);

/// Returns the sources of a snapshot, in the order of the output. Creates none of them.
OUSAGE_DECL std::vector<SourceDescription> source_descriptions();

/// Returns whether a source that counts as data had any. `server_config`, `gpu` and
/// `runners` do not count.
OUSAGE_DECL bool has_data(Snapshot const& snapshot);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/take_snapshot.hpp>
#endif
