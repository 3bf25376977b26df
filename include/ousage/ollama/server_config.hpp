#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/model/server_json.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// The values of a snapshot that server.json provides. Ollama reads the file once, at server start,
/// so values from the running server take precedence.
struct ServerConfig {
    std::optional<bool> cloud_disabled; ///< `disable_ollama_cloud`
};

/// Source `server_config`: server.json, at most 1 MiB. `absent` if the file does not exist.
OUSAGE_DECL Source<ServerConfig> server_config(std::filesystem::path path);

/// The same from a reading that is shared with another source, such as `local_api`.
OUSAGE_DECL Source<ServerConfig> server_config(Source<ServerJson> file);

} // namespace OUSAGE_NAMESPACE::ollama

namespace OUSAGE_NAMESPACE {

/// See the primary template.
template <>
struct SourceTraits<ollama::ServerConfig> : DefaultTraits {
    static constexpr std::string_view name = "server_config"; ///< in every output
    static constexpr int order = 40;                          ///< see the primary template
    static constexpr bool counts_as_data = false;             ///< see the primary template
};

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/ollama/server_config/impl/server_config.hpp>
#endif
