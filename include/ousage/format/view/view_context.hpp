#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE {

/// What a view shows in addition to a snapshot. Programs that poll know more than those that take
/// one snapshot; every member is optional.
struct ViewContext {
    std::string server = {};                              ///< `host:port` of the server
    bool show_account = false;                            ///< there are several accounts
    std::optional<std::chrono::seconds> interval;         ///< between two snapshots
    std::optional<Timestamp> down_since;                  ///< when the server was first unreachable
    std::optional<std::chrono::sys_seconds> last_request; ///< of inference
    bool log_stalled = false; ///< the log did not grow although a model answered a request
    /// Age of the values that a source kept, because it did not respond since, by its name.
    std::map<std::string, std::chrono::seconds> ages = {};
};

} // namespace OUSAGE_NAMESPACE
