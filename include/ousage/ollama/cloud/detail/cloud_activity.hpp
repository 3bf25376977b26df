#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>
#include <ousage/ollama/model/metrics.hpp>

#include <chrono>
#include <optional>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline CloudActivity counters_of(Json from) {
    auto counters = CloudActivity{};
    counters.cloud_requests = count_of(find_member(from, {"requestcount", "requests"}));
    counters.cloud_input_tokens = count_of(find_member(from, {"inputtokens"}));
    counters.cloud_output_tokens = count_of(find_member(from, {"outputtokens"}));
    auto const dollars = number_of(find_member(from, {"usageusd", "costusd", "cost"}));
    counters.cloud_cost_usd = dollars && *dollars >= 0 ? dollars : std::nullopt;
    return counters;
}

template <class T>
void add(std::optional<T>& sum, std::optional<T> const& value) {
    sum = sum && value ? std::optional<T>(*sum + *value) : std::nullopt;
}

// Sums each counter over all elements. A counter that an element lacks is not set.
inline CloudActivity sum_of_elements(std::optional<Json> from) {
    auto const elements = elements_of(from);
    if (!elements || elements->empty()) {
        return {};
    }
    auto sum = CloudActivity{0, 0, 0, 0.0};
    for (auto const& element : *elements) {
        auto const one = counters_of(element);
        add(sum.cloud_requests, one.cloud_requests);
        add(sum.cloud_input_tokens, one.cloud_input_tokens);
        add(sum.cloud_output_tokens, one.cloud_output_tokens);
        add(sum.cloud_cost_usd, one.cloud_cost_usd);
    }
    return sum;
}

// Returns the window of a `range`, or of `from` and `until`; null for any other range.
inline CloudActivity* window_of(std::optional<Json> period, CloudWindows& into) {
    auto const name = plain_name(text_of(find_member(period, {"range", "type"})).value_or(""));
    auto const from = time_of(find_member(period, {"from", "startingat"}));
    auto const until = time_of(find_member(period, {"until", "endingat"}));
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
    if (span >= std::chrono::hours(24) && span <= std::chrono::hours(25)) {
        return &into.one_day;
    }
    auto const is_week = span >= std::chrono::days(7) && span <= std::chrono::days(8);
    return is_week ? &into.seven_days : nullptr;
}

// Reads GET /api/usage: `totals` and `buckets` of a `range`; until October 2026, `activity`.
inline void read_activity(Json from, CloudWindows& into) {
    auto const totals = find_member(from, {"totals"});
    auto const buckets = find_member(from, {"buckets"});
    if (totals || buckets) {
        if (auto* const window = window_of(from, into)) {
            *window =
                totals && totals->is_object() ? counters_of(*totals) : sum_of_elements(buckets);
        }
        return;
    }
    auto const activity = find_member(from, {"activity"});
    if (auto* const window = window_of(find_member(activity, {"period"}), into)) {
        *window = counters_of(*activity);
        if (!window->cloud_requests) {
            auto const models = find_member(activity, {"models"});
            window->cloud_requests = sum_of_elements(models).cloud_requests;
        }
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
