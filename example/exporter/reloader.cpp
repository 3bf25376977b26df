#include "example/exporter/reloader.hpp"

#include "example/exporter/log.hpp"
#include <ousage/ollama/detect.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace ousage::program {

Reloader::Reloader(ExporterOptions const& options, Targets& targets, WebSiteFile& site)
    : options_(options), targets_(targets), site_(site) {}

bool Reloader::reload() {
    auto const targets = reload_targets();
    auto const is_site_valid = site_.reload(); // reports its own result
    if (!targets) {
        log_event(
            LogLevel::error, "rejected the accounts", {{"error", to_string(targets.failure())}});
    } else {
        log_event(
            LogLevel::info, "reloaded the accounts",
            {{"added", std::to_string(targets->added)},
             {"removed", std::to_string(targets->removed)},
             {"kept", std::to_string(targets->kept)}});
    }
    are_accounts_valid_ = static_cast<bool>(targets);
    auto const is_successful = are_accounts_valid_ && is_site_valid;
    if (is_successful) {
        success_ = std::chrono::system_clock::now();
    }
    return is_successful;
}

Result<ReloadedTargets> Reloader::reload_targets() {
    if (options_.demo) {
        auto unchanged = ReloadedTargets{};
        unchanged.kept = targets_.configured().size();
        return unchanged;
    }
    auto configuration = ollama::detect(options_.overrides, options_.environment);
    if (!configuration) {
        return configuration.failure();
    }
    if (configuration->accounts.empty()) {
        return {Errc::configuration, "--config: the file contains no account"};
    }
    return targets_.reload(std::move(*configuration));
}

void Reloader::report(ExporterFacts& into) const {
    // The web configuration is also read when its file changes, which may end an earlier failure.
    auto const success = std::max(success_, site_.applied());
    into.is_reload_successful = are_accounts_valid_ && site_.is_current();
    into.reload_success_time = std::chrono::duration<double>(success.time_since_epoch()).count();
}

} // namespace ousage::program
