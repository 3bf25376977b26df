#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/cloud/detail/cloud_window.hpp>

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads GET /api/balance of the current plans: `included` and `purchased`, in US dollars.
inline void read_balance(Json from, Limits& into) {
    auto const number = [](std::optional<Json> object,
                           std::initializer_list<std::string_view> names) {
        auto const member = object ? find_member(*object, names) : std::nullopt;
        return member ? number_of(*member) : std::nullopt;
    };
    auto const included = find_member(from, {"included"});
    auto const balance = number(included, {"balanceusd", "remainingusd"});
    auto const allowance = number(included, {"allowanceusd", "limitusd"});
    if ((balance || allowance) && !into.balance_included_usd) {
        auto limit = Limit{};
        limit.unit = "usd";
        limit.limit = allowance;
        limit.remaining = balance;
        if (balance && allowance) {
            limit.used = rounded(std::max(0.0, *allowance - *balance));
        }
        auto const period = find_member(*included, {"period"});
        auto const start = period ? time_of(find_member(*period, {"from"})) : std::nullopt;
        limit.resets_at = period ? time_of(find_member(*period, {"until"})) : std::nullopt;
        if (start && limit.resets_at) {
            auto const span = limit.resets_at->at - start->at;
            auto const month = span >= std::chrono::days(28) && span <= std::chrono::days(31);
            limit.window = month ? std::optional<std::string>("1mo") : std::nullopt;
        }
        into.balance_included_usd = limit;
    }
    auto const purchased = find_member(from, {"purchased"});
    auto const credit = purchased && !is_object(*purchased)
                            ? number_of(*purchased)
                            : number(purchased, {"balanceusd", "remainingusd"});
    if (credit && !into.balance_purchased_usd) {
        auto limit = Limit{};
        limit.unit = "usd";
        limit.remaining = credit;
        into.balance_purchased_usd = limit;
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
