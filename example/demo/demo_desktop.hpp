#pragma once

#include "example/demo/desktop_schema.hpp"
#if OUSAGE_WITH_SQLITE
#    include <sqlite3.h>
#endif

#include <filesystem>
#include <stdexcept>
#include <string>

namespace ousage::program {

#if OUSAGE_WITH_SQLITE

// Chats of some days.
inline constexpr char const* desktop_rows = R"(
INSERT INTO settings (id, device_id, tools, websearch_enabled, selected_model, think_enabled)
 VALUES (1, '0199c0de-7000-7abc-8def-0000000d3e30', 1, 1, 'qwen3:8b', 1);
INSERT INTO users (name, email, plan, cached_at)
 VALUES ('Demo', 'demo@example.test', 'free', datetime('now', '-2 days') || '+00:00');
CREATE TEMP TABLE turns (chat, hours REAL, model, question INTEGER, thought INTEGER, answer INTEGER, tool);
INSERT INTO turns VALUES
 (1, 75.0, 'llama3.2:latest', 64, 0, 912, NULL), (1, 74.9, 'llama3.2:latest', 31, 0, 240, NULL),
 (2, 50.0, 'qwen3:8b', 180, 640, 1530, NULL), (2, 49.8, 'qwen3:8b', 75, 310, 0, 'web_search'),
 (2, 49.7, 'qwen3:8b', 0, 0, 860, NULL), (3, 26.0, 'gpt-oss:120b-cloud', 412, 1200, 2750, NULL),
 (4, 3.0, 'qwen3:8b', 95, 220, 700, NULL), (4, 2.6, 'qwen3:8b', 40, 0, 0, 'web_fetch'),
 (4, 2.5, 'qwen3:8b', 0, 0, 455, NULL), (5, 0.6, 'llama3.2:latest', 120, 0, 388, NULL);
INSERT INTO chats (id, created_at) SELECT 'chat-' || chat,
 datetime('now', printf('-%d minutes', max(hours) * 60 + 1)) || '+00:00' FROM turns GROUP BY chat;
)";

// Questions and answers differ only in length, because ousage reads only their length.
inline constexpr char const* desktop_turn = R"(
INSERT INTO messages (chat_id, role, content, created_at) SELECT 'chat-' || chat, 'user',
 printf('%.*c', question, 'x'), datetime('now', printf('-%d seconds', hours * 3600)) || '+00:00'
 FROM turns WHERE rowid = ROW AND question > 0;
INSERT INTO messages (chat_id, role, content, thinking, model_name, created_at, thinking_time_start,
 thinking_time_end) SELECT 'chat-' || chat, 'assistant', printf('%.*c', answer, 'x'),
 printf('%.*c', thought, 'x'), model, datetime('now', printf('-%d seconds', hours * 3600 - 9)) || '+00:00',
 iif(thought, datetime('now', printf('-%d seconds', hours * 3600 - 1)) || '+00:00', NULL),
 iif(thought, datetime('now', printf('-%d seconds', hours * 3600 - 1 - thought / 80)) || '+00:00', NULL)
 FROM turns WHERE rowid = ROW;
INSERT INTO tool_calls (message_id, type, function_name, function_arguments)
 SELECT last_insert_rowid(), 'function', tool, '{}' FROM turns WHERE rowid = ROW AND tool IS NOT NULL;
)";

/// Creates a database with the desktop app's newest schema. Throws if that fails.
inline void write_desktop(std::filesystem::path const& path) {
    sqlite3* handle = nullptr;
    auto sql = std::string("PRAGMA journal_mode = WAL;") + app_schema + desktop_rows;
    for (int row = 1; row <= 10; ++row) {
        auto turn = std::string(desktop_turn);
        for (auto at = turn.find("ROW"); at != turn.npos; at = turn.find("ROW", at)) {
            turn.replace(at, 3, std::to_string(row));
        }
        sql += turn;
    }
    auto const opened = sqlite3_open(path.c_str(), &handle) == SQLITE_OK;
    auto const made =
        opened && sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(handle);
    if (!made) {
        throw std::runtime_error("cannot make the database of --demo");
    }
}

#else

/// Without SQLite there is no desktop database.
inline void write_desktop(std::filesystem::path const&) {}

#endif

} // namespace ousage::program
