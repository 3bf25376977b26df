#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/model/usage.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The usage windows of current and earlier cloud plans.
enum class CloudWindow { five_hour, one_day, weekly, monthly };

inline std::optional<Limit>& limit_of(Limits& limits, CloudWindow window) {
    static constexpr std::array members{
        &Limits::usage_five_hour, &Limits::usage_one_day, &Limits::usage_weekly,
        &Limits::usage_monthly};
    return limits.*members[static_cast<std::size_t>(window)];
}

// Rounds to nine decimal places: 0.07 × 100 would otherwise be 7.000000000000001.
inline double rounded(double value) {
    return std::round(value * 1e9) / 1e9;
}

inline Limit percent_limit(CloudWindow window, double used, std::optional<Timestamp> resets_at) {
    static constexpr std::array<std::string_view, 4> names{"5h", "1d", "1w", "1mo"};
    auto limit = Limit{};
    limit.used = rounded(used);
    limit.limit = 100;
    limit.remaining = rounded(std::max(0.0, 100 - used));
    limit.unit = "percent";
    limit.window = names[static_cast<std::size_t>(window)];
    limit.resets_at = resets_at;
    return limit;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
