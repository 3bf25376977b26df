#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

namespace OUSAGE_NAMESPACE::ollama {

/// Sums of one hour. A value that was not measured is absent.
struct HourSums {
    std::optional<std::uint64_t> requests;      ///< inference requests
    std::optional<std::uint64_t> input_tokens;  ///< of all tasks of the engine
    std::optional<std::uint64_t> output_tokens; ///< generated
    std::optional<std::uint64_t> errors;        ///< requests with a status of 400 and above

    friend bool operator==(HourSums const&, HourSums const&) = default;
};

/// Sums by the number of the hour since 1970, UTC.
using HourlySums = std::map<std::int64_t, HourSums>;

/// Returns the number of the hour since 1970, UTC, that contains a time.
inline std::int64_t hour_number(std::chrono::sys_seconds time) {
    return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

/// Returns the first second of an hour.
inline std::chrono::sys_seconds start_of_hour(std::int64_t number) {
    return std::chrono::sys_seconds(std::chrono::hours(number));
}

} // namespace OUSAGE_NAMESPACE::ollama
