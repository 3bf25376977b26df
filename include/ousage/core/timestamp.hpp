#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// An instant, and the offset in which it was told. Seconds and nanoseconds apart, because Ollama's
/// `expires_at` of a model that stays for ever lies in the year 2319, beyond 64 bits of
/// nanoseconds.
struct Timestamp {
    std::chrono::sys_seconds at{};   ///< seconds since 1970, UTC; years 0001 to 9999
    std::int32_t nanoseconds = 0;    ///< 0 to 999,999,999, after `at`
    std::int32_t offset_seconds = 0; ///< of the local time in which it was told, east positive

    friend bool operator==(Timestamp const&, Timestamp const&) = default;
};

/// True where `left` is the earlier instant, whatever the offsets.
constexpr bool is_before(Timestamp const& left, Timestamp const& right) noexcept {
    return left.at < right.at || (left.at == right.at && left.nanoseconds < right.nanoseconds);
}

namespace detail {

// Reads exactly `digits` decimal digits at the front of `text` and drops them.
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

// The fraction behind a point: digits beyond the ninth are cut.
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

// `Z`, `+02:00` or `-0330`; seconds east.
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

/// Reads `2026-08-21T18:48:22.123456789-07:00`: a blank or `t` for the `T`, any number of fraction
/// digits (kept: nine), `Z` or an offset. Second 60 is read as the next minute's first. Empty where
/// `text` is anything else, also where the date does not exist.
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
    // value_or, not *: g++ 12 takes the optionals for uninitialised at -O2.
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
    auto const east = offset.value_or(0);
    return Timestamp{sys_days(date) + time - seconds(east), nanoseconds.value_or(0), east};
}

/// `2026-08-21T18:48:22.5+02:00`: the fraction without trailing zeros, `Z` for offset 0.
inline std::string to_rfc3339(Timestamp const& time) {
    using namespace std::chrono;
    auto const local = time.at + seconds(time.offset_seconds);
    auto const date = year_month_day(floor<days>(local));
    auto const clock = hh_mm_ss(local - floor<days>(local));
    auto text = std::string("0000-00-00T00:00:00");
    auto const put = [&text](std::size_t at, std::size_t digits, std::int64_t value) {
        for (auto index = at + digits; index-- > at; value /= 10) {
            text[index] = static_cast<char>('0' + value % 10);
        }
    };
    put(0, 4, static_cast<int>(date.year()));
    put(5, 2, static_cast<unsigned>(date.month()));
    put(8, 2, static_cast<unsigned>(date.day()));
    put(11, 2, clock.hours().count());
    put(14, 2, clock.minutes().count());
    put(17, 2, clock.seconds().count());
    if (time.nanoseconds != 0) {
        text += ".000000000";
        put(20, 9, time.nanoseconds);
        text.erase(text.find_last_not_of('0') + 1);
    }
    if (time.offset_seconds == 0) {
        return text + 'Z';
    }
    auto const minutes_east =
        (time.offset_seconds < 0 ? -time.offset_seconds : time.offset_seconds) / 60;
    auto const at = text.size();
    text += time.offset_seconds < 0 ? "-00:00" : "+00:00";
    put(at + 1, 2, minutes_east / 60);
    put(at + 4, 2, minutes_east % 60);
    return text;
}

} // namespace OUSAGE_NAMESPACE
