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
    std::chrono::sys_seconds time;   ///< when it ended
    std::chrono::seconds offset{};   ///< of the server's zone at that time
    Route route = Route::other;      ///< of its method and path
    GinLine line;                    ///< the rest; views that live as long as the sink is called
    std::vector<std::string> errors; ///< texts of the `Error #NN: ` lines behind it
};

} // namespace OUSAGE_NAMESPACE::ollama
