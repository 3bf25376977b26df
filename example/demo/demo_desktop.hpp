#pragma once

#include "example/demo/desktop_schema.hpp"
#if OUSAGE_WITH_SQLITE
#    include <sqlite3.h>
#endif

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::program {

#if OUSAGE_WITH_SQLITE

// Chats of some days. `NOW` is replaced by the current time.
inline constexpr char const* desktop_rows = R"(
INSERT INTO settings (id, device_id, tools, websearch_enabled, selected_model, think_enabled)
 VALUES (1, '0199c0de-7000-7abc-8def-0000000d3e30', 1, 1, 'qwen3:8b', 1);
INSERT INTO users (name, email, plan, cached_at)
 VALUES ('Demo', 'demo@example.test', 'free', datetime(NOW, '-2 days') || '+00:00');
CREATE TEMP TABLE turns (chat, hours REAL, model, question INTEGER, thought INTEGER, answer INTEGER, tool);
INSERT INTO turns VALUES
 (1, 75.0, 'llama3.2:latest', 64, 0, 912, NULL), (1, 74.9, 'llama3.2:latest', 31, 0, 240, NULL),
 (2, 50.0, 'qwen3:8b', 180, 640, 1530, NULL), (2, 49.8, 'qwen3:8b', 75, 310, 0, 'web_search'),
 (2, 49.7, 'qwen3:8b', 0, 0, 860, NULL), (3, 26.0, 'gpt-oss:120b-cloud', 412, 1200, 2750, NULL),
 (4, 3.0, 'qwen3:8b', 95, 220, 700, NULL), (4, 2.6, 'qwen3:8b', 40, 0, 0, 'web_fetch'),
 (4, 2.5, 'qwen3:8b', 0, 0, 455, NULL), (5, 0.6, 'llama3.2:latest', 120, 0, 388, NULL);
INSERT INTO chats (id, created_at) SELECT 'chat-' || chat,
 datetime(NOW, printf('-%d minutes', max(hours) * 60 + 1)) || '+00:00' FROM turns GROUP BY chat;
)";

// The texts differ only in length, because ousage reads only their length. `ROW` is replaced by the
// number of a row of `turns`.
inline constexpr char const* desktop_turn = R"(
INSERT INTO messages (chat_id, role, content, created_at) SELECT 'chat-' || chat, 'user',
 printf('%.*c', question, 'x'), datetime(NOW, printf('-%d seconds', hours * 3600)) || '+00:00'
 FROM turns WHERE rowid = ROW AND question > 0;
INSERT INTO messages (chat_id, role, content, thinking, model_name, created_at, thinking_time_start,
 thinking_time_end) SELECT 'chat-' || chat, 'assistant', printf('%.*c', answer, 'x'),
 printf('%.*c', thought, 'x'), model, datetime(NOW, printf('-%d seconds', hours * 3600 - 9)) || '+00:00',
 iif(thought, datetime(NOW, printf('-%d seconds', hours * 3600 - 1)) || '+00:00', NULL),
 iif(thought, datetime(NOW, printf('-%d seconds', hours * 3600 - 1 - thought / 80)) || '+00:00', NULL)
 FROM turns WHERE rowid = ROW;
INSERT INTO tool_calls (message_id, type, function_name, function_arguments)
 SELECT last_insert_rowid(), 'function', tool, '{}' FROM turns WHERE rowid = ROW AND tool IS NOT NULL;
)";

inline std::string
replace_all(std::string text, std::string_view word, std::string const& replacement) {
    for (auto at = text.find(word); at != text.npos;
         at = text.find(word, at + replacement.size())) {
        text.replace(at, word.size(), replacement);
    }
    return text;
}

/// Creates a database with the desktop app's newest schema, in which all dates are relative to
/// `now`. Throws if that fails.
inline void write_desktop(std::filesystem::path const& path, std::chrono::sys_seconds now) {
    auto sql = std::string("PRAGMA journal_mode = WAL;") + app_schema + desktop_rows;
    for (int row = 1; row <= 10; ++row) {
        sql += replace_all(desktop_turn, "ROW", std::to_string(row));
    }
    auto const seconds = std::to_string(now.time_since_epoch().count());
    sql = replace_all(std::move(sql), "NOW", seconds + ", 'unixepoch'");
    sqlite3* handle = nullptr;
    auto const opened = sqlite3_open(path.c_str(), &handle) == SQLITE_OK;
    auto const made =
        opened && sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(handle);
    if (!made) {
        throw std::runtime_error("cannot create the database of --demo");
    }
}

#else

/// Without SQLite there is no desktop database.
inline void write_desktop(std::filesystem::path const&, std::chrono::sys_seconds) {}

#endif

} // namespace ousage::program
