#pragma once

#include <ousage/core/equal.hpp>
#include <ousage/ollama/cloud/cloud_response.hpp>
#include <ousage/ollama/cloud/detail/cloud_activity.hpp>
#include <ousage/ollama/cloud/detail/cloud_balance.hpp>
#include <ousage/ollama/cloud/detail/cloud_limits.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline void read_account(Json from, Cloud& into) {
    auto const inner = find_member(from, {"user", "account", "data"});
    auto const has_own = find_member(from, {"id", "email", "name", "plan"}).has_value();
    auto const root = !has_own && inner && inner->is_object() ? *inner : from;
    auto const text = [&root](std::initializer_list<std::string_view> names) {
        auto value = text_of(find_member(root, names));
        return value && value->empty() ? std::nullopt : value;
    };
    into.account_id = text({"id", "userid", "accountid"});
    into.account_email = text({"email"});
    into.account_name = text({"name", "username"});
    auto plan = find_member(root, {"plan", "planname"});
    if (plan && plan->is_object() && !find_member(*plan, {"string"})) {
        plan = find_member(*plan, {"name", "id", "tier"});
    }
    into.plan_name = text_of(plan);
    if (into.plan_name == "") {
        into.plan_name = "free"; // an empty plan is the free one (Ollama cmd/launch/account.go)
    }
    into.customer_id = text({"customerid"});
    into.subscription_id = text({"subscriptionid"});
    into.workos_user_id = text({"workosuserid"});
    into.billing_cycle_start = time_of(
        find_member(root, {"subscriptionperiodstart", "billingcyclestart", "currentperiodstart"}));
    into.billing_cycle_end = time_of(
        find_member(root, {"subscriptionperiodend", "billingcycleend", "currentperiodend"}));
}

// Counts the models of an array, or of an object with names as keys. Go also encodes an empty list
// as null.
inline std::optional<std::uint64_t> count_models_of(Json from) {
    auto const models = from.find("models");
    if (models && models->is_null()) {
        return 0;
    }
    auto const list = from.is_array() ? std::optional(from) : find_member(from, {"models", "data"});
    auto const elements = elements_of(list);
    return elements ? std::optional<std::uint64_t>(elements->size()) : std::nullopt;
}

inline Failure unreadable(std::string text) {
    return Failure{{}, make_error_code(Errc::parse), std::move(text)};
}

} // namespace detail

OUSAGE_DECL std::optional<Failure> read_cloud_response(
    CloudResponse kind, std::string_view text, std::chrono::sys_seconds now, Cloud& into) {
    auto const first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) {
        return detail::unreadable("the response is empty");
    }
    if (text[first] == '<') {
        return detail::unreadable("HTML instead of JSON");
    }
    auto document = JsonDocument{};
    if (auto failure = document.parse(text)) {
        return failure;
    }
    auto const root = document.root();
    if (!root.is_object() && !(kind == CloudResponse::tags && root.is_array())) {
        return detail::unreadable("the response is not an object");
    }
    if (kind == CloudResponse::tags) {
        into.cloud.cloud_catalog_models = detail::count_models_of(root);
        return into.cloud.cloud_catalog_models
                   ? std::nullopt
                   : std::optional(detail::unreadable("the response contains no models"));
    }
    if (kind == CloudResponse::me) {
        detail::read_account(root, into);
    }
    if (kind == CloudResponse::usage) {
        detail::read_activity(root, into.cloud_activity);
    }
    detail::read_balance(root, into.limits);
    detail::LimitReader(now, into.limits).read(root, kind != CloudResponse::me);
    auto const error = detail::find_member(root, {"error"});
    if (error && is_empty(into)) {
        return Failure{{}, make_error_code(Errc::status), "the response contains only an error"};
    }
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama
