#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/desktop/detail/database_time.hpp>
#include <ousage/ollama/desktop/detail/desktop_reading.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline void read_chats(DesktopReading& reading) {
    if (!reading.has_table("chats", true)) {
        return;
    }
    bool timed = false;
    auto query = reading.database.prepare(
        "SELECT " + reading.column("chats", "created_at", timed) + " FROM chats",
        reading.most_rows);
    auto sessions = EventCounts{};
    std::uint64_t count = 0;
    std::uint64_t invalid = 0;
    while (query && query->step()) {
        ++count;
        auto const moment = plausible_moment(parse_database_time(query->text(0)));
        if (moment) {
            reading.facts.add(sessions, *moment, 1);
        }
        invalid += moment || !timed ? 0U : 1U;
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
    reading.report_invalid_times("chats.created_at", invalid);
}

// Counts a row of a message. Rows of one message are usually consecutive.
inline void
count_row(std::vector<std::pair<std::int64_t, std::uint32_t>>& into, std::int64_t message) {
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
            count_row(reading.calls, query->integer(0));
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
    std::sort(
        into.tool_usage.begin(), into.tool_usage.end(),
        [](ToolUsage const& left, ToolUsage const& right) {
            return left.calls != right.calls ? left.calls > right.calls : left.tool < right.tool;
        });
}

// Counts attachments without selecting their contents. SQLite scans the index on message_id if
// there is one. The table was added in schema 3.
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
            count_row(reading.attachments, query->integer(0));
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

} // namespace OUSAGE_NAMESPACE::ollama::detail
