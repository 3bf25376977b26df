#pragma once

#include <ousage/ollama/assembly/derive_status.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL std::string derive_message(Metrics const& metrics) {
    auto text = std::string{};
    auto const add = [&text](std::optional<std::uint64_t> const& number, char const* unit) {
        if (number) {
            text += (text.empty() ? "" : ", ") + std::to_string(*number) + " " + unit;
        }
    };
    add(metrics.desktop_activity.today.messages, "msgs today");
    add(metrics.requests.today.requests, "req today");
    add(metrics.requests.five_hours.requests, "req 5h");
    add(metrics.requests.one_day.requests, "req 1d");
    add(metrics.server.models_total, "models");
    return text;
}

OUSAGE_DECL std::map<std::string, std::string>
derive_diagnostics(std::vector<Failure> const& failures) {
    auto diagnostics = std::map<std::string, std::string>{};
    for (auto const& failure : failures) {
        auto const source = failure.part.substr(0, failure.part.find('.'));
        if (failure.code == Errc::unauthorized || failure.code == Errc::rate_limited) {
            auto const rejected = failure.code == Errc::unauthorized;
            diagnostics[source + (rejected ? "_auth_failed" : "_rate_limited")] =
                failure.text.empty() ? failure.code.message() : failure.text;
            continue;
        }
        auto key = failure.part;
        std::replace(key.begin(), key.end(), '.', '_');
        std::replace(key.begin(), key.end(), '-', '_');
        auto without_part = failure;
        without_part.part.clear();
        auto& text = diagnostics[key + (failure.code == Errc::timeout ? "_timeout" : "_error")];
        text += (text.empty() ? "" : "; ") + to_string(without_part);
    }
    return diagnostics;
}

namespace detail {

// Returns whether the cloud failed with that code.
inline bool cloud_failed(Outcome<Snapshot> const& outcome, Errc code) {
    return std::any_of(
        outcome.failures.begin(), outcome.failures.end(), [code](Failure const& failure) {
            return failure.code == code && failure.part.starts_with(SourceTraits<Cloud>::name);
        });
}

// Returns whether a source other than the cloud has data.
inline bool has_other_data(
    std::vector<SourceReport> const& reports, std::vector<SourceDescription> const& descriptions) {
    return std::any_of(reports.begin(), reports.end(), [&descriptions](SourceReport const& report) {
        return report.name != SourceTraits<Cloud>::name && ousage::has_data(report, descriptions);
    });
}

} // namespace detail

OUSAGE_DECL Status derive_status(
    Outcome<Snapshot> const& outcome, Account const& account,
    std::vector<SourceDescription> const& descriptions) {
    auto const& reports = outcome.value.sources;
    auto const has_other_data = detail::has_other_data(reports, descriptions);
    auto const needs_key = account.auth == Auth::api_key;
    // The catalogue is public: the cloud returns it even for a rejected key.
    auto const rejected =
        detail::cloud_failed(outcome, Errc::unauthorized) && !outcome.value.attributes.auth_type;
    if ((needs_key && !account.has_api_key) || (rejected && (needs_key || !has_other_data))) {
        return Status::AUTH_REQUIRED;
    }
    if (detail::cloud_failed(outcome, Errc::rate_limited) &&
        (!account.base_url || !has_other_data)) {
        return Status::LIMITED;
    }
    return ousage::has_data(reports, descriptions) ? Status::OK : Status::UNKNOWN;
}

OUSAGE_DECL void complete_snapshot(
    Outcome<Snapshot>& outcome, Account const& account, Timestamp now,
    std::vector<SourceDescription> const& descriptions) {
    auto& snapshot = outcome.value;
    snapshot.account_id = account.id;
    snapshot.timestamp = now;
    snapshot.status = derive_status(outcome, account, descriptions);
    snapshot.message = derive_message(snapshot.metrics);
    snapshot.diagnostics.merge(derive_diagnostics(outcome.failures));
}

} // namespace OUSAGE_NAMESPACE::ollama
