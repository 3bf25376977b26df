#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <ratio>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the time that docker logs -t, kubectl --timestamps, a CRI log or journalctl wrote before
// a line: the first word of `prefix` that is a time with an offset.
inline std::optional<Timestamp> prefix_time(std::string_view prefix) {
    while (!prefix.empty()) {
        auto const end = prefix.find(' ');
        auto const word = prefix.substr(0, end);
        if (word.size() >= 20 && word.size() <= 40) {
            if (auto const time = parse_rfc3339(word)) {
                return time;
            }
        }
        prefix.remove_prefix(end == prefix.npos ? prefix.size() : end + 1);
    }
    return std::nullopt;
}

// Returns the UTC offset of a local time that was printed at the time of its line's prefix. The two
// clocks may differ by a minute. If they differ by more, the offset is that of the prefix.
inline std::optional<std::chrono::seconds>
prefix_offset(std::string_view prefix, std::chrono::local_seconds local) {
    using namespace std::chrono_literals;
    auto const time = prefix_time(prefix);
    if (!time) {
        return std::nullopt;
    }
    auto const difference = local.time_since_epoch() - time->at.time_since_epoch();
    // Rounded to a quarter of an hour, the unit of all offsets in use.
    auto const quarter =
        std::chrono::round<std::chrono::duration<long, std::ratio<900>>>(difference);
    auto const offset = std::chrono::seconds(quarter);
    auto const error = std::chrono::abs(difference - offset);
    return error <= 60s && offset >= -12h && offset <= 14h
               ? offset
               : std::chrono::seconds(time->offset_seconds);
}

// Returns true if two line prefixes are equal apart from digits, as the prefixes of one program
// are.
inline bool is_same_prefix(std::string_view left, std::string_view right) {
    auto const is_digit = [](char character) { return character >= '0' && character <= '9'; };
    for (std::size_t first = 0, second = 0;;) {
        while (first < left.size() && is_digit(left[first])) {
            ++first;
        }
        while (second < right.size() && is_digit(right[second])) {
            ++second;
        }
        if (first == left.size() || second == right.size()) {
            return first == left.size() && second == right.size();
        }
        if (left[first++] != right[second++]) {
            return false;
        }
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
