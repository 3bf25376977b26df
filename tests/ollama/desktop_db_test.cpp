#include "support/database.hpp"
#include "support/instances.hpp"
#include "support/json_tree.hpp"
#include "support/truth.hpp"
#include <ousage/core/fallback.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/io/file/time_zone.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/desktop/detail/desktop_job.hpp>
#include <ousage/ollama/desktop_db.hpp>
#include <ousage/ollama/model/date_text.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <thread>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

constexpr auto noon = sys_days(2026y / November / 20) + hours(15);

Now at(sys_seconds time) {
    return [time] { return time; };
}

Outcome<DesktopDb>
read(std::filesystem::path const& path, sys_seconds now = noon, Calendar zone = Calendar::utc()) {
    return run(desktop_db(path, std::move(zone), at(now)));
}

// Creates a database with the newest schema and these rows.
std::filesystem::path make(TemporaryDirectory const& directory, std::string const& sql) {
    auto const path = directory.path() / "db.sqlite";
    auto writer = Writer(path);
    writer.run(app_schema);
    writer.run(sql);
    return path;
}

std::string part_names(std::vector<Failure> const& failures) {
    auto names = std::string{};
    for (auto const& failure : failures) {
        names += failure.part + " ";
    }
    return names;
}

//
// The recordings
//

// Compares JSON values; numbers are equal even if written differently.
bool same_json(JsonTree const& left, JsonTree const& right) {
    auto const a = left.number();
    auto const b = right.number();
    if (a && b) {
        return std::abs(*a - *b) <= 1e-9 * (1 + std::abs(*b));
    }
    if (left.is_array() && right.is_array()) {
        return std::equal(
            left.children().begin(), left.children().end(), right.children().begin(),
            right.children().end(), same_json);
    }
    if (left.is_object() && right.is_object()) {
        auto same = left.keys().size() == right.keys().size();
        for (auto const& key : left.keys()) {
            auto const* const other = right.find(key);
            same = same && other != nullptr && same_json(left[key], *other);
        }
        return same;
    }
    return left == right;
}

void expect_truth(std::string const& recording, std::string const& truth_of) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording(recording, directory);
    auto const before = contents_of(directory.path());
    auto const truth = JsonTree(read_data("desktop/" + truth_of + "/truth.json"));
    auto const now = parse_rfc3339(truth["now"].to_string());
    auto const zone = io::load_time_zone(truth["zone"].to_string());
    ASSERT_TRUE(now && zone);
    auto const source = desktop_db(path, *zone, at(now->at));
    auto const outcome = run(merge<Snapshot>(source | fallback));
    ASSERT_EQ(outcome.state, State::ok) << recording << ": " << describe(outcome);
    auto const json = JsonTree(to_json(outcome.value));
    auto const& metrics = json["metrics"];
    auto const& wanted = truth["metrics"];
    EXPECT_EQ(metrics.keys().size(), wanted.keys().size());
    for (auto const& key : wanted.keys()) {
        auto const* const number = metrics.find(key);
        ASSERT_NE(number, nullptr) << recording << " " << key;
        auto const value = wanted[key].to_double();
        EXPECT_NEAR(number->to_double(), value, 1e-9 * (1 + value)) << recording << " " << key;
    }
    for (auto const* const key : {"model_usage", "tool_usage"}) {
        auto const* const rows = json.find(key);
        auto const& wanted_rows = truth[key];
        ASSERT_TRUE(wanted_rows.is_array()) << recording << " " << key;
        EXPECT_TRUE(
            rows == nullptr ? wanted_rows.children().empty() : same_json(*rows, wanted_rows))
            << recording << " " << key;
    }
    auto series = std::map<std::string, std::map<std::string, std::uint64_t>>{};
    for (auto const& [name, days] : outcome.value.daily_series) {
        for (auto const& day : days) {
            if (day.value > 0) {
                series[name][day.date] = day.value;
            }
        }
    }
    auto series_wanted = decltype(series){};
    for (auto const& name : truth["daily_series"].keys()) {
        auto const& days = truth["daily_series"][name];
        for (auto const& date : days.keys()) {
            series_wanted[name][date] = days[date].to_uint();
        }
    }
    EXPECT_EQ(series, series_wanted) << recording;
    auto attributes = std::map<std::string, std::string>{};
    for (auto const& key : json["attributes"].keys()) {
        attributes[key] = json["attributes"][key].to_string();
    }
    EXPECT_EQ(attributes["requests_from"], "desktop_db");
    attributes.erase("requests_from");
    auto attributes_wanted = decltype(attributes){};
    for (auto const& key : truth["attributes"].keys()) {
        attributes_wanted[key] = truth["attributes"][key].to_string();
    }
    EXPECT_EQ(attributes, attributes_wanted) << recording;
    EXPECT_EQ(contents_of(directory.path()), before) << recording;
}

TEST(DesktopDb, RecordingsGiveExpectedValuesAndStayUnchanged) {
    expect_truth("v12", "v12");
    expect_truth("v18", "v18");
    expect_truth("v18_empty", "v18_empty");
    expect_truth("closed", "closed");
    expect_truth("wal_live", "closed");
    expect_truth("missing_users", "closed");
}

TEST(DesktopDb, SeriesHaveNoGapsAndEndToday) {
    auto const directory = TemporaryDirectory();
    auto const zone = io::load_time_zone("Europe/Berlin");
    auto const outcome = read(copy_recording("v18", directory), noon, *zone);
    ASSERT_FALSE(outcome.value.daily_series.empty());
    for (auto const& [name, days] : outcome.value.daily_series) {
        ASSERT_FALSE(days.empty());
        EXPECT_GT(days.front().value, 0u) << name;
        EXPECT_EQ(days.back().date, "2026-11-20") << name;
        for (std::size_t index = 1; index < days.size(); ++index) {
            auto const day = parse_rfc3339(days[index - 1].date + "T00:00:00Z")->at + hours(24);
            EXPECT_EQ(days[index].date, date_text(floor<std::chrono::days>(day))) << name;
        }
    }
}

TEST(DesktopDb, MissingFileIsAbsentAndDamagedFileIsError) {
    auto const directory = TemporaryDirectory();
    auto const whole = read_data("desktop/closed/db.sqlite");
    EXPECT_EQ(read(directory.path() / "missing").state, State::absent);
    EXPECT_EQ(read(directory.write("zero", "")).state, State::error);
    EXPECT_EQ(read(directory.write("text", std::string(9000, 'x'))).state, State::error);
    EXPECT_EQ(read(directory.path()).state, State::error);
    Writer(directory.path() / "other").run("CREATE TABLE something (a)");
    EXPECT_EQ(read(directory.path() / "other").state, State::error);
    // SQLite detects from the header that half of the file is missing.
    EXPECT_EQ(read(directory.write("half", whole.substr(0, whole.size() / 2))).state, State::error);
}

// Overwrites one page after another with garbage: each value is complete or absent.
TEST(DesktopDb, DamagedPageLeavesValuesCompleteOrAbsent) {
    auto const whole = read_data("desktop/closed/db.sqlite");
    auto const directory = TemporaryDirectory();
    auto const good = read(directory.write("good", whole)).value;
    int partial = 0;
    for (std::size_t page = 1; page < whole.size() / 4096; ++page) {
        auto damaged = whole;
        damaged.replace(page * 4096, 4096, std::string(4096, '\xA5'));
        auto const outcome = read(directory.write("damaged", damaged));
        partial += outcome.state == State::partial ? 1 : 0;
        auto const& totals = outcome.value.desktop;
        EXPECT_TRUE(!totals.total_messages || totals.total_messages == 30u) << page;
        EXPECT_TRUE(!totals.total_conversations || totals.total_conversations == 7u) << page;
        EXPECT_TRUE(!totals.total_attachments || totals.total_attachments == 9u) << page;
        EXPECT_EQ(
            outcome.failures.empty(), equal(outcome.value, good) && outcome.state == State::ok)
            << page << " " << describe(outcome);
    }
    EXPECT_GT(partial, 3);
}

//
// Interpretation of the rows
//

TEST(DesktopDb, AssistantMessageTakesPrecedingUserMessagesAsInput) {
    auto const directory = TemporaryDirectory();
    auto const outcome = read(make(directory, R"(
        INSERT INTO chats (id, created_at) VALUES ('a', '2026-11-20 12:00:00+00:00'), ('b', '2026-11-20 12:00:00');
        INSERT INTO messages (chat_id, role, content, thinking, model_name, created_at) VALUES
          ('a', 'system', 'counts nothing', '', NULL, '2026-11-20 12:00:00'),
          ('a', 'user', '12345', '', NULL, '2026-11-20 12:00:01'),
          ('b', 'user', '1', '', NULL, '2026-11-20 12:00:01'),
          ('a', 'assistant', '', '', 'm', '2026-11-20 12:00:02'),
          ('a', 'user', '678', '', NULL, '2026-11-20 12:00:03'),
          ('a', 'assistant', '', '', 'm', '2026-11-20 12:00:04'),
          ('a', 'tool', 'counts nothing', '', NULL, '2026-11-20 12:00:05'),
          ('a', 'assistant', 'äöü', 'ab', 'm', '2026-11-20 12:00:06'),
          ('b', 'assistant', '123456789', '', NULL, '2026-11-20 12:00:07');
        INSERT INTO tool_calls (message_id, type, function_name, function_arguments)
          VALUES (6, 'function', 'search', '{}');
    )"));
    ASSERT_EQ(outcome.state, State::ok) << describe(outcome);
    auto const& value = outcome.value;
    // The empty assistant message consumes no input. The tool call consumes 8 characters: 2 tokens.
    // The next message has 0 characters in and 5 out: 2 tokens. The one without a model has 1 in
    // and 9 out: 1 and 3 tokens.
    EXPECT_EQ(value.desktop_activity.today.tokens, 2u + 2u + 1u + 3u);
    ASSERT_EQ(value.model_usage.size(), 5u);
    for (auto const& usage : value.model_usage) {
        EXPECT_EQ(usage.model, "m");
        EXPECT_EQ(usage.requests, 2u);
        EXPECT_EQ(usage.input_tokens, 2u);
        EXPECT_EQ(usage.output_tokens, 2u);
        EXPECT_EQ(usage.total_tokens, 4u);
        EXPECT_FALSE(usage.thinking_seconds);
    }
    EXPECT_EQ(value.requests.today.requests, 3u);
    EXPECT_EQ(value.desktop_activity.today.tool_calls, 1u);
    EXPECT_EQ(value.desktop.total_assistant_messages, 4u);
    EXPECT_EQ(value.daily_series.at("requests_local").back().value, 2u);
    EXPECT_FALSE(value.daily_series.contains("requests_cloud"));
}

TEST(DesktopDb, ReadsEveryTimeFormatAndReportsInvalidTimes) {
    auto const directory = TemporaryDirectory();
    auto const outcome = read(make(directory, R"(
        INSERT INTO chats (id, created_at) VALUES
          ('1', '2026-11-20 15:00:00'), ('2', '2026-11-20T15:00:00Z'),
          ('3', '2026-11-20 20:30:00.000000000+05:30'), ('4', '2026-11-20 07:00:00-08:00'),
          ('5', '2026-11-20T15:00:00.5'), ('6', '2026-11-20 15:00:00.000000001+00:00'),
          ('7', '2026-11-20 10:00:00+00:00'), ('8', '2026-11-20 10:00:00.000000001+00:00'),
          ('9', 'yesterday'), ('10', ''), ('11', 1763650800), ('12', x'ff'),
          ('13', '0001-01-01 00:00:00+00:00'), ('14', '2026-02-30 00:00:00'),
          ('15', '9999-12-31 23:59:59+00:00');
    )"));
    EXPECT_EQ(outcome.value.desktop.total_conversations, 15u);
    // 5 and 6 are later than now; 7 is on the excluded edge of the window.
    EXPECT_EQ(outcome.value.desktop_activity.five_hours.sessions, 5u);
    EXPECT_EQ(outcome.value.desktop_activity.today.sessions, 6u);
    EXPECT_EQ(outcome.value.daily_series.at("sessions").size(), 1u);
    EXPECT_EQ(outcome.state, State::partial);
    ASSERT_EQ(outcome.failures.size(), 1u) << describe(outcome);
    EXPECT_EQ(to_string(outcome.failures[0]), "chats.created_at: 7 rows contain no valid time");
}

TEST(DesktopDb, DaysFollowZoneAcrossClockChange) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, R"(
        INSERT INTO chats (id, created_at) VALUES
          ('1', '2026-10-24 22:30:00'), ('2', '2026-10-25 22:30:00'), ('3', '2026-10-25 23:30:00');
    )");
    auto const zone = io::load_time_zone("Europe/Berlin");
    auto const outcome = read(path, sys_days(2026y / October / 27), *zone);
    auto const& days = outcome.value.daily_series.at("sessions");
    ASSERT_EQ(days.size(), 3u);
    // Summer time ends on the 25th at 3:00. Midnight is 22:00 UTC before that and 23:00 UTC after
    // it.
    EXPECT_EQ(days[0].date, "2026-10-25");
    EXPECT_EQ(days[0].value, 2u);
    EXPECT_EQ(days[1].value, 1u);
    EXPECT_EQ(days[2].date, "2026-10-27");
}

TEST(DesktopDb, ThinkingTimeNeedsBothEndsInOrder) {
    auto const directory = TemporaryDirectory();
    auto const outcome = read(make(directory, R"(
        INSERT INTO messages (chat_id, role, content, model_name, created_at, thinking_time_start,
          thinking_time_end) VALUES
          ('a', 'assistant', 'x', 'm', '2026-11-20 12:00:00', '2026-11-20 12:00:00', '2026-11-20 13:00:01.5+01:00'),
          ('a', 'assistant', 'x', 'm', '2026-11-20 12:00:00', '2026-11-20 12:00:00', '2026-11-20 12:00:00'),
          ('a', 'assistant', 'x', 'm', '2026-11-20 12:00:00', '2026-11-20 12:00:01', '2026-11-20 12:00:00'),
          ('a', 'assistant', 'x', 'm', '2026-11-20 12:00:00', NULL, '2026-11-20 12:00:00'),
          ('a', 'assistant', 'x', 'm', '2026-11-20 12:00:00', '2026-11-20 12:00:00', NULL),
          ('a', 'assistant', '', 'm', '2026-11-20 12:00:00', '2026-11-20 12:00:00', '2026-11-20 12:00:02'),
          ('a', 'user', 'x', 'm', '2026-11-20 12:00:00', '2026-11-20 12:00:00', '2026-11-20 12:00:09');
    )"));
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.desktop.thinking_requests, 3u);
    EXPECT_DOUBLE_EQ(*outcome.value.desktop.total_thinking_seconds, 3.5);
    EXPECT_DOUBLE_EQ(*outcome.value.desktop.avg_thinking_seconds, 3.5 / 3);
    EXPECT_DOUBLE_EQ(*outcome.value.model_usage.at(0).thinking_seconds, 1.5);
}

TEST(DesktopDb, CountsTextOfAnyBytesInCodePoints) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, R"(
        INSERT INTO messages (chat_id, role, content, model_name, created_at) VALUES
          ('a', 'user', 'ab' || char(0) || 'cdefgh', NULL, '2026-11-20 12:00:00'),
          ('a', 'assistant', CAST(x'41ff80e282414141c3' AS TEXT), 'm' || char(0) || 'n', '2026-11-20 12:00:00'),
          ('b', 'user', x'c3a4c3a4c3a4c3a4c3a4', NULL, '2026-11-20 12:00:00'),
          ('b', 'assistant', replace(hex(zeroblob(1000000)), '00', 'xä'), CAST(x'ff' AS TEXT), '2026-11-20 12:00:00'),
          ('b', 'user', 'after', NULL, '2026-11-20 12:00:00');
    )");
    auto const outcome = read(path);
    ASSERT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.model_usage.size(), 10u);
    auto const& large = outcome.value.model_usage[9];
    EXPECT_EQ(large.model, "\xff");
    EXPECT_EQ(large.input_tokens, 2u);
    EXPECT_EQ(large.output_tokens, 500'000u);
    auto const& small = outcome.value.model_usage[4];
    EXPECT_EQ(small.model, std::string("m\0n", 3));
    EXPECT_EQ(small.input_tokens, 3u);
    // A, one for ff, one for 80, one for the truncated e282, A, A, A, one for the truncated c3.
    EXPECT_EQ(small.output_tokens, 2u);
    EXPECT_EQ(outcome.value.desktop.total_messages, 5u);
}

//
// Schemas: older, newer, broken, hostile
//

TEST(DesktopDb, OlderSchemaIsNoFailure) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, R"(
        DROP TABLE attachments; DROP TABLE users;
        ALTER TABLE chats DROP COLUMN browser_state; ALTER TABLE messages DROP COLUMN tool_result;
        UPDATE settings SET schema_version = 2, context_length = 4096;
        INSERT INTO messages (chat_id, role) VALUES ('a', 'user');
    )");
    for (auto const* const column :
         {"airplane_mode", "turbo_enabled", "websearch_enabled", "selected_model",
          "think_enabled"}) {
        Writer(path).run(std::string("ALTER TABLE settings DROP COLUMN ") + column);
    }
    auto const outcome = read(path);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.desktop_schema_version, 2);
    EXPECT_EQ(outcome.value.desktop.configured_context_length, 4096);
    EXPECT_FALSE(outcome.value.desktop.total_attachments);
    EXPECT_FALSE(outcome.value.desktop_activity.today.attachments);
    EXPECT_FALSE(outcome.value.turbo_enabled);
    EXPECT_EQ(outcome.value.agent_mode, false);
    EXPECT_EQ(outcome.value.desktop.total_messages, 1u);
}

TEST(DesktopDb, ReadsNewerSchemaByColumnNames) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("closed", directory);
    auto const before = read(path);
    Writer(path).run(R"(
        UPDATE settings SET schema_version = 99; ALTER TABLE messages ADD COLUMN tokens INTEGER;
        ALTER TABLE settings ADD COLUMN colour TEXT; CREATE TABLE projects (id);
        CREATE TABLE moved (created_at TIMESTAMP, extra, title, id TEXT PRIMARY KEY);
        INSERT INTO moved SELECT created_at, 1, title, id FROM chats;
        DROP TABLE chats; ALTER TABLE moved RENAME TO chats; PRAGMA wal_checkpoint(TRUNCATE);
    )");
    auto after = read(path);
    EXPECT_EQ(after.state, State::ok) << describe(after);
    EXPECT_EQ(after.value.desktop_schema_version, 99);
    after.value.desktop_schema_version = before.value.desktop_schema_version;
    EXPECT_TRUE(equal(after.value, before.value));
}

struct Damage {
    char const* sql;
    char const* parts;
};

TEST(DesktopDb, NamesMissingTableOrColumnAndReadsTheRest) {
    static constexpr Damage damages[] = {
        {"DROP TABLE chats", "chats "},
        {"DROP TABLE settings", "settings "},
        {"DROP TABLE messages", "messages "},
        {"DROP TABLE tool_calls", "tool_calls "},
        {"DROP TABLE attachments", "attachments "},
        {"ALTER TABLE chats DROP COLUMN created_at", "chats.created_at "},
        {"ALTER TABLE messages DROP COLUMN created_at", "messages.created_at "},
        {"ALTER TABLE messages DROP COLUMN content", "messages.content "},
        {"ALTER TABLE messages DROP COLUMN role", "messages.role "},
        {"ALTER TABLE messages DROP COLUMN model_name", "messages.model_name "},
        {"ALTER TABLE messages DROP COLUMN thinking_time_end", "messages.thinking_time_end "},
        {"ALTER TABLE tool_calls DROP COLUMN function_name", "tool_calls.function_name "},
        {"ALTER TABLE settings DROP COLUMN agent", "settings.agent "},
        {"UPDATE settings SET agent = 'often', context_length = x'00'",
         "settings.agent settings.context_length "},
        {"DROP TABLE chats; CREATE VIEW chats AS SELECT id, role AS created_at FROM messages",
         "chats "},
        {"DROP TABLE messages; CREATE VIRTUAL TABLE messages USING fts5(chat_id, role)",
         "messages "},
        {"UPDATE messages SET created_at = 5 WHERE id = 1; UPDATE messages SET created_at = x'00' "
         "WHERE id = 2",
         "messages.created_at "},
    };
    for (auto const& damage : damages) {
        auto const directory = TemporaryDirectory();
        auto const path = copy_recording("closed", directory);
        auto const before = read(path).value;
        Writer(path).run(
            std::string("DROP INDEX IF EXISTS idx_messages_chat_id;") + damage.sql +
            "; PRAGMA wal_checkpoint(TRUNCATE)");
        auto const outcome = read(path);
        EXPECT_EQ(outcome.state, State::partial) << damage.sql;
        EXPECT_EQ(part_names(outcome.failures), damage.parts) << damage.sql << describe(outcome);
        auto const& totals = outcome.value.desktop;
        auto const has = [&](char const* table) {
            return std::string(damage.parts).find(std::string(table) + " ") == std::string::npos;
        };
        EXPECT_EQ(totals.total_conversations.has_value(), has("chats")) << damage.sql;
        EXPECT_EQ(totals.total_messages.has_value(), has("messages")) << damage.sql;
        EXPECT_EQ(totals.total_tool_calls.has_value(), has("tool_calls")) << damage.sql;
        EXPECT_EQ(totals.total_attachments.has_value(), has("attachments")) << damage.sql;
        EXPECT_EQ(outcome.value.device_id.has_value(), has("settings")) << damage.sql;
        EXPECT_TRUE(
            !totals.total_messages || totals.total_messages == before.desktop.total_messages);
    }
}

// 10 characters of a question, 6 of its answer and, if there is such a column, 9 of thinking.
TEST(DesktopDb, EstimatesTokensWithoutColumnOfThinkingOrAttachments) {
    struct Schema {
        char const* sql;
        std::uint64_t tokens;
        char const* parts;
    };

    for (auto const& schema : {
             Schema{"", 3 + 4, ""},
             Schema{"DROP TABLE attachments", 3 + 4, "attachments "},
             Schema{"ALTER TABLE messages DROP COLUMN thinking", 3 + 2, "messages.thinking "},
             Schema{
                 "ALTER TABLE messages DROP COLUMN thinking; DROP TABLE attachments", 3 + 2,
                 "attachments messages.thinking "},
             Schema{"DROP TABLE tool_calls", 3 + 4, "tool_calls "},
         }) {
        auto const directory = TemporaryDirectory();
        auto const outcome = read(make(directory, std::string(R"(
            INSERT INTO messages (chat_id, role, content, thinking, model_name, created_at) VALUES
              ('a', 'user', '0123456789', '', NULL, '2026-11-20 11:00:00'),
              ('a', 'assistant', '012345', '012345678', 'm', '2026-11-20 11:00:01');
            )") + schema.sql));
        EXPECT_EQ(outcome.value.desktop_activity.today.tokens, schema.tokens) << schema.sql;
        EXPECT_EQ(part_names(outcome.failures), schema.parts) << schema.sql;
    }
}

TEST(DesktopDb, HostileSchemaExecutesNothing) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, R"(
        DROP TABLE users; CREATE VIEW users AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
          SELECT i AS name, i AS email, i AS plan, i AS cached_at FROM n;
        CREATE TRIGGER t AFTER INSERT ON chats BEGIN DELETE FROM messages; END;
        INSERT INTO chats (id) VALUES ('a');
    )");
    auto const before = contents_of(directory.path());
    auto const outcome = read(path);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_FALSE(outcome.value.account_name);
    EXPECT_EQ(outcome.value.desktop.total_conversations, 1u);
    EXPECT_EQ(contents_of(directory.path()), before);
}

// Each read of the column would compute half a gigabyte.
TEST(DesktopDb, GeneratedColumnAllocatesNoMemory) {
    auto const directory = TemporaryDirectory();
    auto const outcome = read(make(directory, R"(
        DROP TABLE messages;
        CREATE TABLE messages (id INTEGER PRIMARY KEY, chat_id, role, thinking, model_name, created_at,
          thinking_time_start, thinking_time_end,
          content GENERATED ALWAYS AS (hex(zeroblob(250000000))) VIRTUAL);
        INSERT INTO messages (role) VALUES ('user');
        INSERT INTO chats (id) VALUES ('a');
    )"));
    EXPECT_EQ(outcome.state, State::partial);
    EXPECT_EQ(part_names(outcome.failures), "messages ");
    EXPECT_EQ(outcome.value.desktop.total_conversations, 1u);
}

// One old row per model: the series by model would contain millions of values.
TEST(DesktopDb, SeriesByModelAreBounded) {
    auto const directory = TemporaryDirectory();
    auto const outcome = read(make(directory, R"(
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
        INSERT INTO messages (chat_id, role, content, model_name, created_at)
          SELECT 'a', 'assistant', 'x', 'm' || i, '2001-01-01 00:00:00' FROM n;
    )"));
    std::size_t values = 0;
    for (auto const& [name, days] : outcome.value.daily_series) {
        values += days.size();
    }
    EXPECT_LT(values, 1'100'000u);
    EXPECT_EQ(outcome.value.model_usage.size(), 200u);
    EXPECT_EQ(outcome.state, State::partial);
    EXPECT_EQ(part_names(outcome.failures), "messages.model_name ");
}

//
// Privacy, the log, deadlines, polls
//

TEST(DesktopDb, OutputsNoTextTitleOrAttachment) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, R"(
        INSERT INTO chats (id, title, browser_state, created_at) VALUES ('PLANTED-chat', 'PLANTED', 'PLANTED', 'PLANTED');
        INSERT INTO messages (chat_id, role, content, thinking, model_name, tool_result, created_at, thinking_time_start) VALUES
          ('PLANTED-chat', 'user', 'PLANTED', '', NULL, 'PLANTED', '2026-11-20 12:00:00', 'PLANTED'),
          ('PLANTED-chat', 'PLANTED', 'PLANTED', 'PLANTED', 'm', 'PLANTED', 'PLANTED', 'PLANTED'),
          ('PLANTED-chat', 'assistant', 'PLANTED', 'PLANTED', 'm', 'PLANTED', '2026-11-20 12:00:00', 'PLANTED');
        INSERT INTO tool_calls (message_id, type, function_name, function_arguments, function_result)
          VALUES (3, 'PLANTED', 'search', 'PLANTED', 'PLANTED');
        INSERT INTO attachments (message_id, filename, data) VALUES (1, 'PLANTED', 'PLANTED');
        UPDATE settings SET models = 'PLANTED', working_dir = 'PLANTED', remote = 'PLANTED', agent = 'PLANTED';
        INSERT INTO users (name, cached_at) VALUES ('Zoë', 'PLANTED');
    )");
    auto const outcome =
        run(merge<Snapshot>(desktop_db(path, Calendar::utc(), at(noon)) | fallback));
    auto const text = to_json(outcome.value) + describe(outcome);
    EXPECT_EQ(text.find("PLANTED"), text.npos) << text;
    EXPECT_NE(text.find("settings.agent"), text.npos);
    EXPECT_NE(text.find("Zoë"), text.npos);
}

using ollama::detail::DesktopCache;
using ollama::detail::DesktopJob;
using ollama::detail::SharedValue;

DesktopJob job_for(std::filesystem::path const& path) {
    return {
        path, Calendar::utc(), noon,
        std::make_shared<SharedValue<std::shared_ptr<DesktopCache const>>>(),
        std::make_shared<SharedValue<Outcome<DesktopDb>>>()};
}

TEST(DesktopDb, StopBeforeStartReadsAndCachesNothing) {
    auto const directory = TemporaryDirectory();
    auto const job = job_for(make(directory, "INSERT INTO chats (id) VALUES ('a')"));
    auto stop = std::stop_source();
    stop.request_stop();
    auto const outcome = job(stop.get_token());
    ASSERT_EQ(outcome.failures.size(), 1u);
    EXPECT_EQ(outcome.failures[0].code, Errc::cancelled);
    EXPECT_FALSE(outcome.has_value());
    EXPECT_FALSE(job.cache->get());
}

asio::awaitable<void> collect(DesktopJob job, Outcome<DesktopDb>& into) {
    auto work = ollama::detail::collect_desktop_db(
        std::make_shared<DesktopJob const>(std::move(job)), into);
    co_await attempt(std::string(), std::move(work), into);
    into.settle();
}

TEST(DesktopDb, CancellationKeepsValuesReadSoFar) {
    auto const directory = TemporaryDirectory();
    auto const job = job_for(make(directory, R"(
        INSERT INTO chats (id, created_at) VALUES ('a', '2026-11-20 12:00:00'), ('b', '2026-11-20 12:00:00');
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000)
        INSERT INTO messages (chat_id, role, content) SELECT 'a', 'user', 'x' FROM n;
    )"));
    auto outcome = Outcome<DesktopDb>{};
    auto context = asio::io_context(1);
    auto signal = asio::cancellation_signal();
    asio::co_spawn(
        context, collect(job, outcome),
        asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
    while (!job.draft->get().value.desktop.total_attachments) {
        context.poll();
        std::this_thread::yield();
    }
    signal.emit(asio::cancellation_type::terminal);
    context.run();
    EXPECT_EQ(outcome.state, State::partial);
    ASSERT_EQ(outcome.failures.size(), 1u);
    EXPECT_EQ(outcome.failures[0].code, Errc::cancelled);
    EXPECT_EQ(outcome.value.desktop.total_conversations, 2u);
    EXPECT_EQ(outcome.value.daily_series.at("sessions").back().value, 2u);
    EXPECT_FALSE(outcome.value.desktop.total_messages);
    EXPECT_FALSE(job.cache->get());
}

// Returns whether SQLite has allocated memory since the previous call.
bool sqlite_was_busy() {
    sqlite3_int64 now = 0;
    sqlite3_int64 most = 0;
    sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &now, &most, 1);
    return most > now;
}

TEST(DesktopDb, UnchangedFilesMoveWindowsWithoutSqlite) {
    auto const zone = *io::load_time_zone("Europe/Berlin");
    for (auto const* const recording : {"v18", "wal_live"}) {
        auto const directory = TemporaryDirectory();
        auto const path = copy_recording(recording, directory);
        std::this_thread::sleep_for(milliseconds(25)); // until the file times detect changes
        auto now = sys_seconds(noon);
        auto const source = desktop_db(path, zone, [&now] { return now; });
        (void)run(source);
        for (auto const ahead : {0h, 1h, 3h, 9h, 15h, 40h, 200h, 2000h}) {
            now = noon + ahead;
            sqlite_was_busy();
            auto const again = run(source);
            // The v18 recording has rows later than noon, all within the following hour.
            EXPECT_EQ(sqlite_was_busy(), ahead == 1h && recording == std::string("v18"));
            auto const fresh = run(desktop_db(path, zone, at(now)));
            EXPECT_TRUE(sqlite_was_busy());
            EXPECT_TRUE(equal(again.value, fresh.value)) << ahead.count();
            EXPECT_EQ(again.state, State::ok);
        }
        // For an earlier time the cached values are insufficient.
        now = noon - 1000h;
        EXPECT_TRUE(equal(run(source).value, run(desktop_db(path, zone, at(now))).value));
        EXPECT_TRUE(sqlite_was_busy());
    }
}

TEST(DesktopDb, PollDetectsEachChange) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, "PRAGMA journal_mode=WAL");
    auto const source = desktop_db(path, Calendar::utc(), at(noon));
    EXPECT_EQ(run(source).value.desktop.total_messages, 0u);
    auto writer = Writer(path);
    for (std::uint64_t count = 1; count < 20; ++count) {
        writer.run("INSERT INTO messages (chat_id, role) VALUES ('a', 'user')");
        EXPECT_EQ(run(source).value.desktop.total_messages, count);
        if (count % 5 == 0) {
            writer.run("PRAGMA wal_checkpoint(TRUNCATE)");
            EXPECT_EQ(run(source).value.desktop.total_messages, count);
        }
    }
    writer.run("DELETE FROM messages");
    EXPECT_EQ(run(source).value.desktop.total_messages, 0u);
    std::filesystem::remove(path);
    EXPECT_EQ(run(source).state, State::absent);
}

TEST(DesktopDb, FutureRowCountsOnceItsTimeIsReached) {
    auto const directory = TemporaryDirectory();
    auto const path =
        make(directory, "INSERT INTO chats (id, created_at) VALUES ('a', '2026-11-20 15:00:10.5')");
    std::this_thread::sleep_for(milliseconds(25));
    auto now = sys_seconds(noon);
    auto const source = desktop_db(path, Calendar::utc(), [&now] { return now; });
    EXPECT_EQ(run(source).value.desktop_activity.today.sessions, 0u);
    EXPECT_FALSE(run(source).value.daily_series.contains("sessions"));
    now += 10s;
    EXPECT_EQ(run(source).value.desktop_activity.today.sessions, 0u);
    now += 1s;
    EXPECT_EQ(run(source).value.desktop_activity.today.sessions, 1u);
    EXPECT_EQ(run(source).value.daily_series.at("sessions").back().value, 1u);
}

} // namespace
