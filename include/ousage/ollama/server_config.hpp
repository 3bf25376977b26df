#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <filesystem>
#include <optional>

namespace OUSAGE_NAMESPACE::ollama {

/// The values of a snapshot that server.json provides. Ollama reads the file once, at server start,
/// so values from the running server take precedence.
struct ServerConfig {
    std::optional<bool> cloud_disabled; ///< `disable_ollama_cloud`
};

/// Source `server_config`: server.json, at most 1 MiB. `absent` if the file does not exist.
OUSAGE_DECL Source<ServerConfig> server_config(std::filesystem::path path);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/server_config/impl/server_config.hpp>
#endif
