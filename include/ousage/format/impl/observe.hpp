#pragma once

#include <ousage/core/run.hpp>
#include <ousage/format/json.hpp>
#include <ousage/format/observe.hpp>

#include <string>

namespace ousage {

OUSAGE_DECL Outcome<ollama::Snapshot> run(Source<ollama::Snapshot> const& source) {
    return run<ollama::Snapshot>(source);
}

OUSAGE_DECL std::string to_json(ollama::Snapshot const& snapshot, JsonStyle style) {
    return to_json<ollama::Snapshot>(snapshot, style, EmptyMembers::left_out);
}

} // namespace ousage
