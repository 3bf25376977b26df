#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <chrono>
#include <string>

namespace OUSAGE_NAMESPACE {

/// Formats a time to wait: `45 s`, `27 min`, `2 h 10 min`, `3 d`. Rounded down.
OUSAGE_DECL std::string wait_text(std::chrono::seconds wait);

/// Formats an age in one unit: `45 s`, `27 min`, `2 h`, `3 d`. Rounded down.
OUSAGE_DECL std::string age_text(std::chrono::seconds age);

/// Formats a future time: `in 4 min`. `never` if it is more than ten years away; empty if it is not
/// in the future.
OUSAGE_DECL std::string until_text(Timestamp const& when, Timestamp const& now);

/// Formats a past time: `2 h ago`; `now` if it is less than a second ago or in the future.
OUSAGE_DECL std::string ago_text(std::chrono::sys_seconds when, Timestamp const& now);

/// Formats the local time of a time stamp: `16:04:05`.
OUSAGE_DECL std::string clock_text(Timestamp const& time);

/// Formats the local date of a time stamp: `2026-11-20`.
OUSAGE_DECL std::string local_date_text(Timestamp const& time);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/times.hpp>
#endif
