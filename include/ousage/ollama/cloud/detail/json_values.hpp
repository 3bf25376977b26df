#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <simdjson.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// Reads values from responses whose spelling varies.
namespace OUSAGE_NAMESPACE::ollama::detail {

using Json = simdjson::dom::element;

// Normalizes a name to lower-case letters and digits, so that `Subscription_Period-Start` and
// `subscriptionPeriodStart` are equal.
inline std::string plain_name(std::string_view name) {
    auto plain = std::string{};
    for (auto const letter : name) {
        if (letter >= 'A' && letter <= 'Z') {
            plain += static_cast<char>(letter + 32);
        } else if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) {
            plain += letter;
        }
    }
    return plain;
}

inline bool among(std::string_view name, std::initializer_list<std::string_view> names) {
    for (auto const one : names) {
        if (one == name) {
            return true;
        }
    }
    return false;
}

// Returns the first non-null member whose plain name is in `names`. Earlier names take precedence.
inline std::optional<Json> find_member(Json from, std::initializer_list<std::string_view> names) {
    simdjson::dom::object object;
    if (from.get(object) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    for (auto const name : names) {
        for (auto const field : object) {
            if (!field.value.is_null() && plain_name(field.key) == name) {
                return field.value;
            }
        }
    }
    return std::nullopt;
}

inline bool is_object(Json value) {
    return value.is_object();
}

// Rejects numbers that are not finite or that have more than 15 digits before the decimal point.
inline std::optional<double> bounded(double value) {
    return std::isfinite(value) && std::abs(value) < 1e15 ? std::optional(value) : std::nullopt;
}

// Parses `23`, `23.5`, `"23"`, `"23%"` or `"$1.68"`.
inline std::optional<double> number_of(Json value) {
    double number = 0;
    if (value.get(number) == simdjson::SUCCESS) {
        return bounded(number);
    }
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    auto const first = std::min(text.find_first_not_of(" \t$"), text.size());
    text.remove_prefix(first);
    text = text.substr(0, text.find_last_not_of(" \t%") + 1);
    auto const* const end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && rest == end && !text.empty() ? bounded(number) : std::nullopt;
}

// Returns a non-negative whole number.
inline std::optional<std::uint64_t> count_of(std::optional<Json> value) {
    auto const number = value ? number_of(*value) : std::nullopt;
    auto const whole = number && *number >= 0 && std::trunc(*number) == *number;
    return whole ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

// Returns false for a Go sql.Null… object with `"Valid": false`.
inline bool is_valid(Json value) {
    auto const flag = find_member(value, {"valid"});
    bool valid = true;
    return !flag || flag->get(valid) != simdjson::SUCCESS || valid;
}

// Returns a string, or the string in `{"String": …, "Valid": true}`.
inline std::optional<std::string> text_of(std::optional<Json> value) {
    if (value && is_object(*value)) {
        value = is_valid(*value) ? find_member(*value, {"string"}) : std::nullopt;
    }
    std::string_view text;
    if (!value || value->get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return std::string(text);
}

// Parses RFC 3339, seconds or milliseconds since 1970, or the time in `{"Time": …, "Valid": true}`.
// Go's zero time, in the year 1, is no value.
inline std::optional<Timestamp> time_of(std::optional<Json> value) {
    if (value && is_object(*value)) {
        value = is_valid(*value) ? find_member(*value, {"time"}) : std::nullopt;
    }
    if (!value) {
        return std::nullopt;
    }
    if (auto const number = number_of(*value)) {
        auto const seconds = *number > 1e11 ? *number / 1000 : *number;
        auto const plausible = seconds > 1e9 && seconds < 1e11;
        auto const since = std::chrono::seconds(plausible ? static_cast<std::int64_t>(seconds) : 0);
        return plausible ? std::optional(Timestamp{std::chrono::sys_seconds(since), 0, 0})
                         : std::nullopt;
    }
    std::string_view text;
    auto const time =
        value->get(text) == simdjson::SUCCESS ? parse_rfc3339(text) : std::optional<Timestamp>();
    return time && time->at > std::chrono::sys_seconds() ? time : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
