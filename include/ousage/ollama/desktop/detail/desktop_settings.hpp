#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/desktop/detail/database_time.hpp>
#include <ousage/ollama/desktop/detail/desktop_reading.hpp>

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A setting: its column, and the schema version that added it.
struct Setting {
    char const* column;
    std::int64_t since;
};

inline constexpr std::array<Setting, 10> settings_of_app{{
    {"schema_version", 1},
    {"device_id", 1},
    {"agent", 1},
    {"tools", 1},
    {"context_length", 2},
    {"airplane_mode", 5},
    {"turbo_enabled", 6},
    {"websearch_enabled", 6},
    {"selected_model", 6},
    {"think_enabled", 8},
}};

inline std::optional<std::int64_t>
read_integer(DesktopReading& reading, io::Statement& row, std::string const& part) {
    auto const type = row.type(0);
    if (type != SQLITE_INTEGER) {
        if (type != SQLITE_NULL) {
            reading.fail(part, Errc::parse, "not a number");
        }
        return std::nullopt;
    }
    return row.integer(0);
}

inline std::optional<std::string> read_text(io::Statement& row, int column) {
    auto const text = row.text(column);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

inline void read_setting(DesktopReading& reading, io::Statement& row, std::string_view column) {
    auto& into = reading.facts.plain;
    auto const part = "settings." + std::string(column);
    if (column == "device_id") {
        into.device_id = read_text(row, 0);
        return;
    }
    if (column == "selected_model") {
        into.selected_model = read_text(row, 0);
        return;
    }
    auto const number = read_integer(reading, row, part);
    if (!number) {
        return;
    }
    if (column == "schema_version") {
        into.desktop_schema_version = number;
    } else if (column == "context_length") {
        into.desktop.configured_context_length = *number > 0 ? number : std::nullopt;
    } else {
        auto& flag = column == "agent"           ? into.agent_mode
                     : column == "tools"         ? into.tools_enabled
                     : column == "airplane_mode" ? into.airplane_mode
                     : column == "turbo_enabled" ? into.turbo_enabled
                     : column == "think_enabled" ? into.think_enabled
                                                 : into.websearch_enabled;
        flag = *number != 0;
    }
}

// Runs one query per setting, so that a missing or oversized one does not affect the others.
inline void read_settings(DesktopReading& reading) {
    if (!reading.has_table("settings", true)) {
        return;
    }
    for (auto const& setting : settings_of_app) {
        auto const part = std::string("settings.") + setting.column;
        if (!reading.database.has_column("settings", setting.column)) {
            if (reading.since(setting.since)) {
                reading.fail(part, Errc::database, "no such column");
            }
            continue;
        }
        auto query = reading.database.prepare(
            std::string("SELECT ") + setting.column + " FROM settings ORDER BY rowid LIMIT 1");
        if (query && query->step()) {
            read_setting(reading, *query, setting.column);
        }
        if (auto const failure = query ? query->failure() : query.failure()) {
            reading.fail(part, *failure);
        }
    }
}

// Reads the cached account. The app rewrites it as the last row. The table was added in schema 10.
inline void read_account(DesktopReading& reading) {
    if (!reading.has_table("users", false)) {
        return;
    }
    auto has = std::array<bool, 4>{};
    auto query = reading.database.prepare(
        "SELECT " + reading.column("users", "name", has[0]) + ", " +
        reading.column("users", "email", has[1]) + ", " + reading.column("users", "plan", has[2]) +
        ", " + reading.column("users", "cached_at", has[3]) +
        " FROM users ORDER BY rowid DESC LIMIT 1");
    if (query && query->step()) {
        auto& into = reading.facts.plain;
        into.account_name = read_text(*query, 0);
        into.account_email = read_text(*query, 1);
        into.plan_name = read_text(*query, 2);
        into.account_cached_at = parse_database_time(query->text(3));
        auto const invalid = query->type(3) != SQLITE_NULL && !into.account_cached_at;
        reading.report_invalid_times("users.cached_at", invalid ? 1U : 0U);
    }
    if (auto const failure = query ? query->failure() : query.failure()) {
        reading.fail("users", *failure);
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
