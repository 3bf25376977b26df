#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/desktop/detail/code_points.hpp>
#include <ousage/ollama/desktop/detail/database_time.hpp>
#include <ousage/ollama/desktop/detail/desktop_reading.hpp>
#include <ousage/ollama/desktop/detail/message_pass.hpp>

#include <sqlite3.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads all messages in one query, resumed after each oversized row.
class MessageQuery {
public:
    explicit MessageQuery(DesktopReading& reading) : reading_(reading), pass_(reading) {}

    // Counts all rows. Stores nothing if a row cannot be read.
    void run() {
        auto const column = [this](char const* name, bool& exists) {
            return reading_.column("messages", name, exists);
        };
        meta_ = "rowid, " + column("chat_id", has_.chat_id) + ", " + column("role", has_.role) +
                ", " + column("model_name", has_.model_name) + ", " +
                column("created_at", has_.created_at) + ", " +
                column("thinking_time_start", has_.thinking_time_start) + ", " +
                column("thinking_time_end", has_.thinking_time_end);
        texts_ = ", " + column("content", has_.content) + ", " + column("thinking", has_.thinking);
        auto failure = std::optional<Failure>{};
        while (read_rows(failure)) {
            failure = read_large_row();
            if (failure) {
                break;
            }
        }
        if (failure) {
            reading_.fail("messages", *failure);
            return;
        }
        pass_.store(has_);
        reading_.report_invalid_times("messages.created_at", created_invalid_);
        reading_.report_invalid_times("messages.thinking_time_start", start_invalid_);
        reading_.report_invalid_times("messages.thinking_time_end", end_invalid_);
    }

private:
    struct Columns {
        bool chat_id, role, model_name, created_at, thinking_time_start, thinking_time_end, content,
            thinking;
    };

    static constexpr int content_column = 7;
    static constexpr int thinking_column = 8;

    // Reads the rows after the last one. Returns true if it stopped at an oversized row.
    bool read_rows(std::optional<Failure>& failure) {
        auto query = reading_.database.prepare(
            "SELECT " + meta_ + texts_ + " FROM messages WHERE rowid > ?1 ORDER BY rowid",
            reading_.most_rows);
        if (!query) {
            failure = query.failure();
            return false;
        }
        query->bind(1, last_);
        while (query->step()) {
            add(*query, count(query->text(content_column)), count(query->text(thinking_column)));
        }
        failure = query->failure();
        return query->is_too_big();
    }

    static std::uint64_t count(std::string_view text) {
        auto points = CodePoints();
        points.add(text);
        return points.count();
    }

    // Reads a row with a text larger than io::Database::largest_value, counting it in blocks.
    std::optional<Failure> read_large_row() {
        auto query = reading_.database.prepare(
            "SELECT " + meta_ + " FROM messages WHERE rowid > ?1 ORDER BY rowid LIMIT 1");
        if (!query) {
            return query.failure();
        }
        query->bind(1, last_);
        if (!query->step()) {
            return query->failure();
        }
        auto failure = std::optional<Failure>{};
        auto const row = query->integer(0);
        auto const content = has_.content ? count_large("content", row, failure) : 0;
        auto const thinking = has_.thinking ? count_large("thinking", row, failure) : 0;
        add(*query, content, thinking);
        return failure;
    }

    std::uint64_t
    count_large(char const* column, std::int64_t row, std::optional<Failure>& failure) {
        auto points = CodePoints();
        failure = failure ? failure
                          : reading_.database.read_large(
                                "messages", column, row,
                                [&points](std::string_view block) { points.add(block); });
        return points.count();
    }

    std::optional<Moment> moment(io::Statement& row, int column, std::uint64_t& invalid) {
        if (row.type(column) == SQLITE_NULL) {
            return std::nullopt;
        }
        auto const moment = plausible_moment(parse_database_time(row.text(column)));
        invalid += moment ? 0U : 1U;
        return moment;
    }

    void add(io::Statement& row, std::uint64_t content, std::uint64_t thinking) {
        auto const created = moment(row, 4, created_invalid_);
        created_invalid_ += has_.created_at && row.type(4) == SQLITE_NULL ? 1U : 0U;
        auto const start = moment(row, 5, start_invalid_);
        auto const end = moment(row, 6, end_invalid_);
        last_ = row.integer(0);
        pass_.add(
            {last_, row.text(1), row.text(2), row.text(3), created, start, end, content, thinking});
    }

    DesktopReading& reading_;
    MessagePass pass_;
    Columns has_{};
    std::string meta_;
    std::string texts_;
    std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
    std::uint64_t created_invalid_ = 0, start_invalid_ = 0, end_invalid_ = 0;
};

inline void read_messages(DesktopReading& reading) {
    if (reading.has_table("messages", true)) {
        MessageQuery(reading).run();
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
