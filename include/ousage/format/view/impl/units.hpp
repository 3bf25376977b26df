#pragma once

#include <ousage/format/view/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

namespace detail {

// A value from which the next unit is used: it would be rounded to four digits.
inline constexpr double next_unit = 999.5;

inline std::string fixed(double value, int decimals) {
    return fmt::format(FMT_STRING("{:.{}f}"), value, decimals);
}

// Formats a value of a column. `whole`: from this value on without decimals. Values that would be
// rounded to 0.0 get more decimals.
inline std::string short_number(double value, double whole) {
    if (!(value > 0)) {
        return "0";
    }
    if (value < 0.005) {
        return "<0.01";
    }
    auto const small = whole < 50 ? 0.995 : 0.095;
    return fixed(value, value < small ? 2 : value < whole ? 1 : 0);
}

// `12.3k`: divides by 1000 until at most three digits are left.
inline std::string with_prefix(double value) {
    static constexpr std::string_view prefixes = "kMGTPE";
    std::size_t index = 0;
    value /= 1000;
    while (value >= next_unit && index + 1 < prefixes.size()) {
        value /= 1000;
        ++index;
    }
    return fixed(value, value < 99.95 ? 1 : 0) + prefixes[index];
}

inline constexpr std::array<double, 4> time_factors{1, 1000, 60'000, 3'600'000};

} // namespace detail

OUSAGE_DECL ByteUnit byte_unit(double bytes) {
    int unit = 0;
    for (; bytes >= detail::next_unit && unit < static_cast<int>(ByteUnit::pib); ++unit) {
        bytes /= 1024;
    }
    return static_cast<ByteUnit>(unit);
}

OUSAGE_DECL std::string bytes_number(double bytes, ByteUnit unit) {
    if (unit == ByteUnit::bytes) {
        return detail::fixed(std::max(0.0, bytes), 0);
    }
    return detail::short_number(std::ldexp(bytes, -10 * static_cast<int>(unit)), 99.95);
}

OUSAGE_DECL std::string bytes_text(double bytes, ByteUnit unit) {
    static constexpr std::array<std::string_view, 6> names{" B",   " KiB", " MiB",
                                                           " GiB", " TiB", " PiB"};
    return bytes_number(bytes, unit) + std::string(names[static_cast<std::size_t>(unit)]);
}

OUSAGE_DECL std::string bytes_text(double bytes) {
    return bytes_text(bytes, byte_unit(bytes));
}

OUSAGE_DECL TimeUnit time_unit(double milliseconds) {
    auto unit = TimeUnit::milliseconds;
    for (auto const next : {TimeUnit::seconds, TimeUnit::minutes, TimeUnit::hours}) {
        auto const factor = detail::time_factors[static_cast<std::size_t>(unit)];
        unit = milliseconds / factor >= detail::next_unit ? next : unit;
    }
    return unit;
}

OUSAGE_DECL std::string duration_text(double milliseconds, TimeUnit unit) {
    static constexpr std::array<std::string_view, 4> names{" ms", " s", " min", " h"};
    auto const index = static_cast<std::size_t>(unit);
    auto const number = detail::short_number(milliseconds / detail::time_factors[index], 9.95);
    return number + std::string(names[index]);
}

OUSAGE_DECL std::string duration_text(double milliseconds) {
    return duration_text(milliseconds, time_unit(milliseconds));
}

OUSAGE_DECL std::string count_text(std::uint64_t count) {
    return count < 10'000 ? std::to_string(count) : detail::with_prefix(static_cast<double>(count));
}

OUSAGE_DECL std::string rate_text(double rate) {
    return rate < detail::next_unit ? detail::short_number(rate, 99.95) : detail::with_prefix(rate);
}

OUSAGE_DECL std::string percent_text(double percent) {
    if (percent > 0 && percent < 1) {
        return "<1 %";
    }
    auto const rounded = percent < 100 ? std::min(std::round(percent), 99.0) : std::round(percent);
    return detail::fixed(std::max(0.0, rounded), 0) + " %";
}

OUSAGE_DECL std::string context_text(std::uint64_t tokens) {
    constexpr std::uint64_t kilo = 1024;
    constexpr std::uint64_t mega = kilo * kilo;
    if (tokens >= mega && tokens % mega == 0) {
        return std::to_string(tokens / mega) + "M";
    }
    return tokens >= kilo && tokens < mega && tokens % kilo == 0
               ? std::to_string(tokens / kilo) + "k"
               : count_text(tokens);
}

OUSAGE_DECL std::string dollars_text(double dollars) {
    return "$" + detail::fixed(dollars, 2);
}

} // namespace OUSAGE_NAMESPACE
