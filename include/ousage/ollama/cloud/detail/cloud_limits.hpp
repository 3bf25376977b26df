#pragma once

#include <ousage/config.hpp>
#include <ousage/core/duration.hpp>
#include <ousage/ollama/cloud/detail/cloud_window.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Parses seconds as a number, or a duration such as `3h20m`.
inline std::optional<std::chrono::seconds> seconds_of(Json value) {
    std::string_view text;
    if (auto const number = number_of(value)) {
        auto const good = *number >= 0 && *number < 1e8;
        return good ? std::optional(std::chrono::seconds(static_cast<std::int64_t>(*number)))
                    : std::nullopt;
    }
    auto const duration = value.get(text) == simdjson::SUCCESS
                              ? parse_duration(text)
                              : std::optional<std::chrono::nanoseconds>();
    return duration ? std::optional(std::chrono::duration_cast<std::chrono::seconds>(*duration))
                    : std::nullopt;
}

// Reads the usage windows of one response, in any known format. Does not overwrite limits that are
// already set.
class LimitReader {
public:
    LimitReader(std::chrono::sys_seconds now, Limits& into) : now_(now), into_(into) {}

    // `bare`: a number under a plain window name such as `session` is the used amount. Otherwise
    // the name must contain usage, limit or quota, or the value must be an object in the form of a
    // window. `fraction`: a number without a unit is a fraction from 0 to 1.
    void read(Json from, bool bare, bool fraction = false, int depth = 0) {
        simdjson::dom::object object;
        if (depth > 4 || from.get(object) != simdjson::SUCCESS) {
            return;
        }
        auto flat = std::array<Flat, 4>{};
        for (auto const field : object) {
            auto const name = plain_name(field.key);
            if (auto const key = window_key(name)) {
                read_member(
                    *key, field.value, bare, flat[static_cast<std::size_t>(key->window)], fraction);
            } else if (among(
                           name,
                           {"usage", "cloudusage", "quota", "quotas", "limits", "ratelimits",
                            "usagelimits", "windows", "included", "data", "user", "account"})) {
                auto const outer = among(name, {"data", "user", "account"});
                read(field.value, bare || !outer, fraction || name == "limits", depth + 1);
                read_list(field.value, fraction || name == "limits");
            }
        }
        take_flat(flat, fraction);
        for (auto const& [window, at] : resets_) {
            auto& limit = limit_of(into_, window);
            if (limit && !limit->resets_at) {
                limit->resets_at = at;
            }
        }
    }

private:
    // The numbers of one window in sibling members such as `session_used` and `session_limit`.
    struct Flat {
        std::optional<double> used, limit, remaining;
    };

    void read_member(WindowKey const& key, Json value, bool bare, Flat& flat, bool fraction) {
        auto const number = number_of(value);
        if (key.reset || key.reset_in) {
            if (auto const at = key.reset_in ? later(seconds_of(value)) : reset_of(value)) {
                resets_.emplace_back(key.window, *at);
            }
        } else if (number && key.remaining) {
            flat.remaining = number;
        } else if (number && key.of_limit && !key.of_usage) {
            flat.limit = number;
        } else if (number && (bare || key.of_usage)) {
            flat.used = number;
        } else if (is_object(value)) {
            take(key.window, value, fraction);
        }
    }

    void take_flat(std::array<Flat, 4> const& flat, bool fraction) {
        for (std::size_t index = 0; index < flat.size(); ++index) {
            auto const& [used, limit, left] = flat[index];
            auto const window = static_cast<CloudWindow>(index);
            if (limit && *limit > 0 && (used || left)) {
                put(window, (used ? *used : *limit - *left) / *limit * 100, std::nullopt);
            } else if (used) {
                put(window, scaled(*used, fraction), std::nullopt);
            } else if (left) {
                put(window, 100 - scaled(*left, fraction), std::nullopt);
            }
        }
    }

    // Reads a list such as `[{"name": "session", "percent": 12}]`.
    void read_list(Json from, bool fraction) {
        simdjson::dom::array array;
        if (from.get(array) != simdjson::SUCCESS) {
            return;
        }
        for (auto const element : array) {
            auto const label = text_of(find_member(
                element, {"window", "period", "name", "type", "kind", "id", "key", "label"}));
            auto const key = label ? window_key(plain_name(*label)) : std::nullopt;
            if (key && is_object(element)) {
                take(key->window, element, fraction);
            }
        }
    }

    void take(CloudWindow window, Json value, bool fraction) {
        // A `window` or `period` member takes precedence over the object's key.
        auto const label = text_of(find_member(value, {"window", "period"}));
        auto const other = label ? window_key(plain_name(*label)) : std::nullopt;
        put(other ? other->window : window, used_percent(value, fraction), reset_in(value));
    }

    void put(CloudWindow window, std::optional<double> used, std::optional<Timestamp> resets_at) {
        auto& limit = limit_of(into_, window);
        if (used && *used >= 0 && *used <= 1e6 && !limit) {
            limit = percent_limit(window, *used, resets_at);
        }
    }

    // Converts a fraction to a percentage. An account over its limit has a fraction above 1. A
    // value above 2 is already a percentage.
    static double scaled(double value, bool fraction) {
        return fraction && value <= 2 ? value * 100 : value;
    }

    std::optional<double> used_percent(Json from, bool fraction) const {
        auto const number = [&from](std::initializer_list<std::string_view> names) {
            auto const member = find_member(from, names);
            return member ? number_of(*member) : std::nullopt;
        };
        if (auto const percent = number(
                {"percent", "pct", "percentage", "usedpercent", "usagepercent", "percentused",
                 "usedpct", "usagepct", "usedpercentage", "usagepercentage", "utilization"})) {
            return *percent;
        }
        if (auto const left = number(
                {"remainingpercent", "percentremaining", "remainingpct", "remainingpercentage",
                 "leftpercent", "percentleft"})) {
            return 100 - *left;
        }
        if (auto const part = number({"usedfraction", "usagefraction", "fraction", "usedratio"})) {
            return *part * 100;
        }
        if (auto const part = number({"remainingfraction", "remainingratio"})) {
            return 100 - *part * 100;
        }
        auto const used = number({"used", "usage", "value", "consumed", "current"});
        auto const limit =
            number({"limit", "max", "maximum", "total", "allowance", "quota", "cap"});
        auto const left = number({"remaining", "left", "available"});
        if (limit && *limit > 0 && (used || left)) {
            return (used ? *used : *limit - *left) / *limit * 100;
        }
        if (used && left && *used + *left > 0) {
            return *used / (*used + *left) * 100;
        }
        // A single number is a percentage unless its unit says otherwise.
        auto const unit = text_of(find_member(from, {"unit", "units"})).value_or("%");
        auto const is_percent = unit == "%" || plain_name(unit).starts_with("percent");
        if (limit || !is_percent) {
            return std::nullopt;
        }
        return used   ? std::optional(scaled(*used, fraction))
               : left ? std::optional(100 - scaled(*left, fraction))
                      : std::nullopt;
    }

    std::optional<Timestamp> later(std::optional<std::chrono::seconds> wait) const {
        return wait ? std::optional(Timestamp{now_ + *wait, 0, 0}) : std::nullopt;
    }

    // Parses a time, or the duration until it.
    std::optional<Timestamp> reset_of(Json value) const {
        auto const at = time_of(value);
        return at ? at : later(seconds_of(value));
    }

    std::optional<Timestamp> reset_in(Json from) const {
        auto const at = find_member(
            from, {"resetsat", "resetat", "resettime", "resetdate", "nextreset", "nextresetat",
                   "resets", "reset"});
        if (auto const time = at ? reset_of(*at) : std::nullopt) {
            return time;
        }
        auto const wait = find_member(
            from, {"resetinseconds", "resetsinseconds", "secondstoreset", "resetafterseconds",
                   "resetafter", "resetin", "resetsin"});
        return wait ? later(seconds_of(*wait)) : std::nullopt;
    }

    std::chrono::sys_seconds now_;
    Limits& into_;
    std::vector<std::pair<CloudWindow, Timestamp>> resets_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
