#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/model/usage.hpp>
#include <ousage/ollama/model/windows.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The values of a snapshot that the desktop database provides. A server log takes precedence for
/// `requests`, `requests_from` and the series `requests`; the cloud takes precedence for the
/// account.
struct DesktopDb {
    DesktopMetrics desktop;                     ///< over all time
    Windows<DesktopActivity> desktop_activity;  ///< by window
    Windows<RequestStatistics> requests;        ///< user messages, by window
    std::vector<ModelUsage> model_usage;        ///< by name, then by window
    std::vector<ToolUsage> tool_usage;          ///< most calls first
    DailySeries daily_series;                   ///< by the local calendar
    std::optional<std::string> selected_model;  ///< settings.selected_model
    std::optional<bool> websearch_enabled;      ///< settings.websearch_enabled
    std::optional<bool> turbo_enabled;          ///< settings.turbo_enabled
    std::optional<bool> agent_mode;             ///< settings.agent
    std::optional<bool> tools_enabled;          ///< settings.tools
    std::optional<bool> think_enabled;          ///< settings.think_enabled
    std::optional<bool> airplane_mode;          ///< settings.airplane_mode
    std::optional<std::string> device_id;       ///< settings.device_id
    std::optional<std::string> account_email;   ///< users.email, stale after a sign-out
    std::optional<std::string> account_name;    ///< users.name
    std::optional<std::string> plan_name;       ///< users.plan
    std::optional<Timestamp> account_cached_at; ///< users.cached_at: time of the account data
    std::optional<std::int64_t> desktop_schema_version; ///< settings.schema_version
    std::optional<std::string> requests_from;           ///< `desktop_db`
    std::optional<std::string> token_estimation;        ///< `chars_div_4`
};

} // namespace OUSAGE_NAMESPACE::ollama

namespace OUSAGE_NAMESPACE {

/// See the primary template.
template <>
struct SourceTraits<ollama::DesktopDb> : DefaultTraits {
    static constexpr std::string_view name = "desktop_db"; ///< in every output
    static constexpr int order = 30;                       ///< see the primary template
};

} // namespace OUSAGE_NAMESPACE
