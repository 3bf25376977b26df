#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The part of a snapshot that is read from the server's log.
struct ServerLog {
    Windows<RequestStatistics> requests;            ///< by window
    LogMetrics log;                                 ///< counts of lines, unparsed lines and bytes
    Windows<EngineStatistics> engine;               ///< by window
    std::vector<ModelUsage> model_usage;            ///< measured, by name, then by window
    DailySeries daily_series;                       ///< `requests`, `input_tokens`, `output_tokens`
    std::optional<std::string> requests_from;       ///< `server_log`
    std::map<std::string, std::string> diagnostics; ///< first unparsed line, skipped bytes
};

} // namespace OUSAGE_NAMESPACE::ollama

namespace OUSAGE_NAMESPACE {

/// See the primary template.
template <>
struct SourceTraits<ollama::ServerLog> : DefaultTraits {
    static constexpr std::string_view name = "server_log"; ///< in every output
    static constexpr int order = 20;                       ///< see the primary template
};

} // namespace OUSAGE_NAMESPACE
