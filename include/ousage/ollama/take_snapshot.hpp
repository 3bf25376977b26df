#pragma once

#include <ousage/core/fallback.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/detail/account_sources.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/server_config.hpp>
#include <ousage/ollama/server_log.hpp>
#include <ousage/ollama/snapshot.hpp>
#include <ousage/ollama/verdict.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace ousage::ollama {

namespace detail {

// A part that nothing fills in yet; it fits every whole.
struct Nothing {};

template <class T>
asio::awaitable<void> skip(std::string why, Outcome<T>& into) {
    into.skipped(std::move(why));
    co_return;
}

// A source that is not asked, and says why.
template <class T>
Source<T> not_asked(std::string name, std::string why) {
    auto collect = [why = std::move(why)](Outcome<T>& into) { return skip(why, into); };
    return Source<T>(std::move(name), std::move(collect));
}

inline asio::awaitable<void> collect_snapshot(
    Source<Snapshot> whole, Account account, Calendar calendar, Now now, Outcome<Snapshot>& into) {
    co_await whole.collect(into);
    judge(into, account, calendar.at(now()));
}

template <class T>
Source<T> in_time(Source<T> source, Account const& account) {
    auto const limit = account.timeout_of(source.name());
    return with_timeout(
        std::move(source), std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit));
}

} // namespace detail

/// The source of a whole snapshot of one account: its five sources at the same time, each under its
/// own deadline, merged by type. Polling the same source again keeps connections and what needs no
/// second question.
inline Source<Snapshot> snapshot(Account const& account, Configuration const& configuration) {
    auto const zone = configuration.log_zone.value_or(LogZone{configuration.calendar, false});
    auto const server = !account.base_url
                            ? detail::not_asked<LocalApi>("local_api", "the account has no server")
                        : account.auth == Auth::api_key ? detail::server_if_there(*account.base_url)
                                                        : local_api(*account.base_url);
    auto const log = server_log(account.logs_dir, zone, configuration.now);
    auto const desktop = detail::not_asked<detail::Nothing>("desktop_db", "not in this version");
    auto const file = server_config(account.server_config);
    auto const cloud = detail::cloud_of(account, configuration);
    auto const whole = merge<Snapshot>(
        detail::in_time(server, account), detail::in_time(log, account),
        detail::in_time(desktop, account), detail::in_time(file, account) | fallback,
        detail::in_time(cloud, account));
    auto collect = [whole, account, calendar = configuration.calendar,
                    now = configuration.now](Outcome<Snapshot>& into) {
        return detail::collect_snapshot(whole, account, calendar, now, into);
    };
    return Source<Snapshot>(account.id, std::move(collect));
}

/// The same for the only, or the first, account of a configuration.
inline Source<Snapshot> snapshot(Configuration const& configuration) {
    return snapshot(configuration.accounts.at(0), configuration);
}

} // namespace ousage::ollama
