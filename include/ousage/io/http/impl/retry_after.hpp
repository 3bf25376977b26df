#pragma once

#include <ousage/core/timestamp.hpp>
#include <ousage/io/http/retry_after.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

inline std::optional<int> small_number(std::string_view text) {
    int value = 0;
    auto const* const end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(text.data(), end, value);
    auto const good = error == std::errc{} && rest == end && value >= 0 && !text.empty();
    return good ? std::optional(value) : std::nullopt;
}

inline std::optional<int> month_number(std::string_view name) {
    static constexpr std::array<std::string_view, 12> names{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<int>(found - names.begin()) + 1);
}

inline std::string two_digits(int value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
}

} // namespace detail

OUSAGE_DECL std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    auto words = std::vector<std::string_view>{};
    while (!text.empty() && words.size() < 8) {
        auto const first = std::min(text.find_first_not_of(" ,-"), text.size());
        text.remove_prefix(first);
        auto const length = std::min(text.find_first_of(" ,-"), text.size());
        if (length > 0) {
            words.push_back(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
    auto const asctime = words.size() == 5;
    if (!asctime && (words.size() != 6 || words[5] != "GMT")) {
        return std::nullopt;
    }
    auto const month = detail::month_number(words[asctime ? 1 : 2]);
    auto const day = detail::small_number(words[asctime ? 2 : 1]);
    auto const clock = words[asctime ? 3 : 4];
    auto year = detail::small_number(words[asctime ? 4 : 3]);
    if (!month || !day || !year || *day > 31 || *year > 9999 || clock.size() != 8) {
        return std::nullopt;
    }
    if (*year < 100) {
        *year += *year < 70 ? 2000 : 1900;
    }
    auto const time = parse_rfc3339(
        std::to_string(*year) + "-" + detail::two_digits(*month) + "-" + detail::two_digits(*day) +
        "T" + std::string(clock) + "Z");
    return time ? std::optional(time->at) : std::nullopt;
}

OUSAGE_DECL std::optional<std::chrono::seconds>
parse_retry_after(std::string_view text, std::chrono::sys_seconds now) {
    auto constexpr longest = std::chrono::seconds(std::chrono::days(1));
    if (!text.empty() && text.find_first_not_of("0123456789") == text.npos) {
        std::int64_t value = 0;
        auto const result = std::from_chars(text.data(), text.data() + text.size(), value);
        auto const fits = result.ec == std::errc{} && value < longest.count();
        return fits ? std::chrono::seconds(value) : longest;
    }
    auto const date = parse_http_date(text);
    return date ? std::optional(std::clamp(*date - now, std::chrono::seconds(0), longest))
                : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::io
