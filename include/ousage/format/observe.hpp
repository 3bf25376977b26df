#pragma once

#include <ousage/config.hpp>
#include <ousage/json/style.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <string>

namespace OUSAGE_NAMESPACE {

/// Takes one snapshot on this thread and returns its outcome. Blocks the thread. The template in
/// `run.hpp` does the same for any source.
[[nodiscard]] OUSAGE_DECL Outcome<ollama::Snapshot> run(Source<ollama::Snapshot> const& source);

/// Writes a snapshot as JSON. The template in `json.hpp` does the same for any reflectable type.
OUSAGE_DECL std::string
to_json(ollama::Snapshot const& snapshot, JsonStyle style = JsonStyle::pretty);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/impl/observe.hpp>
#endif
