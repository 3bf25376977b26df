#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// The text values of a snapshot. Every output writes each of them as a string.
struct Attributes {
    static constexpr bool as_text = true;
    std::optional<std::string> cli_version;             ///< /api/version
    std::optional<bool> cloud_disabled;                 ///< /api/status, else server.json
    std::optional<std::string> cloud_source;            ///< `none`, `env`, `config` or `both`
    std::optional<std::string> signin_url;              ///< if the server is not signed in
    std::optional<std::string> selected_model;          ///< settings.selected_model
    std::optional<bool> websearch_enabled;              ///< settings.websearch_enabled
    std::optional<bool> turbo_enabled;                  ///< settings.turbo_enabled
    std::optional<bool> agent_mode;                     ///< settings.agent
    std::optional<bool> tools_enabled;                  ///< settings.tools
    std::optional<bool> think_enabled;                  ///< settings.think_enabled
    std::optional<bool> airplane_mode;                  ///< settings.airplane_mode
    std::optional<std::string> device_id;               ///< settings.device_id
    std::optional<std::string> account_id;              ///< the account's id in the cloud
    std::optional<std::string> account_email;           ///< from the cloud, else users.email
    std::optional<std::string> account_name;            ///< from the cloud, else users.name
    std::optional<std::string> plan_name;               ///< from the cloud, else users.plan
    std::optional<Timestamp> account_cached_at;         ///< users.cached_at
    std::optional<std::int64_t> desktop_schema_version; ///< settings.schema_version
    std::optional<std::string> requests_from;           ///< `server_log` or `desktop_db`
    std::optional<std::string> token_estimation;        ///< `chars_div_4`
    std::optional<std::string> auth_type;               ///< `api_key` or `cookie`
    std::optional<std::uint64_t> cloud_age_seconds;     ///< age of the cloud's responses
    std::optional<std::string> customer_id;             ///< /api/me
    std::optional<std::string> subscription_id;         ///< /api/me
    std::optional<std::string> workos_user_id;          ///< /api/me
    std::optional<Timestamp> billing_cycle_start;       ///< /api/me
    std::optional<Timestamp> billing_cycle_end;         ///< /api/me
};

} // namespace OUSAGE_NAMESPACE::ollama
