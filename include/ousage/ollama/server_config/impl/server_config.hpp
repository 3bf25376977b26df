#pragma once

#include <ousage/core/transform.hpp>
#include <ousage/ollama/model/server_json.hpp>
#include <ousage/ollama/server_config.hpp>

#include <filesystem>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline ServerConfig config_from(ServerJson const& file) {
    auto config = ServerConfig{};
    config.cloud_disabled = file.cloud_disabled;
    return config;
}

} // namespace detail

OUSAGE_DECL Source<ServerConfig> server_config(Source<ServerJson> file) {
    auto config = transform(std::move(file), &detail::config_from);
    return config.with_name(std::string(SourceTraits<ServerConfig>::name));
}

OUSAGE_DECL Source<ServerConfig> server_config(std::filesystem::path path) {
    return server_config(server_json(std::move(path)));
}

} // namespace OUSAGE_NAMESPACE::ollama
