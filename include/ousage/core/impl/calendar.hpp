#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/core/detail/posix_zone.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline std::string to_offset_text(std::chrono::seconds offset) {
    auto text = to_rfc3339(Timestamp{{}, 0, static_cast<std::int32_t>(offset.count())});
    return text.ends_with('Z') ? "UTC" : text.substr(text.size() - 6);
}

} // namespace detail

struct Calendar::Rules {
    std::string name;
    std::chrono::seconds first{};
    std::vector<Transition> transitions;
    std::optional<detail::PosixZone> rest;
};

OUSAGE_DECL Calendar::Calendar(Rules rules)
    : rules_(std::make_shared<Rules const>(std::move(rules))) {}

OUSAGE_DECL Calendar Calendar::utc() {
    return fixed(std::chrono::seconds(0), "UTC");
}

OUSAGE_DECL Calendar Calendar::fixed(std::chrono::seconds offset, std::string name) {
    auto rules = Rules{};
    rules.first = offset;
    rules.name = name.empty() ? detail::to_offset_text(offset) : std::move(name);
    return Calendar(std::move(rules));
}

OUSAGE_DECL Calendar Calendar::from(
    std::string name, std::chrono::seconds first, std::vector<Transition> transitions,
    std::optional<detail::PosixZone> rest) {
    return Calendar(Rules{std::move(name), first, std::move(transitions), std::move(rest)});
}

OUSAGE_DECL std::string const& Calendar::name() const noexcept {
    return rules_->name;
}

OUSAGE_DECL std::chrono::seconds Calendar::offset_at(std::chrono::sys_seconds at) const {
    auto const& all = rules_->transitions;
    if (rules_->rest && (all.empty() || at >= all.back().at)) {
        return rules_->rest->offset_at(at);
    }
    auto const after = std::upper_bound(
        all.begin(), all.end(), at,
        [](std::chrono::sys_seconds time, Transition const& step) { return time < step.at; });
    return after == all.begin() ? rules_->first : std::prev(after)->offset;
}

OUSAGE_DECL std::chrono::sys_seconds Calendar::to_sys(std::chrono::local_seconds local) const {
    auto const [early, late] = offsets_around(local);
    auto const with = [local](std::chrono::seconds offset) {
        return std::chrono::sys_seconds(local.time_since_epoch()) - offset;
    };
    return offset_at(with(early)) == early ? with(early)
           : offset_at(with(late)) == late ? with(late)
                                           : with(early);
}

OUSAGE_DECL std::optional<std::chrono::sys_seconds>
Calendar::later(std::chrono::local_seconds local) const {
    auto const first = to_sys(local);
    auto const [early, late] = offsets_around(local);
    auto const second = std::chrono::sys_seconds(local.time_since_epoch()) - late;
    return early != late && second > first && offset_at(second) == late ? std::optional(second)
                                                                        : std::nullopt;
}

OUSAGE_DECL std::optional<std::chrono::seconds>
Calendar::steady_offset(std::chrono::local_seconds from, std::chrono::local_seconds until) const {
    auto const before = offsets_around(from).first;
    return offsets_around(until).second == before ? std::optional(before) : std::nullopt;
}

OUSAGE_DECL std::chrono::year_month_day Calendar::date(std::chrono::sys_seconds at) const {
    return std::chrono::floor<std::chrono::days>(at + offset_at(at));
}

OUSAGE_DECL std::chrono::sys_seconds Calendar::midnight(std::chrono::sys_seconds at) const {
    auto const day = std::chrono::floor<std::chrono::days>(at + offset_at(at));
    return to_sys(std::chrono::local_seconds(day.time_since_epoch()));
}

OUSAGE_DECL Timestamp Calendar::at(std::chrono::sys_seconds time) const {
    return {time, 0, static_cast<std::int32_t>(offset_at(time).count())};
}

OUSAGE_DECL std::pair<std::chrono::seconds, std::chrono::seconds>
Calendar::offsets_around(std::chrono::local_seconds local) const {
    auto const near = std::chrono::sys_seconds(local.time_since_epoch());
    return {offset_at(near - std::chrono::days(1)), offset_at(near + std::chrono::days(1))};
}

} // namespace OUSAGE_NAMESPACE
