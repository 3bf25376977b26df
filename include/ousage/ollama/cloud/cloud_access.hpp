#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// The clock for the interval between rounds, in milliseconds. Independent of the clock for the
/// windows, which `--now` sets.
using CloudClock = std::function<std::chrono::sys_time<std::chrono::milliseconds>()>;

/// The current time of the system clock.
inline std::chrono::sys_time<std::chrono::milliseconds> system_milliseconds() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// Parameters for access to one account's cloud.
struct CloudAccess {
    io::Url base{"https", "ollama.com", "443", ""}; ///< URL of the cloud
    std::string key_variable = "OLLAMA_API_KEY";    ///< variable of the key; read in each round
    std::string cookie_variable = "OLLAMA_SESSION_COOKIE"; ///< variable of the web session cookie
    Environment environment = &process_environment;        ///< source of those variables
    std::optional<std::filesystem::path> state_directory;  ///< shared state; none: not stored
    CloudClock clock = &system_milliseconds; ///< clock for the interval between rounds
    Now now = &system_now;                   ///< clock of the windows, for resets given in seconds
    std::function<double()> random;          ///< 0 to 1, for jitter; empty: std::random_device
    /// Sends nothing: only the response that the state directory contains is returned, with its
    /// age, however old it is.
    bool cached_only = false;
    /// Called at the end of each round of requests, with whether any value was received. Not called
    /// for cached values.
    std::function<void(bool)> attempted;
};

} // namespace OUSAGE_NAMESPACE::ollama
