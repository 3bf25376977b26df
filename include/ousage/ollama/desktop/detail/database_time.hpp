#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/model/detail/timeline.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A time of the desktop database: `2026-08-21 18:48:22.123456789-07:00` by the app, without offset
// and in UTC by SQLite's CURRENT_TIMESTAMP; a `T` and a `Z` too (reference: mattn/go-sqlite3,
// SQLiteTimestampFormats). Empty where it is neither.
inline std::optional<Timestamp> parse_database_time(std::string_view text) {
    auto const time = parse_rfc3339(text);
    return time || text.size() > 40 ? time : parse_rfc3339(std::string(text) + "Z");
}

// The instant of a time, where it can have been one of the app's: Go's zero time, in the year 1,
// stands for none, and a series by day must not begin there.
inline std::optional<Moment> plausible_moment(std::optional<Timestamp> const& time) {
    using namespace std::chrono;
    auto const good =
        time && time->at >= sys_days(year(2000) / 1 / 1) && time->at < sys_days(year(2200) / 1 / 1);
    return good ? std::optional<Moment>(time->at + nanoseconds(time->nanoseconds)) : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
