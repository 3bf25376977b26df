#include "instances.hpp"

namespace ousage {

template std::optional<Failure> read_json(std::string_view, ollama::Snapshot&);
template std::string to_json(ollama::Snapshot const&, JsonStyle, EmptyMembers);
template std::string to_json(ollama::LocalApi const&, JsonStyle, EmptyMembers);
template std::string to_json(ollama::Cloud const&, JsonStyle, EmptyMembers);
template std::string to_json(std::vector<ollama::Model> const&, JsonStyle, EmptyMembers);
template std::string to_json(ollama::Model const&, JsonStyle, EmptyMembers);
template Source<ollama::Snapshot>
    merge<ollama::Snapshot, std::chrono::steady_clock>(Ranked<ollama::DesktopDb, 1>);

} // namespace ousage
