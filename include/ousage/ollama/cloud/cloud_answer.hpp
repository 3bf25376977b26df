#pragma once

#include <ousage/config.hpp>
#include <ousage/core/equal.hpp>
#include <ousage/core/error.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>
#include <ousage/ollama/cloud/detail/cloud_activity.hpp>
#include <ousage/ollama/cloud/detail/cloud_balance.hpp>
#include <ousage/ollama/cloud/detail/cloud_limits.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/model/usage.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// The responses of the cloud. They are distinguished because the same key has a different meaning
/// in each.
enum class CloudAnswer {
    me,      ///< POST /api/me
    tags,    ///< GET /api/tags
    balance, ///< GET /api/balance
    usage,   ///< GET /api/usage
};

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
    simdjson::dom::element models;
    if (from["models"].get(models) == simdjson::SUCCESS && models.is_null()) {
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

/// Parses the body of one response with status 200. Accepts PascalCase and snake_case keys;
/// percentages as numbers, strings, fractions or objects; amounts as numbers or strings; used or
/// remaining values (reference: Ollama docs/api/balance.mdx, docs/api/cloud-usage.mdx and earlier
/// formats). `now` is the time of the response, for resets given in seconds. Leaves missing values
/// unset. Returns the failure, if any; its text never quotes the body.
inline std::optional<Failure> read_cloud_answer(
    CloudAnswer kind, std::string_view text, std::chrono::sys_seconds now, Cloud& into) {
    auto const first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) {
        return detail::unreadable("the answer is empty");
    }
    if (text[first] == '<') {
        return detail::unreadable("HTML in place of JSON");
    }
    simdjson::dom::parser parser;
    detail::Json root;
    auto const code = parser.parse(text.data(), text.size()).get(root);
    if (code != simdjson::SUCCESS) {
        return detail::unreadable("not JSON: " + std::string(simdjson::error_message(code)));
    }
    if (!root.is_object() && !(kind == CloudAnswer::tags && root.is_array())) {
        return detail::unreadable("the answer is not an object");
    }
    if (kind == CloudAnswer::tags) {
        into.cloud.cloud_catalog_models = detail::count_models_of(root);
        return into.cloud.cloud_catalog_models
                   ? std::nullopt
                   : std::optional(detail::unreadable("the answer has no models"));
    }
    if (kind == CloudAnswer::me) {
        detail::read_account(root, into);
    }
    if (kind == CloudAnswer::usage) {
        detail::read_activity(root, into.cloud_activity);
    }
    detail::read_balance(root, into.limits);
    detail::LimitReader(now, into.limits).read(root, kind != CloudAnswer::me);
    auto const refusal = detail::find_member(root, {"error"});
    if (refusal && is_empty(into)) {
        return Failure{{}, make_error_code(Errc::status), "an error in place of an answer"};
    }
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama
