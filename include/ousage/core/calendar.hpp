#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/posix_zone.hpp>
#include <ousage/core/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// A change of the UTC offset.
struct Transition {
    std::chrono::sys_seconds at; ///< the first second of the new offset
    std::chrono::seconds offset; ///< east of UTC
};

/// The local time of one zone: a value that is cheap to copy and never changes.
class Calendar {
public:
    /// UTC.
    static Calendar utc() { return fixed(std::chrono::seconds(0), "UTC"); }

    /// A zone with a constant offset, east positive. The default name is the offset, or `UTC`.
    static Calendar fixed(std::chrono::seconds offset, std::string name = {}) {
        auto rules = Rules{};
        rules.first = offset;
        rules.name = name.empty() ? to_offset_text(offset) : std::move(name);
        return Calendar(std::move(rules));
    }

    /// A zone from its first offset, its transitions, oldest first, and the rule that applies after
    /// the last transition.
    static Calendar from(
        std::string name, std::chrono::seconds first, std::vector<Transition> transitions,
        std::optional<detail::PosixZone> rest) {
        return Calendar(Rules{std::move(name), first, std::move(transitions), std::move(rest)});
    }

    /// The zone's name, such as `Europe/Berlin` or `+05:30`.
    std::string const& name() const noexcept { return rules_->name; }

    /// The offset in force at an instant.
    std::chrono::seconds offset_at(std::chrono::sys_seconds at) const {
        auto const& all = rules_->transitions;
        if (rules_->rest && (all.empty() || at >= all.back().at)) {
            return rules_->rest->offset_at(at);
        }
        auto const after = std::upper_bound(
            all.begin(), all.end(), at,
            [](std::chrono::sys_seconds time, Transition const& step) { return time < step.at; });
        return after == all.begin() ? rules_->first : std::prev(after)->offset;
    }

    /// The instant of a local time. If the local time occurs twice, returns the earlier instant. If
    /// it is skipped, it is moved forward by the length of the gap.
    std::chrono::sys_seconds to_sys(std::chrono::local_seconds local) const {
        auto const [early, late] = offsets_around(local);
        auto const with = [local](std::chrono::seconds offset) {
            return std::chrono::sys_seconds(local.time_since_epoch()) - offset;
        };
        return offset_at(with(early)) == early ? with(early)
               : offset_at(with(late)) == late ? with(late)
                                               : with(early);
    }

    /// The second instant of a local time that occurs twice; empty if it does not.
    std::optional<std::chrono::sys_seconds> later(std::chrono::local_seconds local) const {
        auto const first = to_sys(local);
        auto const [early, late] = offsets_around(local);
        auto const second = std::chrono::sys_seconds(local.time_since_epoch()) - late;
        return early != late && second > first && offset_at(second) == late ? std::optional(second)
                                                                            : std::nullopt;
    }

    /// The offset of all local times from `from` to `until`. Empty if the offset a day before
    /// `from` differs from the offset a day after `until`. A change that is
    /// reversed within the range is not detected.
    std::optional<std::chrono::seconds>
    steady_offset(std::chrono::local_seconds from, std::chrono::local_seconds until) const {
        auto const before = offsets_around(from).first;
        return offsets_around(until).second == before ? std::optional(before) : std::nullopt;
    }

    /// The local date of an instant.
    std::chrono::year_month_day date(std::chrono::sys_seconds at) const {
        return std::chrono::floor<std::chrono::days>(at + offset_at(at));
    }

    /// The first instant of the local day that contains `at`, even if the day starts at 01:00.
    std::chrono::sys_seconds midnight(std::chrono::sys_seconds at) const {
        auto const day = std::chrono::floor<std::chrono::days>(at + offset_at(at));
        return to_sys(std::chrono::local_seconds(day.time_since_epoch()));
    }

    /// The instant as a time stamp with the offset of this zone.
    Timestamp at(std::chrono::sys_seconds time) const {
        return {time, 0, static_cast<std::int32_t>(offset_at(time).count())};
    }

private:
    struct Rules {
        std::string name;
        std::chrono::seconds first{};
        std::vector<Transition> transitions;
        std::optional<detail::PosixZone> rest;
    };

    explicit Calendar(Rules rules) : rules_(std::make_shared<Rules const>(std::move(rules))) {}

    static std::string to_offset_text(std::chrono::seconds offset) {
        auto text = to_rfc3339(Timestamp{{}, 0, static_cast<std::int32_t>(offset.count())});
        return text.ends_with('Z') ? "UTC" : text.substr(text.size() - 6);
    }

    // Offsets one day before and one day after `local`. These are the only candidates, because no
    // zone changes its offset twice within a day.
    std::pair<std::chrono::seconds, std::chrono::seconds>
    offsets_around(std::chrono::local_seconds local) const {
        auto const near = std::chrono::sys_seconds(local.time_since_epoch());
        return {offset_at(near - std::chrono::days(1)), offset_at(near + std::chrono::days(1))};
    }

    std::shared_ptr<Rules const> rules_;
};

} // namespace OUSAGE_NAMESPACE
