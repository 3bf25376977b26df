#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>
#include <ousage/ollama/model/usage.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The usage windows of current and earlier cloud plans.
enum class CloudWindow { five_hour, one_day, weekly, monthly };

inline std::optional<Limit>& limit_of(Limits& limits, CloudWindow window) {
    switch (window) {
    case CloudWindow::five_hour: return limits.usage_five_hour;
    case CloudWindow::one_day: return limits.usage_one_day;
    case CloudWindow::weekly: return limits.usage_weekly;
    case CloudWindow::monthly: break;
    }
    return limits.usage_monthly;
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

// The meaning of a key such as `session_usage`, `weekly_remaining_percent`, `usage5h` or
// `sessionResetsAt`.
struct WindowKey {
    CloudWindow window{};
    bool of_usage = false;  // contains usage, used or percent
    bool of_limit = false;  // contains limit or quota
    bool remaining = false; // the remaining amount
    bool reset = false;     // the time of the next reset
    bool reset_in = false;  // the duration until the next reset
};

inline std::optional<WindowKey> window_key(std::string name) {
    auto const drop = [&name](std::initializer_list<std::string_view> words) {
        bool any = false;
        for (auto const word : words) {
            auto const at = name.find(word);
            if (at != name.npos) {
                name.erase(at, word.size());
                any = true;
            }
        }
        return any;
    };
    auto key = WindowKey{};
    // The order matters: one word may contain another.
    key.reset_in =
        drop({"secondstoreset", "resetsinseconds", "resetinseconds", "resetsin", "resetin"});
    key.reset = drop({"resetsat", "resetat", "resettime", "resets", "reset"});
    key.of_usage = drop({"usage", "used", "percentage", "percent", "pct"});
    key.of_limit = drop({"limits", "limit", "quota"});
    key.remaining = drop({"remaining", "left"});
    drop({"window", "cloud"});
    using enum CloudWindow;
    if (among(name, {"session", "5h", "5hr", "5hour", "5hours", "fivehour", "fivehours"})) {
        key.window = five_hour;
    } else if (among(name, {"1d", "24h", "day", "daily", "oneday"})) {
        key.window = one_day;
    } else if (among(
                   name, {"week", "weekly", "1w", "7d", "7day", "7days", "oneweek", "sevenday",
                          "sevendays"})) {
        key.window = weekly;
    } else if (among(name, {"month", "monthly", "1mo", "30d", "30day", "30days", "onemonth"})) {
        key.window = monthly;
    } else {
        return std::nullopt;
    }
    return key;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
