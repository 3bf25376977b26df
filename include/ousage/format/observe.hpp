#pragma once

#include <ousage/config.hpp>
#include <ousage/json/style.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <string>

namespace OUSAGE_NAMESPACE {

/// Runs one snapshot to its end on this thread and gives its outcome, as the template of `run.hpp`
/// does for every source.
OUSAGE_DECL Outcome<ollama::Snapshot> run(Source<ollama::Snapshot> const& source);

/// A snapshot as JSON, as the template of `json.hpp` writes everything that can be reflected.
OUSAGE_DECL std::string
to_json(ollama::Snapshot const& snapshot, JsonStyle style = JsonStyle::pretty);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/impl/observe.hpp>
#endif
