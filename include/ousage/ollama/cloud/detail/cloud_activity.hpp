#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>
#include <ousage/ollama/model/metrics.hpp>

#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline void read_counters(Json from, CloudActivity& into) {
    into.cloud_requests = count_of(find_member(from, {"requestcount", "requests"}));
    into.cloud_input_tokens = count_of(find_member(from, {"inputtokens"}));
    into.cloud_output_tokens = count_of(find_member(from, {"outputtokens"}));
    auto const cost = find_member(from, {"usageusd", "costusd", "cost"});
    auto const dollars = cost ? number_of(*cost) : std::nullopt;
    into.cloud_cost_usd = dollars && *dollars >= 0 ? dollars : std::nullopt;
}

template <class T>
void add(std::optional<T>& sum, std::optional<T> const& value) {
    sum = sum && value ? std::optional<T>(*sum + *value) : std::nullopt;
}

// Sums each counter over all elements. A counter that an element lacks is not set.
template <class Elements, class Element>
CloudActivity sum_counters(Elements const& elements, Element element_of) {
    auto sum = CloudActivity{0, 0, 0, 0.0};
    std::size_t count = 0;
    for (auto const each : elements) {
        auto one = CloudActivity{};
        read_counters(element_of(each), one);
        add(sum.cloud_requests, one.cloud_requests);
        add(sum.cloud_input_tokens, one.cloud_input_tokens);
        add(sum.cloud_output_tokens, one.cloud_output_tokens);
        add(sum.cloud_cost_usd, one.cloud_cost_usd);
        ++count;
    }
    return count == 0 ? CloudActivity{} : sum;
}

// Sums the counters of an array, or of an object with names as keys.
inline CloudActivity sum_members(Json from) {
    simdjson::dom::array array;
    simdjson::dom::object object;
    if (from.get(array) == simdjson::SUCCESS) {
        return sum_counters(array, [](Json element) { return element; });
    }
    if (from.get(object) == simdjson::SUCCESS) {
        return sum_counters(object, [](auto const& field) { return field.value; });
    }
    return {};
}

// Returns the window that the response covers; null for any other range.
inline CloudActivity* window_of(
    std::optional<std::string> const& range, std::optional<Timestamp> const& from,
    std::optional<Timestamp> const& until, CloudWindows& into) {
    auto const name = plain_name(range.value_or(""));
    if (among(name, {"24h", "1d", "day", "last24hours", "lastday"})) {
        return &into.one_day;
    }
    if (among(name, {"7d", "week", "last7days", "lastweek"})) {
        return &into.seven_days;
    }
    if (!name.empty() || !from || !until) {
        return nullptr;
    }
    // The last bucket is partial, so allow 24 to 25 hours and 7 to 8 days.
    auto const span = until->at - from->at;
    auto const within = [span](std::chrono::hours low, std::chrono::hours high) {
        return span >= low && span <= high;
    };
    return within(std::chrono::hours(24), std::chrono::hours(25))           ? &into.one_day
           : within(std::chrono::hours(7 * 24), std::chrono::hours(8 * 24)) ? &into.seven_days
                                                                            : nullptr;
}

// Reads GET /api/usage: `totals` and `buckets` of a `range`; until October 2026, `activity`.
inline void read_activity(Json from, CloudWindows& into) {
    auto const time = [](Json object, std::initializer_list<std::string_view> names) {
        return time_of(find_member(object, names));
    };
    auto const totals = find_member(from, {"totals"});
    auto const buckets = find_member(from, {"buckets"});
    if (totals || buckets) {
        auto* const window = window_of(
            text_of(find_member(from, {"range"})), time(from, {"from"}), time(from, {"until"}),
            into);
        if (window != nullptr && totals && is_object(*totals)) {
            read_counters(*totals, *window);
        } else if (window != nullptr && buckets) {
            *window = sum_members(*buckets);
        }
        return;
    }
    auto const activity = find_member(from, {"activity"});
    auto const period = activity ? find_member(*activity, {"period"}) : std::nullopt;
    if (!period) {
        return;
    }
    auto* const window = window_of(
        text_of(find_member(*period, {"type"})), time(*period, {"startingat"}),
        time(*period, {"endingat"}), into);
    if (window != nullptr) {
        read_counters(*activity, *window);
        auto const models = find_member(*activity, {"models"});
        if (models && !window->cloud_requests) {
            window->cloud_requests = sum_members(*models).cloud_requests;
        }
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
