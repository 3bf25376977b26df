#pragma once

#include <ousage/config.hpp>

#include <chrono>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns true if the requests of a local day of 1970 to 2199 UTC are counted by day. This bounds
// the length of a series, which has a value for each day.
constexpr bool is_counted_day(std::chrono::sys_days day) {
    using namespace std::chrono;
    return day >= sys_days(year(1969) / 12 / 31) && day < sys_days(year(2200) / 1 / 1);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
