#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/model/detail/timeline.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Parses a time of the desktop database. The app writes `2026-08-21 18:48:22.123456789-07:00`;
// SQLite's CURRENT_TIMESTAMP is in UTC without an offset; `T` and `Z` also occur (reference:
// mattn/go-sqlite3, SQLiteTimestampFormats). Empty if the text is anything else.
inline std::optional<Timestamp> parse_database_time(std::string_view text) {
    auto const time = parse_rfc3339(text);
    return time || text.size() > 40 ? time : parse_rfc3339(std::string(text) + "Z");
}

// Returns the instant of a time from the year 2000 to 2199, else nothing. Go's zero time, in the
// year 1, means no time, and a daily series must not begin there.
inline std::optional<Moment> plausible_moment(std::optional<Timestamp> const& time) {
    using namespace std::chrono;
    auto const good =
        time && time->at >= sys_days(year(2000) / 1 / 1) && time->at < sys_days(year(2200) / 1 / 1);
    return good ? std::optional<Moment>(time->at + nanoseconds(time->nanoseconds)) : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
