#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {
struct PosixZone;
} // namespace detail

/// A change of the UTC offset.
struct Transition {
    std::chrono::sys_seconds at; ///< the first second of the new offset
    std::chrono::seconds offset; ///< east of UTC
};

/// The local time of one zone: a value that is cheap to copy and never changes.
class Calendar {
public:
    /// UTC.
    static Calendar utc();

    /// A zone with a constant offset, east positive. The default name is the offset, or `UTC`.
    static Calendar fixed(std::chrono::seconds offset, std::string name = {});

    /// A zone from its first offset, its transitions, oldest first, and the rule that applies after
    /// the last transition.
    static Calendar from(
        std::string name, std::chrono::seconds first, std::vector<Transition> transitions,
        std::optional<detail::PosixZone> rest);

    /// The zone's name, such as `Europe/Berlin` or `+05:30`.
    std::string const& name() const noexcept;

    /// The offset in force at an instant.
    std::chrono::seconds offset_at(std::chrono::sys_seconds at) const;

    /// The instant of a local time. If the local time occurs twice, returns the earlier instant. If
    /// it is skipped, it is moved forward by the length of the gap.
    std::chrono::sys_seconds to_sys(std::chrono::local_seconds local) const;

    /// The second instant of a local time that occurs twice; empty if it does not.
    std::optional<std::chrono::sys_seconds> later(std::chrono::local_seconds local) const;

    /// The offset of all local times from `from` to `until`. Empty if the offset a day before
    /// `from` differs from the offset a day after `until`. A change that is reversed within the
    /// range is not detected.
    std::optional<std::chrono::seconds>
    steady_offset(std::chrono::local_seconds from, std::chrono::local_seconds until) const;

    /// The local date of an instant.
    std::chrono::year_month_day date(std::chrono::sys_seconds at) const;

    /// The first instant of the local day that contains `at`, even if the day starts at 01:00.
    std::chrono::sys_seconds midnight(std::chrono::sys_seconds at) const;

    /// The instant as a time stamp with the offset of this zone.
    Timestamp at(std::chrono::sys_seconds time) const;

private:
    struct Rules;

    explicit Calendar(Rules rules);

    // Offsets one day before and one day after `local`. These are the only candidates, because no
    // zone changes its offset twice within a day.
    std::pair<std::chrono::seconds, std::chrono::seconds>
    offsets_around(std::chrono::local_seconds local) const;

    std::shared_ptr<Rules const> rules_;
};

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/calendar.hpp>
#endif
