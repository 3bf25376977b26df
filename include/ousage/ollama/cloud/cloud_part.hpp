#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/model/environment.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/model/usage.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// What the cloud brings to a snapshot.
struct Cloud {
    CloudMetrics cloud;                             ///< GET /api/tags
    CloudWindows cloud_activity;                    ///< GET /api/usage
    Limits limits;                                  ///< whichever answer has them
    std::optional<std::string> auth_type;           ///< `api_key` or `cookie`
    std::optional<std::uint64_t> cloud_age_seconds; ///< how old the answers are
    std::optional<std::string> account_id;          ///< POST /api/me, and so on
    std::optional<std::string> account_email;       ///< address
    std::optional<std::string> account_name;        ///< name
    std::optional<std::string> plan_name;           ///< `free`, `pro`, `max` or `team`
    std::optional<std::string> customer_id;         ///< of the billing
    std::optional<std::string> subscription_id;     ///< of the billing
    std::optional<std::string> workos_user_id;      ///< of the sign-in
    std::optional<Timestamp> billing_cycle_start;   ///< of the subscription
    std::optional<Timestamp> billing_cycle_end;     ///< of the subscription
};

/// The clock of the cloud's rounds, in milliseconds: not that of the windows, which `--now` sets.
using CloudClock = std::function<std::chrono::sys_time<std::chrono::milliseconds>()>;

/// The system's clock.
inline std::chrono::sys_time<std::chrono::milliseconds> system_milliseconds() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// How one account's cloud is asked.
struct CloudAccess {
    io::Url base{"https", "ollama.com", "443", ""};        ///< the cloud
    std::string key_variable = "OLLAMA_API_KEY";           ///< holds the key; read at each round
    std::string cookie_variable = "OLLAMA_SESSION_COOKIE"; ///< holds the cookie of the web page
    Environment environment = &process_environment;        ///< where those variables are
    std::optional<std::filesystem::path> state_folder; ///< shared by runs; none: nothing is kept
    CloudClock clock = &system_milliseconds;           ///< of the rounds
    std::function<double()> random;                    ///< 0 to 1, for jitter; empty: a device
};

} // namespace OUSAGE_NAMESPACE::ollama
