#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/model/usage.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// The values of a snapshot that the cloud provides.
struct Cloud {
    CloudMetrics cloud;                             ///< GET /api/tags
    CloudWindows cloud_activity;                    ///< GET /api/usage
    Limits limits;                                  ///< from any of the responses
    std::optional<std::string> auth_type;           ///< `api_key` or `cookie`
    std::optional<std::uint64_t> cloud_age_seconds; ///< age of the values
    std::optional<std::string> account_id;          ///< account id from POST /api/me
    std::optional<std::string> account_email;       ///< e-mail address
    std::optional<std::string> account_name;        ///< account name
    std::optional<std::string> plan_name;           ///< `free`, `pro`, `max` or `team`
    std::optional<std::string> customer_id;         ///< billing customer
    std::optional<std::string> subscription_id;     ///< billing subscription
    std::optional<std::string> workos_user_id;      ///< sign-in user
    std::optional<Timestamp> billing_cycle_start;   ///< start of the subscription period
    std::optional<Timestamp> billing_cycle_end;     ///< end of the subscription period
};

} // namespace OUSAGE_NAMESPACE::ollama

namespace OUSAGE_NAMESPACE {

/// See the primary template.
template <>
struct SourceTraits<ollama::Cloud> : DefaultTraits {
    static constexpr std::string_view name = "cloud"; ///< in every output
    static constexpr int order = 50;                  ///< see the primary template
};

} // namespace OUSAGE_NAMESPACE
