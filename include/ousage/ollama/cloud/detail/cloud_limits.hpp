#pragma once

#include <ousage/config.hpp>
#include <ousage/core/duration.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>
#include <ousage/ollama/cloud/detail/usage_key.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Parses the time of a reset, or the duration from `now` until it: seconds, or `3h20m`.
inline std::optional<Timestamp> reset_of(Json value, std::chrono::sys_seconds now) {
    auto const time = time_of(value);
    auto const number = number_of(value);
    auto wait = parse_duration(text_of(value).value_or(""));
    if (number && *number >= 0 && *number < 1e8) {
        wait = std::chrono::seconds(static_cast<std::int64_t>(*number));
    }
    if (time || !wait) {
        return time;
    }
    return Timestamp{now + std::chrono::duration_cast<std::chrono::seconds>(*wait), 0, 0};
}

// The values of one window. They come from the members of an object, `"session": {"used": 1}`, or
// from keys that contain the window, `"session_used": 1`. The first of several values is kept.
struct WindowValues {
    std::optional<double> used_percent, remaining_percent, used, remaining, limit;
    std::optional<Timestamp> resets_at;
    bool is_percentage = true; // the unit of a single number

    void add(UsageKey const& key, Json value, std::chrono::sys_seconds now) {
        auto const number = number_of(value);
        auto const is_remaining = key.meaning == KeyWord::remaining;
        if (key.meaning == KeyWord::resets) {
            resets_at = resets_at ? resets_at : reset_of(value, now);
        } else if (key.meaning == KeyWord::unit) {
            auto const unit = text_of(value).value_or("%");
            is_percentage = unit == "%" || plain_name(unit).starts_with("percent");
        } else if (number && key.scale != KeyWord::none) {
            auto& to = is_remaining ? remaining_percent : used_percent;
            to = to.value_or(key.scale == KeyWord::fraction ? *number * 100 : *number);
        } else if (number) {
            auto& to = is_remaining ? remaining : key.meaning == KeyWord::limit ? limit : used;
            to = to.value_or(*number);
        }
    }

    // Returns the used percentage. `fraction`: a single number of at most 2 is a fraction. An
    // account over its limit has a fraction above 1; a value above 2 is already a percentage.
    std::optional<double> percentage(bool fraction) const {
        auto const scaled = [fraction](double value) {
            return fraction && value <= 2 ? value * 100 : value;
        };
        if (used_percent || remaining_percent) {
            return used_percent ? *used_percent : 100 - *remaining_percent;
        }
        if (limit && *limit > 0 && (used || remaining)) {
            return used.value_or(*limit - remaining.value_or(0)) / *limit * 100;
        }
        if (used && remaining && *used + *remaining > 0) {
            return *used / (*used + *remaining) * 100;
        }
        if (limit || !is_percentage || !(used || remaining)) {
            return std::nullopt;
        }
        return used ? scaled(*used) : 100 - scaled(*remaining);
    }
};

// Reads the usage windows of one response, in any known format. Does not overwrite limits that are
// already set.
class LimitReader {
public:
    LimitReader(std::chrono::sys_seconds now, Limits& into) : now_(now), into_(into) {}

    // `bare`: a number under a plain window name such as `session` is the used amount. Otherwise
    // the name must contain usage, limit or quota, or the value must be an object in the form of a
    // window. `fraction`: a number without a unit is a fraction from 0 to 1.
    void read(Json from, bool bare, bool fraction = false, int depth = 0) {
        if (depth > 4 || !from.is_object()) {
            return;
        }
        auto members = std::array<Members, 4>{};
        for (auto const& field : from.members()) {
            auto const name = plain_name(field.key);
            auto const key = parse_usage_key(name);
            auto const is_container = among(
                name, {"usage", "cloudusage", "quota", "quotas", "limits", "ratelimits",
                       "usagelimits", "windows", "included", "data", "user", "account"});
            if (is_container) {
                auto const is_account = among(name, {"data", "user", "account"});
                read(field.value, bare || !is_account, fraction || name == "limits", depth + 1);
                read_list(field.value, fraction || name == "limits");
            } else if (
                key && key->window && key->meaning != KeyWord::resets && field.value.is_object()) {
                read_window(*key, field.value, fraction);
            } else if (key && key->window && (bare || key->rank != SIZE_MAX)) {
                auto& to = members[static_cast<std::size_t>(*key->window)];
                to.emplace(key->rank, std::pair(*key, field.value));
            }
        }
        for (std::size_t index = 0; index < members.size(); ++index) {
            store(static_cast<CloudWindow>(index), members[index], fraction);
        }
    }

private:
    using Members = std::multimap<std::size_t, std::pair<UsageKey, Json>>; // by rank

    // Reads a list such as `[{"name": "session", "percent": 12}]`.
    void read_list(Json from, bool fraction) {
        for (auto const& element : from.elements()) {
            auto const label = find_member(
                element, {"window", "period", "name", "type", "kind", "id", "key", "label"});
            read_window(parse_usage_key(text_of(label).value_or("")), element, fraction);
        }
    }

    // A `window` or `period` member takes precedence over the object's key.
    void read_window(std::optional<UsageKey> outer, Json from, bool fraction) {
        auto const label = text_of(find_member(from, {"window", "period"}));
        auto const other = parse_usage_key(label.value_or(""));
        auto const named = other && other->window ? other : outer;
        if (!named || !named->window || !from.is_object()) {
            return;
        }
        auto members = Members{};
        for (auto const& field : from.members()) {
            auto key = parse_usage_key(field.key);
            if (key && !key->window && key->rank != SIZE_MAX) {
                // In `session_remaining`, a `percent` or a `value` remains.
                auto const is_used = key->meaning == KeyWord::none || key->meaning == KeyWord::used;
                auto const remains = outer && outer->meaning == KeyWord::remaining && is_used;
                key->meaning = remains ? KeyWord::remaining : key->meaning;
                members.emplace(key->rank, std::pair(*key, field.value));
            }
        }
        store(*named->window, members, fraction);
    }

    // Sets the limit of the window. A reset from another object of the response completes it.
    void store(CloudWindow window, Members const& members, bool fraction) {
        auto values = WindowValues{};
        for (auto const& [rank, member] : members) {
            values.add(member.first, member.second, now_);
        }
        auto& resets_at = resets_at_[static_cast<std::size_t>(window)];
        resets_at = resets_at ? resets_at : values.resets_at;
        auto& limit = limit_of(into_, window);
        auto const used = values.percentage(fraction);
        if (!limit && used && *used >= 0 && *used <= 1e6) {
            limit = percent_limit(window, *used, values.resets_at);
        }
        if (limit && !limit->resets_at) {
            limit->resets_at = resets_at;
        }
    }

    std::chrono::sys_seconds now_;
    Limits& into_;
    std::array<std::optional<Timestamp>, 4> resets_at_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
