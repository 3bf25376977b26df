#pragma once

#include <ousage/core/calendar.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// The time zones used to read a log.
struct LogZone {
    Calendar calendar =
        Calendar::utc(); ///< for days, and for timestamps if the log contains no zone
    std::optional<Calendar> forced = {}; ///< for Gin's timestamps, whatever the log contains

    /// Returns the calendar for timestamps whose UTC offset is not read from the log.
    Calendar const& of_lines() const noexcept { return forced ? *forced : calendar; }
};

/// A unit of the systemd journal, which contains the server's log on most Linux machines.
struct JournalUnit {
    std::string name = "ollama";     ///< `.service` may be omitted
    std::filesystem::path directory; ///< journal directory; empty: this machine's journal

    friend bool operator==(JournalUnit const&, JournalUnit const&) = default;
};

} // namespace OUSAGE_NAMESPACE::ollama
