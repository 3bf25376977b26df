#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/gin_cursor.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the value of two decimal digits, or a value above 99 if they are not digits.
constexpr unsigned two_digits(GinCursor const& cursor, std::size_t index) {
    auto const high = static_cast<unsigned>(cursor.at(index) - '0');
    auto const low = static_cast<unsigned>(cursor.at(index + 1) - '0');
    return high > 9 || low > 9 ? 1000 : high * 10 + low;
}

// `2026/08/21 - 18:48:22`
constexpr std::optional<std::chrono::local_seconds> take_time(GinCursor& cursor) {
    using namespace std::chrono;
    auto const century = two_digits(cursor, 0);
    auto const of_century = two_digits(cursor, 2);
    auto const month_number = two_digits(cursor, 5);
    auto const day_number = two_digits(cursor, 8);
    auto const hour = two_digits(cursor, 13);
    auto const minute = two_digits(cursor, 16);
    auto const second = two_digits(cursor, 19);
    auto const shape = cursor.at(4) == '/' && cursor.at(7) == '/' && cursor.at(10) == ' ' &&
                       cursor.at(11) == '-' && cursor.at(12) == ' ' && cursor.at(15) == ':' &&
                       cursor.at(18) == ':';
    if (!shape || century > 99 || of_century > 99 || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    auto const date =
        year(static_cast<int>(century * 100 + of_century)) / month(month_number) / day(day_number);
    if (!date.ok() || date.year() == year(0)) {
        return std::nullopt;
    }
    cursor.skip(21);
    return local_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

// `200`: net/http accepts 100 to 999.
constexpr std::optional<int> take_status(GinCursor& cursor) {
    int value = 0;
    int digits = 0;
    while (cursor.at() >= '0' && cursor.at() <= '9' && digits < 4) {
        value = value * 10 + (cursor.at() - '0');
        cursor.skip(1);
        ++digits;
    }
    return digits == 3 && value >= 100 ? std::optional(value) : std::nullopt;
}

// Returns the nanoseconds of the unit of Go's time.Duration that `text` starts with; 0 if there is
// none. Sets `width` to the length of the unit.
constexpr std::int64_t unit_of(std::string_view text, std::size_t& width) {
    constexpr std::int64_t second = 1'000'000'000;

    struct Unit {
        std::string_view name;
        std::int64_t nanoseconds;
    };

    constexpr Unit units[] = {
        {"ns", 1},         {"us", 1'000}, {"\xC2\xB5s", 1'000}, {"\xCE\xBCs", 1'000},
        {"ms", 1'000'000}, {"s", second}, {"m", 60 * second},   {"h", 3600 * second},
    };
    for (auto const& unit : units) {
        if (text.starts_with(unit.name)) {
            width = unit.name.size();
            return unit.nanoseconds;
        }
    }
    return 0;
}

// Parses what time.Duration prints, such as `1h0m2s`, `1.234567ms` or `-5µs`. The sum cannot
// overflow: a value of more than 64 bits is rejected.
constexpr std::optional<std::int64_t> parse_latency(std::string_view text) {
    using Limits = std::numeric_limits<std::int64_t>;
    auto const negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    // The sum is negative, because -2562047h47m16.854775808s has no positive counterpart.
    std::int64_t total = 0;
    std::int64_t last_unit = Limits::max();
    if (text.empty()) {
        return std::nullopt;
    }
    while (!text.empty()) {
        std::int64_t whole = 0;
        std::size_t digits = 0;
        while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
            auto const digit = text[digits++] - '0';
            if (whole > (Limits::max() - digit) / 10) {
                return std::nullopt;
            }
            whole = whole * 10 + digit;
        }
        std::int64_t fraction = 0;
        std::int64_t scale = 1;
        auto rest = text.substr(digits);
        if (rest.starts_with('.')) {
            std::size_t places = 1;
            for (; places < rest.size() && rest[places] >= '0' && rest[places] <= '9'; ++places) {
                if (places > 9) {
                    return std::nullopt;
                }
                fraction = fraction * 10 + (rest[places] - '0');
                scale *= 10;
            }
            if (places == 1) {
                return std::nullopt;
            }
            rest.remove_prefix(places);
        }
        std::size_t width = 0;
        auto const unit = unit_of(rest, width);
        if (digits == 0 || unit == 0 || unit >= last_unit || whole > Limits::max() / unit) {
            return std::nullopt;
        }
        last_unit = unit;
        // A fraction of hours or minutes would overflow. Go prints neither.
        if (scale > 1 && unit > 1'000'000'000) {
            return std::nullopt;
        }
        auto const part = whole * unit;
        auto const small = fraction * unit / scale;
        if (total < Limits::min() + part || total - part < Limits::min() + small) {
            return std::nullopt;
        }
        total -= part + small;
        text = rest.substr(width);
    }
    if (negative) {
        return total;
    }
    return total == Limits::min() ? std::nullopt : std::optional(-total);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
