#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// One day of a series.
struct DayValue {
    std::string date;        ///< `2026-11-20`, in the local calendar
    std::uint64_t value = 0; ///< the count of that day
};

/// The values of each series by day, oldest first, without gaps.
using DailySeries = std::map<std::string, std::vector<DayValue>>;

} // namespace OUSAGE_NAMESPACE::ollama
