#pragma once

#include <ousage/core/calendar.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// The zones that a log is read by.
struct LogZone {
    Calendar calendar =
        Calendar::utc(); ///< of days, and of time stamps where the log tells no zone
    std::optional<Calendar> forced = {}; ///< of Gin's time stamps, whatever the log tells

    /// Of time stamps where the log does not count.
    Calendar const& of_lines() const noexcept { return forced ? *forced : calendar; }
};

/// A unit of the systemd journal, which holds the server's log on most Linux machines.
struct JournalUnit {
    std::string name = "ollama";  ///< `.service` may be left out
    std::filesystem::path folder; ///< of journal files; empty: the journal of this machine
};

} // namespace OUSAGE_NAMESPACE::ollama
