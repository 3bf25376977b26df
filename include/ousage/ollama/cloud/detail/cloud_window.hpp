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

// The windows in which the cloud has ever counted.
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

// No digits beyond those that a payload can mean: 0.07 × 100 is 7.000000000000001 else.
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

// What a key such as `session_usage`, `weekly_remaining_percent`, `usage5h` or `sessionResetsAt`
// is.
struct WindowKey {
    CloudWindow window{};
    bool of_usage = false;  // it says usage, used or percent
    bool of_limit = false;  // it says limit or quota
    bool remaining = false; // it counts what is left
    bool reset = false;     // it is a time at which the window starts anew
    bool reset_in = false;  // it is how long until then
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
    // In this order: a word may hold another.
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
