#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <map>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// What the server's log brings to a snapshot.
struct ServerLog {
    Windows<RequestStatistics> requests;            ///< by window
    LogMetrics log;                                 ///< sizes and what could not be read
    DailySeries daily_series;                       ///< `requests`
    std::optional<std::string> requests_from;       ///< `server_log`
    std::map<std::string, std::string> diagnostics; ///< the first unparsed line's place
};

} // namespace OUSAGE_NAMESPACE::ollama
