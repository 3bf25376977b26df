#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns `3 msgs today, 5 req today, 4 req 5h, 7 req 1d, 2 models`. A part is omitted if its
/// metric is absent.
inline std::string message_of(Metrics const& metrics) {
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

/// Returns the failures by source and part: `local_api_ps_error`, `server_log_timeout`. A rejected
/// API key yields `cloud_auth_failed`, too many requests yield `cloud_rate_limited`.
inline std::map<std::string, std::string> diagnostics_of(std::vector<Failure> const& failures) {
    auto diagnostics = std::map<std::string, std::string>{};
    for (auto const& failure : failures) {
        auto const whole = failure.part.substr(0, failure.part.find('.'));
        if (failure.code == Errc::unauthorized || failure.code == Errc::rate_limited) {
            auto const refused = failure.code == Errc::unauthorized;
            diagnostics[whole + (refused ? "_auth_failed" : "_rate_limited")] =
                failure.text.empty() ? failure.code.message() : failure.text;
            continue;
        }
        auto key = failure.part;
        std::replace_if(
            key.begin(), key.end(), [](char letter) { return letter == '.' || letter == '-'; },
            '_');
        auto plain = failure;
        plain.part.clear();
        auto& text = diagnostics[key + (failure.code == Errc::timeout ? "_timeout" : "_error")];
        text += (text.empty() ? "" : "; ") + to_string(plain);
    }
    return diagnostics;
}

/// Derives the status of an account. AUTH_REQUIRED: auth `api_key` has no key, or the cloud
/// rejected the key and the account has auth `api_key` or no other data. LIMITED: the cloud
/// returned 429 and the account has no server or no other data.
inline Status status_of(
    Outcome<Snapshot> const& outcome, Account const& account,
    std::vector<SourceDescription> const& descriptions) {
    static constexpr auto cloud = SourceTraits<Cloud>::name;
    auto const cloud_said = [&outcome](Errc code) {
        return std::any_of(
            outcome.failures.begin(), outcome.failures.end(), [code](Failure const& failure) {
                return failure.code == code && failure.part.starts_with(cloud);
            });
    };
    auto const& sources = outcome.value.sources;
    auto const beside_the_cloud =
        std::any_of(sources.begin(), sources.end(), [&descriptions](SourceReport const& report) {
            return report.name != cloud && ousage::has_data(report, descriptions);
        });
    auto const by_key = account.auth == Auth::api_key;
    // The catalogue is public: the cloud returns it even for a rejected key.
    auto const refused = cloud_said(Errc::unauthorized) && !outcome.value.attributes.auth_type;
    if ((by_key && !account.has_api_key) || (refused && (by_key || !beside_the_cloud))) {
        return Status::AUTH_REQUIRED;
    }
    if (cloud_said(Errc::rate_limited) && (!account.base_url || !beside_the_cloud)) {
        return Status::LIMITED;
    }
    return ousage::has_data(sources, descriptions) ? Status::OK : Status::UNKNOWN;
}

/// Completes a merged snapshot: account, time, status, message and the diagnostics of all failures.
inline void judge(
    Outcome<Snapshot>& outcome, Account const& account, Timestamp now,
    std::vector<SourceDescription> const& descriptions) {
    auto& snapshot = outcome.value;
    snapshot.account_id = account.id;
    snapshot.timestamp = now;
    snapshot.status = status_of(outcome, account, descriptions);
    snapshot.message = message_of(snapshot.metrics);
    snapshot.diagnostics.merge(diagnostics_of(outcome.failures));
}

} // namespace OUSAGE_NAMESPACE::ollama
