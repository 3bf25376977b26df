#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// An instant, and the UTC offset of its text form. Seconds and nanoseconds are separate, because
/// Ollama's `expires_at` of a model that is never unloaded is in the year 2319, which 64 bits of
/// nanoseconds cannot represent.
struct Timestamp {
    std::chrono::sys_seconds at{};   ///< seconds since 1970, UTC
    std::int32_t nanoseconds = 0;    ///< 0 to 999,999,999, added to `at`
    std::int32_t offset_seconds = 0; ///< UTC offset of the text form, east positive

    friend bool operator==(Timestamp const&, Timestamp const&) = default;
};

/// True if `left` is the earlier instant. The offsets are ignored.
constexpr bool is_before(Timestamp const& left, Timestamp const& right) noexcept {
    return left.at < right.at || (left.at == right.at && left.nanoseconds < right.nanoseconds);
}

namespace detail {

// Parses exactly `digits` decimal digits at the start of `text` and removes them.
constexpr std::optional<int> take_digits(std::string_view& text, std::size_t digits) noexcept {
    if (text.size() < digits) {
        return std::nullopt;
    }
    int value = 0;
    for (std::size_t index = 0; index < digits; ++index) {
        auto const digit = text[index] - '0';
        if (digit < 0 || digit > 9) {
            return std::nullopt;
        }
        value = value * 10 + digit;
    }
    text.remove_prefix(digits);
    return value;
}

constexpr bool take_one_of(std::string_view& text, std::string_view characters) noexcept {
    if (text.empty() || characters.find(text.front()) == characters.npos) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

// Parses an optional fraction after `.` or `,` into nanoseconds; truncates after the ninth digit.
constexpr std::optional<std::int32_t> take_fraction(std::string_view& text) noexcept {
    if (!take_one_of(text, ".,")) {
        return 0;
    }
    std::int32_t value = 0;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        value = digits < 9 ? value * 10 + (text.front() - '0') : value;
        ++digits;
        text.remove_prefix(1);
    }
    for (auto missing = digits; missing < 9; ++missing) {
        value *= 10;
    }
    return digits == 0 ? std::nullopt : std::optional(value);
}

// Parses `Z`, `+02:00` or `-0330` into seconds east of UTC.
constexpr std::optional<std::int32_t> take_offset(std::string_view& text) noexcept {
    if (take_one_of(text, "Zz")) {
        return 0;
    }
    auto const negative = !text.empty() && text.front() == '-';
    if (!take_one_of(text, "+-")) {
        return std::nullopt;
    }
    auto const hours = take_digits(text, 2);
    take_one_of(text, ":");
    auto const minutes = take_digits(text, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) {
        return std::nullopt;
    }
    auto const seconds = (*hours * 60 + *minutes) * 60;
    return negative ? -seconds : seconds;
}

} // namespace detail

/// Parses an RFC 3339 time such as `2026-08-21T18:48:22.123456789-07:00`. Accepts a space or `t`
/// instead of `T`, any number of fraction digits (nine are kept), and `Z` or an offset. Second 60
/// is the first second of the next minute. Empty if `text` is malformed, if the date does not
/// exist, or if that minute is in the year 10000.
constexpr std::optional<Timestamp> parse_rfc3339(std::string_view text) noexcept {
    using namespace std::chrono;
    auto const year = detail::take_digits(text, 4);
    auto const dash = detail::take_one_of(text, "-");
    auto const month = detail::take_digits(text, 2);
    auto const other_dash = detail::take_one_of(text, "-");
    auto const day = detail::take_digits(text, 2);
    auto const between = detail::take_one_of(text, "Tt ");
    auto const hour = detail::take_digits(text, 2);
    auto const colon = detail::take_one_of(text, ":");
    auto const minute = detail::take_digits(text, 2);
    auto const other_colon = detail::take_one_of(text, ":");
    auto const second = detail::take_digits(text, 2);
    if (!year || !month || !day || !hour || !minute || !second || !dash || !other_dash ||
        !between || !colon || !other_colon || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    // value_or instead of *: g++ 12 reports the optionals as uninitialised at -O2.
    auto const date = year_month_day(
        std::chrono::year(year.value_or(0)),
        std::chrono::month(static_cast<unsigned>(month.value_or(0))),
        std::chrono::day(static_cast<unsigned>(day.value_or(0))));
    auto const nanoseconds = detail::take_fraction(text);
    auto const offset = nanoseconds ? detail::take_offset(text) : std::nullopt;
    if (!date.ok() || date.year() == std::chrono::year(0) || !offset || !text.empty()) {
        return std::nullopt;
    }
    auto const time =
        hours(hour.value_or(0)) + minutes(minute.value_or(0)) + seconds(second.value_or(0));
    auto const local = sys_days(date) + time;
    if (local >= sys_days(std::chrono::year(10'000) / 1 / 1)) {
        return std::nullopt;
    }
    auto const east = offset.value_or(0);
    return Timestamp{local - seconds(east), nanoseconds.value_or(0), east};
}

/// Formats a time as RFC 3339, such as `2026-08-21T18:48:22.5+02:00`. The fraction has no trailing
/// zeros. Offset 0 is `Z`. A time whose local year is not 0001 to 9999 is formatted in UTC, and one
/// before or after these years as their first or last second.
OUSAGE_DECL std::string to_rfc3339(Timestamp const& time);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/timestamp.hpp>
#endif
