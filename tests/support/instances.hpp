#pragma once

#include <ousage/core/fallback.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>
#include <ousage/ollama/desktop/desktop_db_part.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What several tests instantiate with the same large types. instances.cpp compiles it once: in each
// of them it would take seconds and more than 100 MB.
namespace ousage {

extern template std::optional<Failure> read_json(std::string_view, ollama::Snapshot&);
extern template std::string to_json(ollama::Snapshot const&, JsonStyle, EmptyMembers);
extern template std::string to_json(ollama::LocalApi const&, JsonStyle, EmptyMembers);
extern template std::string to_json(ollama::Cloud const&, JsonStyle, EmptyMembers);
extern template std::string to_json(std::vector<ollama::Model> const&, JsonStyle, EmptyMembers);
extern template std::string to_json(ollama::Model const&, JsonStyle, EmptyMembers);
extern template Source<ollama::Snapshot>
    merge<ollama::Snapshot, std::chrono::steady_clock>(Ranked<ollama::DesktopDb, 1>);

} // namespace ousage
