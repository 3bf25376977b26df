#pragma once

namespace ousage::program {

/// The desktop app's newest schema (Ollama app/store/database.go, schema 18), without rows.
inline constexpr char const* app_schema = R"(
CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), device_id TEXT NOT NULL DEFAULT '',
 has_completed_first_run BOOLEAN NOT NULL DEFAULT 0, expose BOOLEAN NOT NULL DEFAULT 0,
 survey BOOLEAN NOT NULL DEFAULT TRUE, browser BOOLEAN NOT NULL DEFAULT 0, models TEXT NOT NULL DEFAULT '',
 agent BOOLEAN NOT NULL DEFAULT 0, tools BOOLEAN NOT NULL DEFAULT 0, working_dir TEXT NOT NULL DEFAULT '',
 context_length INTEGER NOT NULL DEFAULT 0, window_width INTEGER NOT NULL DEFAULT 0,
 window_height INTEGER NOT NULL DEFAULT 0, config_migrated BOOLEAN NOT NULL DEFAULT 0,
 airplane_mode BOOLEAN NOT NULL DEFAULT 0, turbo_enabled BOOLEAN NOT NULL DEFAULT 0,
 websearch_enabled BOOLEAN NOT NULL DEFAULT 0, selected_model TEXT NOT NULL DEFAULT '',
 sidebar_open BOOLEAN NOT NULL DEFAULT 0, last_home_view TEXT NOT NULL DEFAULT 'chat',
 onboarding_version INTEGER NOT NULL DEFAULT 0, think_enabled BOOLEAN NOT NULL DEFAULT 0,
 think_level TEXT NOT NULL DEFAULT '', cloud_setting_migrated BOOLEAN NOT NULL DEFAULT 0,
 remote TEXT NOT NULL DEFAULT '', auto_update_enabled BOOLEAN NOT NULL DEFAULT 1,
 claude_desktop_used BOOLEAN NOT NULL DEFAULT 0, schema_version INTEGER NOT NULL DEFAULT 18);
CREATE TABLE chats (id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '',
 created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, browser_state TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id TEXT NOT NULL, role TEXT NOT NULL,
 content TEXT NOT NULL DEFAULT '', thinking TEXT NOT NULL DEFAULT '', stream BOOLEAN NOT NULL DEFAULT 0,
 model_name TEXT, model_cloud BOOLEAN, model_ollama_host BOOLEAN,
 created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
 updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, thinking_time_start TIMESTAMP,
 thinking_time_end TIMESTAMP, tool_result TEXT,
 FOREIGN KEY (chat_id) REFERENCES chats(id) ON DELETE CASCADE);
CREATE INDEX idx_messages_chat_id ON messages(chat_id);
CREATE TABLE tool_calls (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL,
 type TEXT NOT NULL, function_name TEXT NOT NULL, function_arguments TEXT NOT NULL,
 function_result TEXT, FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE);
CREATE INDEX idx_tool_calls_message_id ON tool_calls(message_id);
CREATE TABLE attachments (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL,
 filename TEXT NOT NULL, data BLOB NOT NULL,
 FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE);
CREATE INDEX idx_attachments_message_id ON attachments(message_id);
CREATE TABLE users (name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
 plan TEXT NOT NULL DEFAULT '', cached_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
)";

} // namespace ousage::program
