#pragma once

#include <ousage/core/error.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/json/detail/texts.hpp>

#include <chrono>
#include <limits>

namespace OUSAGE_NAMESPACE::detail {

inline constexpr std::int64_t first_second = -62'135'596'800; // 0001-01-01T00:00:00Z
inline constexpr std::int64_t last_second = 253'402'300'799;  // 9999-12-31T23:59:59Z

OUSAGE_DECL std::string instant_text(std::int64_t count, std::int64_t num, std::int64_t den) {
    std::int64_t seconds = 0;
    std::int64_t rest = 0;
    if (den == 1) {
        if (count > last_second / num || count < first_second / num) {
            return {};
        }
        seconds = count * num;
    } else {
        rest = count % den < 0 ? count % den + den : count % den;
        seconds = count / den - (count % den < 0 ? 1 : 0);
    }
    if (seconds < first_second || seconds > last_second) {
        return {};
    }
    auto const at = std::chrono::sys_seconds(std::chrono::seconds(seconds));
    return to_rfc3339({at, static_cast<std::int32_t>(rest * (1'000'000'000 / den)), 0});
}

OUSAGE_DECL std::optional<std::int64_t>
parse_instant(std::string_view text, std::int64_t num, std::int64_t den) {
    using Limits = std::numeric_limits<std::int64_t>;
    auto const time = parse_rfc3339(text);
    if (!time) {
        return std::nullopt;
    }
    auto const seconds = std::int64_t{time->at.time_since_epoch().count()};
    if (den == 1) {
        return seconds / num - (seconds % num < 0 ? 1 : 0);
    }
    // A negative time is counted back from the next second, because the full second below it may
    // be out of range.
    auto const rest = time->nanoseconds / (1'000'000'000 / den);
    auto const whole = seconds < 0 ? seconds + 1 : seconds;
    auto const fraction = seconds < 0 ? rest - den : rest;
    if (whole > Limits::max() / den || whole < Limits::min() / den) {
        return std::nullopt;
    }
    auto const ticks = whole * den;
    auto const fits =
        fraction < 0 ? ticks >= Limits::min() - fraction : ticks <= Limits::max() - fraction;
    return fits ? std::optional<std::int64_t>(ticks + fraction) : std::nullopt;
}

OUSAGE_DECL std::string error_code_text(std::error_code code) {
    return std::string(code.category().name()) + ":" + std::to_string(code.value());
}

OUSAGE_DECL std::optional<std::error_code> parse_error_code(std::string_view text) {
    auto const colon = text.rfind(':');
    auto const value =
        colon == text.npos ? std::nullopt : parse_integer<int>(text.substr(colon + 1));
    for (auto const* const category :
         {&std::generic_category(), &std::system_category(), &error_category()}) {
        if (value && text.substr(0, colon) == category->name()) {
            return std::error_code(*value, *category);
        }
    }
    return std::nullopt;
}

OUSAGE_DECL std::string character_text(char value) {
    auto const code = static_cast<unsigned char>(value);
    if (code < 0x80) {
        return std::string(1, value);
    }
    return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
}

OUSAGE_DECL std::optional<char> parse_character(std::string_view text) {
    for (int code = 0; code < 256; ++code) {
        auto const value = static_cast<char>(static_cast<unsigned char>(code));
        if (character_text(value) == text) {
            return value;
        }
    }
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::detail
