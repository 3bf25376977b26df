#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <filesystem>
#include <optional>

namespace OUSAGE_NAMESPACE::ollama {

/// The values of server.json, which Ollama reads once, at server start.
struct ServerJson {
    std::optional<bool> cloud_disabled; ///< `disable_ollama_cloud`; false if the file lacks it
};

/// Reads server.json, at most 1 MiB. `absent` if the file does not exist. A value that cannot be
/// read is a failure and counts as false, as in Ollama. The copies of the source, on any thread,
/// share one reading, which is kept for five seconds: so the sources of a snapshot read the file
/// once, each within its own deadline. If the file does not exist and `otherwise` is not empty,
/// reads that file, if it can.
OUSAGE_DECL Source<ServerJson>
server_json(std::filesystem::path path, std::filesystem::path otherwise = {});

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/model/impl/server_json.hpp>
#endif
