#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/cloud/detail/cloud_window.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads GET /api/balance of the current plans: `included` and `purchased`, in US dollars.
inline void read_balance(Json from, Limits& into) {
    auto const included = find_member(from, {"included"});
    auto limit = Limit{};
    limit.unit = "usd";
    limit.limit = number_of(find_member(included, {"allowanceusd", "limitusd"}));
    limit.remaining = number_of(find_member(included, {"balanceusd", "remainingusd"}));
    if (limit.limit || limit.remaining) {
        if (limit.limit && limit.remaining) {
            limit.used = rounded(std::max(0.0, *limit.limit - *limit.remaining));
        }
        auto const period = find_member(included, {"period"});
        auto const start = time_of(find_member(period, {"from"}));
        limit.resets_at = time_of(find_member(period, {"until"}));
        if (start && limit.resets_at) {
            auto const span = limit.resets_at->at - start->at;
            auto const is_month = span >= std::chrono::days(28) && span <= std::chrono::days(31);
            limit.window = is_month ? std::optional<std::string>("1mo") : std::nullopt;
        }
        into.balance_included_usd = limit;
    }
    auto const purchased = find_member(from, {"purchased"});
    auto const balance = find_member(purchased, {"balanceusd", "remainingusd"});
    auto const is_object = purchased && purchased->is_object();
    if (auto const credit = number_of(is_object ? balance : purchased)) {
        auto& purchase = into.balance_purchased_usd.emplace();
        purchase.unit = "usd";
        purchase.remaining = credit;
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
