#pragma once

#include <ousage/ollama/metrics.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <map>
#include <optional>
#include <string>

namespace ousage::ollama {

/// What the server's log brings to a snapshot.
struct ServerLog {
    Windows<RequestStatistics> requests;            ///< by window
    LogMetrics log;                                 ///< sizes and what could not be read
    DailySeries daily_series;                       ///< `requests`
    std::optional<std::string> requests_from;       ///< `server_log`
    std::map<std::string, std::string> diagnostics; ///< the first unparsed line's place
};

} // namespace ousage::ollama
