#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <filesystem>
#include <optional>

namespace OUSAGE_NAMESPACE::ollama {

/// What server.json brings to a snapshot. It is read by the server once, at its start: the live
/// server's own word wins over it.
struct ServerConfig {
    std::optional<bool> cloud_disabled; ///< `disable_ollama_cloud`
};

/// The source `server_config`: server.json, at most a mebibyte. `absent` where there is none.
OUSAGE_DECL Source<ServerConfig> server_config(std::filesystem::path path);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/server_config/impl/server_config.hpp>
#endif
