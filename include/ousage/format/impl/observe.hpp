#pragma once

#include <ousage/config.hpp>
#include <ousage/core/run.hpp>
#include <ousage/format/observe.hpp>
#include <ousage/json/json.hpp>

#include <string>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL Outcome<ollama::Snapshot> run(Source<ollama::Snapshot> const& source) {
    return run<ollama::Snapshot>(source);
}

OUSAGE_DECL std::string to_json(ollama::Snapshot const& snapshot, JsonStyle style) {
    return to_json<ollama::Snapshot>(snapshot, style, EmptyMembers::left_out);
}

} // namespace OUSAGE_NAMESPACE
