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
constexpr std::optional<std::chrono::local_seconds> read_time(GinCursor& cursor) {
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
constexpr std::optional<int> read_status(GinCursor& cursor) {
    int value = 0;
    int digits = 0;
    while (cursor.at() >= '0' && cursor.at() <= '9' && digits < 4) {
        value = value * 10 + (cursor.at() - '0');
        cursor.skip(1);
        ++digits;
    }
    return digits == 3 && value >= 100 ? std::optional(value) : std::nullopt;
}

// Returns the length of the character that `text` starts with if it is `?` or not ASCII, else 0. A
// byte that is not part of UTF-8 is one character.
constexpr std::size_t foreign_length(std::string_view text) {
    auto const first = text.empty() ? 0u : static_cast<unsigned char>(text[0]);
    if (first < 0x80) {
        return first == '?' ? 1 : 0;
    }
    auto const length = first < 0xC2 ? 1u : first < 0xE0 ? 2u : first < 0xF0 ? 3u : 4u;
    for (std::size_t index = 1; index < length; ++index) {
        if (index >= text.size() || (static_cast<unsigned char>(text[index]) & 0xC0) != 0x80) {
            return 1;
        }
    }
    return length;
}

// Returns the length of a micro sign and `s` in a wrong encoding, such as `\xC3\x82\xC2\xB5s` or
// `?s`: one or two characters that are `?` or not ASCII. 0 if `text` does not start with them.
constexpr std::size_t foreign_micro_length(std::string_view text) {
    auto const first = foreign_length(text);
    auto const second = first == 0 ? 0 : foreign_length(text.substr(first));
    auto const end = first + second;
    return first > 0 && text.substr(end).starts_with('s') ? end + 1 : 0;
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
    width = foreign_micro_length(text);
    return width > 0 ? 1'000 : 0;
}

// A decimal number: `whole` + `fraction` / `scale`.
struct Decimal {
    std::int64_t whole = 0, fraction = 0, scale = 1;
};

// Reads a number with at most nine digits after the point and removes it from `text`. Returns an
// empty optional if `text` does not start with one, or if it needs more than 64 bits.
constexpr std::optional<Decimal> read_decimal(std::string_view& text) {
    constexpr auto max = std::numeric_limits<std::int64_t>::max();
    auto number = Decimal{};
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
        auto const digit = text[digits++] - '0';
        if (number.whole > (max - digit) / 10) {
            return std::nullopt;
        }
        number.whole = number.whole * 10 + digit;
    }
    text.remove_prefix(digits);
    if (digits > 0 && text.starts_with('.')) {
        std::size_t end = 1;
        for (; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end) {
            if (end > 9) {
                return std::nullopt;
            }
            number.fraction = number.fraction * 10 + (text[end] - '0');
            number.scale *= 10;
        }
        text.remove_prefix(end);
        digits = end - 1;
    }
    return digits > 0 ? std::optional(number) : std::nullopt;
}

// Parses what time.Duration prints, such as `1h0m2s`, `1.234567ms` or `-5µs`. The sum cannot
// overflow: a value of more than 64 bits is rejected.
constexpr std::optional<std::int64_t> parse_latency(std::string_view text) {
    using Limits = std::numeric_limits<std::int64_t>;
    auto const negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    if (text.empty()) {
        return std::nullopt;
    }
    // The sum is negative, because -2562047h47m16.854775808s has no positive counterpart.
    std::int64_t total = 0;
    std::int64_t last_unit = Limits::max();
    while (!text.empty()) {
        auto const number = read_decimal(text);
        std::size_t width = 0;
        auto const unit = number ? unit_of(text, width) : 0;
        if (unit == 0 || unit >= last_unit || number->whole > Limits::max() / unit) {
            return std::nullopt;
        }
        // A fraction of hours or minutes would overflow. Go prints neither.
        if (number->scale > 1 && unit > 1'000'000'000) {
            return std::nullopt;
        }
        auto const whole = number->whole * unit;
        auto const fraction = number->fraction * unit / number->scale;
        if (total < Limits::min() + whole || total - whole < Limits::min() + fraction) {
            return std::nullopt;
        }
        total -= whole + fraction;
        last_unit = unit;
        text.remove_prefix(width);
    }
    if (negative) {
        return total;
    }
    return total == Limits::min() ? std::nullopt : std::optional(-total);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
