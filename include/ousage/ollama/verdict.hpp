#pragma once

#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace ousage::ollama {

/// True where any source had data.
inline bool has_data(Snapshot const& snapshot) {
    return std::any_of(
        snapshot.sources.begin(), snapshot.sources.end(), [](SourceReport const& report) {
            return report.state == State::ok || report.state == State::partial;
        });
}

/// `3 msgs today, 5 req today, 4 req 5h, 7 req 1d, 2 models`, each part only where its metric is.
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

/// What failed, by source and part: `local_api_ps_error`, `server_log_timeout`.
inline std::map<std::string, std::string> diagnostics_of(std::vector<Failure> const& failures) {
    auto diagnostics = std::map<std::string, std::string>{};
    for (auto const& failure : failures) {
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

/// Completes a merged snapshot with what only the whole can tell: account, time, status, message
/// and the diagnostics of everything that failed.
inline void judge(Outcome<Snapshot>& outcome, Account const& account, Timestamp now) {
    auto& snapshot = outcome.value;
    snapshot.account_id = account.id;
    snapshot.timestamp = now;
    auto const keyless = account.auth == Auth::api_key && !account.has_api_key;
    snapshot.status = keyless              ? Status::AUTH_REQUIRED
                      : has_data(snapshot) ? Status::OK
                                           : Status::UNKNOWN;
    snapshot.message = message_of(snapshot.metrics);
    snapshot.diagnostics.merge(diagnostics_of(outcome.failures));
}

} // namespace ousage::ollama
