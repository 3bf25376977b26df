#include "example/ousage/status_command.hpp"

#include "example/ousage/status_store.hpp"
#include <ousage/format/status_line.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace ousage::program {

namespace {

constexpr int urgent_exit_code = 33; // of i3blocks

// A status line shows today, which has at most 25 hours, and the last five hours.
constexpr ollama::LogHistory status_history{0, std::chrono::hours(26)};

} // namespace

void limit_for_status(ollama::Configuration& configuration) {
    configuration.accounts.resize(1);
    auto& account = configuration.accounts.front();
    auto const deadline = std::chrono::nanoseconds(status_deadline);
    account.timeout = std::min(account.timeout.value_or(deadline), deadline);
    for (auto& [source, limit] : account.timeouts) {
        limit = std::min(limit, deadline);
    }
    account.log_history = status_history;
    account.cloud_cached_only = true;
}

ollama::Observers status_observers(ollama::Account const& account) {
    auto observers = ollama::Observers{};
    if (account.base_url) {
        observers.server = std::make_shared<ollama::LocalApiCache>(*account.base_url);
        observers.server->get_only = true;
    }
    return observers;
}

std::string status_text(
    ollama::Snapshot const& snapshot, ollama::Configuration const& configuration,
    StatusOptions const& options, int& exit_code) {
    auto const& account = configuration.accounts.front();
    auto context = ViewContext{};
    context.server = account.base_url ? io::authority(*account.base_url) : "";
    auto const view = make_view(snapshot, context);
    auto status = status_view(snapshot, view);
    if (auto const& directory = configuration.state_directory) {
        auto const stored = read_status(*directory, status_identity(account, configuration));
        auto const next = complete_status(status, snapshot, stored, configuration.calendar);
        write_status(*directory, next);
    }
    auto const is_block = options.format == StatusFormat::i3blocks && !options.text_template;
    exit_code = is_block && is_urgent(status) ? urgent_exit_code : 0;
    return options.text_template ? fill_template(*options.text_template, status) + "\n"
                                 : status_line(status, view, options.format);
}

} // namespace ousage::program
