#pragma once

#include <ousage/core/outcome.hpp>
#include <ousage/io/sqlite.hpp>
#include <ousage/ollama/desktop_data.hpp>
#include <ousage/ollama/detail/database_time.hpp>
#include <ousage/ollama/detail/desktop_facts.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::ollama::detail {

// One reading of the database under way: the connection, what it brought, what failed.
struct DesktopReading {
    DesktopReading(io::Database& from, DesktopFacts known)
        : database(from), most_rows(from.most_rows()), facts(std::move(known)) {}

    io::Database& database;
    std::uint64_t most_rows; // more than that cannot be in the file
    DesktopFacts facts;
    std::vector<Failure> failures;
    std::vector<std::pair<std::int64_t, std::uint32_t>> calls;       // by message, sorted
    std::vector<std::pair<std::int64_t, std::uint32_t>> attachments; // by message, sorted
    bool has_calls = false;
    bool has_attachments = false;
    bool broken = false; // SQLite refused something: the next try may end otherwise

    void fail(std::string part, Failure failure) {
        broken = true;
        failure.part = std::move(part);
        failures.push_back(std::move(failure));
    }

    void fail(std::string part, Errc code, std::string text) {
        failures.push_back(Failure{std::move(part), make_error_code(code), std::move(text)});
    }

    // Reports rows whose value is not what it should be.
    void note_rows(std::string part, std::uint64_t rows, std::string const& lack) {
        if (rows > 0) {
            fail(
                std::move(part), Errc::parse,
                std::to_string(rows) + (rows == 1 ? " row holds " : " rows hold ") + lack);
        }
    }

    // True where the table can be read. A missing one is reported where it ought to be there.
    bool has_table(char const* table, bool expected) {
        auto const found = database.has_table(table);
        if (!found) {
            fail(table, found.failure());
        } else if (!*found && expected) {
            fail(table, Errc::database, "no such table");
        }
        return found && *found;
    }

    // The column's name for a query, or NULL where it is missing, which is reported.
    std::string column(char const* table, char const* name, bool& there) {
        there = database.has_column(table, name);
        if (!there) {
            fail(std::string(table) + "." + name, Errc::database, "no such column");
        }
        return there ? name : "NULL";
    }

    // True unless the app's schema of this database is known to be older than `version`.
    bool since(std::int64_t version) const {
        return facts.plain.desktop_schema_version.value_or(version) >= version;
    }
};

// A setting: its column, and the schema version that brought it.
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

inline void take_setting(DesktopReading& reading, io::Statement& row, std::string_view column) {
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

// A query for each setting: one that is missing, or too large, takes no other with it.
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
            take_setting(reading, *query, setting.column);
        }
        if (auto const failure = query ? query->failure() : query.failure()) {
            reading.fail(part, *failure);
        }
    }
}

// The cached account; the app writes it anew as the last row. There is no table before schema 10.
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
        auto const unread = query->type(3) != SQLITE_NULL && !into.account_cached_at;
        reading.note_rows("users.cached_at", unread ? 1U : 0U, "no time");
    }
    if (auto const failure = query ? query->failure() : query.failure()) {
        reading.fail("users", *failure);
    }
}

inline void read_chats(DesktopReading& reading) {
    if (!reading.has_table("chats", true)) {
        return;
    }
    bool timed = false;
    auto query = reading.database.prepare(
        "SELECT " + reading.column("chats", "created_at", timed) + " FROM chats",
        reading.most_rows);
    auto sessions = Happenings{};
    std::uint64_t count = 0;
    std::uint64_t unread = 0;
    while (query && query->step()) {
        ++count;
        auto const moment = plausible_moment(parse_database_time(query->text(0)));
        if (moment) {
            reading.facts.add(sessions, *moment, 1);
        }
        unread += moment || !timed ? 0U : 1U;
    }
    if (auto const failure = query ? query->failure() : query.failure()) {
        reading.fail("chats", *failure);
        return;
    }
    reading.facts.plain.desktop.total_conversations = count;
    if (timed) {
        sessions.recent.seal();
        reading.facts.sessions = std::move(sessions);
    }
    reading.note_rows("chats.created_at", unread, "no time");
}

// Adds a row of a message; rows of one message mostly follow each other.
inline void
count_of(std::vector<std::pair<std::int64_t, std::uint32_t>>& into, std::int64_t message) {
    if (!into.empty() && into.back().first == message) {
        ++into.back().second;
    } else {
        into.emplace_back(message, 1);
    }
}

inline void read_tool_calls(DesktopReading& reading) {
    if (!reading.has_table("tool_calls", true)) {
        return;
    }
    bool named = false;
    auto query = reading.database.prepare(
        "SELECT " + reading.column("tool_calls", "message_id", reading.has_calls) + ", " +
            reading.column("tool_calls", "function_name", named) + " FROM tool_calls",
        reading.most_rows);
    auto tools = std::map<std::string, std::uint64_t, std::less<>>{};
    std::uint64_t count = 0;
    while (query && query->step()) {
        ++count;
        if (reading.has_calls) {
            count_of(reading.calls, query->integer(0));
        }
        auto const name = query->text(1);
        auto const tool = tools.find(name);
        tool == tools.end() ? (void)tools.emplace(name, 1) : (void)++tool->second;
    }
    if (auto const failure = query ? query->failure() : query.failure()) {
        reading.has_calls = false;
        reading.fail("tool_calls", *failure);
        return;
    }
    std::sort(reading.calls.begin(), reading.calls.end());
    auto& into = reading.facts.plain;
    into.desktop.total_tool_calls = count;
    for (auto const& [tool, calls] : tools) {
        if (named) {
            into.tool_usage.push_back({tool, calls});
        }
    }
    std::stable_sort(
        into.tool_usage.begin(), into.tool_usage.end(),
        [](ToolUsage const& left, ToolUsage const& right) { return left.calls > right.calls; });
}

// Counts alone: what is attached is never selected. SQLite walks the index on message_id where
// there is one. There is no table before schema 3.
inline void read_attachments(DesktopReading& reading) {
    if (!reading.has_table("attachments", reading.since(3))) {
        return;
    }
    auto query = reading.database.prepare(
        "SELECT " + reading.column("attachments", "message_id", reading.has_attachments) +
            " FROM attachments",
        reading.most_rows);
    std::uint64_t count = 0;
    while (query && query->step()) {
        ++count;
        if (reading.has_attachments) {
            count_of(reading.attachments, query->integer(0));
        }
    }
    if (auto const failure = query ? query->failure() : query.failure()) {
        reading.has_attachments = false;
        reading.fail("attachments", *failure);
        return;
    }
    std::sort(reading.attachments.begin(), reading.attachments.end());
    reading.facts.plain.desktop.total_attachments = count;
}

} // namespace ousage::ollama::detail
