#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reads values from responses whose spelling varies.
namespace OUSAGE_NAMESPACE::ollama::detail {

using Json = JsonValue;

// Normalizes a name to lower-case letters and digits, so that `Subscription_Period-Start` and
// `subscriptionPeriodStart` are equal.
inline std::string plain_name(std::string_view name) {
    auto plain = std::string{};
    for (auto const character : name) {
        if (character >= 'A' && character <= 'Z') {
            plain += static_cast<char>(character + 32);
        } else if (
            (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) {
            plain += character;
        }
    }
    return plain;
}

inline bool among(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Returns the first non-null member whose plain name is in `names`. Earlier names take precedence.
inline std::optional<Json>
find_member(std::optional<Json> from, std::initializer_list<std::string_view> names) {
    if (!from) {
        return std::nullopt;
    }
    for (auto const name : names) {
        for (auto const& field : from->members()) {
            if (!field.value.is_null() && plain_name(field.key) == name) {
                return field.value;
            }
        }
    }
    return std::nullopt;
}

// Returns the elements of an array, or the values of an object with names as keys.
inline std::optional<std::vector<Json>> elements_of(std::optional<Json> from) {
    if (!from || !(from->is_array() || from->is_object())) {
        return std::nullopt;
    }
    auto elements = std::vector<Json>{};
    for (auto const& element : from->elements()) {
        elements.push_back(element);
    }
    for (auto const& field : from->members()) {
        elements.push_back(field.value);
    }
    return elements;
}

// Rejects numbers that are not finite or that have more than 15 digits before the decimal point.
inline std::optional<double> bounded(double value) {
    return std::isfinite(value) && std::abs(value) < 1e15 ? std::optional(value) : std::nullopt;
}

// Parses `23`, `23.5`, `"23"`, `"23%"` or `"$1.68"`.
inline std::optional<double> number_of(std::optional<Json> value) {
    if (auto const given = value ? value->number() : std::nullopt) {
        return bounded(*given);
    }
    auto const string = value ? value->string() : std::nullopt;
    if (!string) {
        return std::nullopt;
    }
    double number = 0;
    auto text = *string;
    auto const first = std::min(text.find_first_not_of(" \t$"), text.size());
    text.remove_prefix(first);
    text = text.substr(0, text.find_last_not_of(" \t%") + 1);
    auto const* const end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && rest == end && !text.empty() ? bounded(number) : std::nullopt;
}

// Returns a non-negative whole number.
inline std::optional<std::uint64_t> count_of(std::optional<Json> value) {
    auto const number = number_of(value);
    auto const whole = number && *number >= 0 && std::trunc(*number) == *number;
    return whole ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

// Returns the value of a Go sql.Null… object, `{"String": …, "Valid": true}`, or any other value
// itself.
inline std::optional<Json> unwrapped(std::optional<Json> value, std::string_view name) {
    if (!value || !value->is_object()) {
        return value;
    }
    auto const flag = find_member(value, {"valid"});
    auto const is_valid = !flag || flag->boolean().value_or(true);
    return is_valid ? find_member(value, {name}) : std::nullopt;
}

// Returns a string, also one of a Go sql.NullString.
inline std::optional<std::string> text_of(std::optional<Json> value) {
    value = unwrapped(value, "string");
    auto const text = value ? value->string() : std::nullopt;
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

// Parses RFC 3339, seconds or milliseconds since 1970, also in a Go sql.NullTime. Go's zero time,
// in the year 1, is no value.
inline std::optional<Timestamp> time_of(std::optional<Json> value) {
    value = unwrapped(value, "time");
    if (auto const number = number_of(value)) {
        auto const seconds = *number > 1e11 ? *number / 1000 : *number;
        if (seconds <= 1e9 || seconds >= 1e11) {
            return std::nullopt;
        }
        auto const since = std::chrono::seconds(static_cast<std::int64_t>(seconds));
        return Timestamp{std::chrono::sys_seconds(since), 0, 0};
    }
    auto const time = parse_rfc3339(text_of(value).value_or(""));
    return time && time->at > std::chrono::sys_seconds() ? time : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
