#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/model/model.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The values of a snapshot that the local API provides.
struct LocalApi {
    ServerMetrics server;                    ///< server metrics
    std::vector<Model> models;               ///< GET /api/tags, completed from POST /api/show
    std::vector<LoadedModel> loaded_models;  ///< GET /api/ps
    std::optional<std::string> cli_version;  ///< GET /api/version
    std::optional<bool> cloud_disabled;      ///< GET /api/status
    std::optional<std::string> cloud_source; ///< GET /api/status
    std::optional<std::string> signin_url;   ///< POST /api/me, if the server is not signed in
};

} // namespace OUSAGE_NAMESPACE::ollama

namespace OUSAGE_NAMESPACE {

/// See the primary template.
template <>
struct SourceTraits<ollama::LocalApi> : DefaultTraits {
    static constexpr std::string_view name = "local_api"; ///< in every output
    static constexpr int order = 10;                      ///< see the primary template
};

} // namespace OUSAGE_NAMESPACE
