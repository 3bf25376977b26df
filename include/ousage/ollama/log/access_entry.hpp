#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/route.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// One request of the access log.
struct AccessEntry {
    std::chrono::sys_seconds time;   ///< when the request ended
    std::chrono::seconds offset{};   ///< UTC offset of the server at that time
    Route route = Route::other;      ///< derived from method and path
    GinLine line;                    ///< the other fields; views valid only during the sink call
    std::vector<std::string> errors; ///< texts of the `Error #NN: ` lines after it
};

} // namespace OUSAGE_NAMESPACE::ollama
