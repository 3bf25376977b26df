#pragma once

#include <ousage/format/text/display_text.hpp>
#include <ousage/format/view/detail/source_age.hpp>
#include <ousage/format/view/quota_view.hpp>
#include <ousage/format/view/times.hpp>
#include <ousage/format/view/units.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline constexpr double quota_notice = 0.75;
inline constexpr double quota_warning = 0.90;

constexpr Severity quota_severity(double share) noexcept {
    if (share > quota_warning) {
        return Severity::warning;
    }
    return share > quota_notice ? Severity::notice : Severity::ok;
}

inline std::string amount_text(ollama::Limit const& limit) {
    if (limit.unit != "usd") {
        return {};
    }
    if (limit.used && limit.limit) {
        return dollars_text(*limit.used) + " of " + dollars_text(*limit.limit);
    }
    return limit.remaining ? dollars_text(*limit.remaining) + " left" : std::string{};
}

// The used part of a limit; empty if it is unknown.
inline std::optional<double> share_of(ollama::Limit const& limit) {
    auto const whole = limit.limit.value_or(limit.unit == "percent" ? 100 : 0);
    if (!(whole > 0) || (!limit.used && !limit.remaining)) {
        return std::nullopt;
    }
    return limit.used.value_or(whole - limit.remaining.value_or(0)) / whole;
}

inline std::string resets_text(ollama::Limit const& limit, Timestamp const& now) {
    auto const until = limit.resets_at ? until_text(*limit.resets_at, now) : std::string{};
    return until.empty() || until == "never" ? std::string{} : "resets " + until;
}

} // namespace detail

OUSAGE_DECL QuotaView quota_view(ollama::Snapshot const& snapshot, ViewContext const& context) {
    auto view = QuotaView{};
    auto const age = detail::stale_age(snapshot, context, "cloud");
    auto const add = [&](char const* label, std::optional<ollama::Limit> const& limit) {
        if (!limit) {
            return;
        }
        auto row = QuotaRow{};
        row.label = label;
        row.amount = detail::amount_text(*limit);
        row.resets = detail::resets_text(*limit, snapshot.timestamp);
        if (auto const share = detail::share_of(*limit)) {
            row.share = std::clamp(*share, 0.0, 1.0);
            row.used = make_field(percent_text(100 * *share), detail::quota_severity(*share));
            row.used.age = age;
        } else if (!row.amount.empty() && !age.empty()) {
            row.amount += " ?" + age;
        }
        if (row.share || !row.amount.empty()) {
            view.rows.push_back(std::move(row));
        }
    };
    auto const& limits = snapshot.limits;
    add("5 h", limits.usage_five_hour);
    add("24 h", limits.usage_one_day);
    add("week", limits.usage_weekly);
    add("month", limits.usage_monthly);
    add("included", limits.balance_included_usd);
    add("purchased", limits.balance_purchased_usd);
    view.plan = display_text(snapshot.attributes.plan_name.value_or(""));
    return view;
}

} // namespace OUSAGE_NAMESPACE
