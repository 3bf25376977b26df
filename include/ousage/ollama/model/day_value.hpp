#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// One day of a series.
struct DayValue {
    std::string date;        ///< `2026-11-20`, in the local calendar
    std::uint64_t value = 0; ///< the count of that day
};

} // namespace OUSAGE_NAMESPACE::ollama
