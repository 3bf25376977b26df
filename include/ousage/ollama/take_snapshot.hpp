#pragma once

#include <ousage/core/fallback.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/remote_models.hpp>
#include <ousage/ollama/server_config.hpp>
#include <ousage/ollama/server_log.hpp>
#if OUSAGE_WITH_SYSTEMD
#    include <ousage/ollama/server_journal.hpp>
#endif
#include <ousage/ollama/snapshot.hpp>
#include <ousage/ollama/verdict.hpp>

#ifndef OUSAGE_WITH_SQLITE
#    define OUSAGE_WITH_SQLITE 1
#endif
#if OUSAGE_WITH_SQLITE
#    include <ousage/ollama/desktop_db.hpp>
#endif

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
    place_remote_models(into.value);
    judge(into, account, calendar.at(now()));
}

// The folder's files, or the journal where the account says so.
inline Source<ServerLog> log_of(Account const& account, LogZone const& zone, Now const& now) {
    if (!account.journal) {
        return server_log(account.logs_dir, zone, now);
    }
#if OUSAGE_WITH_SYSTEMD
    return server_journal(*account.journal, zone, now);
#else
    return not_asked<ServerLog>("server_log", "this build cannot read the journal");
#endif
}

#if OUSAGE_WITH_SQLITE
inline Source<DesktopDb> desktop_db_of(Account const& account, Configuration const& configuration) {
    return desktop_db(account.db_path, configuration.calendar, configuration.now);
}
#else
inline Source<Nothing> desktop_db_of(Account const&, Configuration const&) {
    return not_asked<Nothing>("desktop_db", "this build has no SQLite (OUSAGE_WITH_SQLITE)");
}
#endif

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
    auto const server = account.base_url
                            ? local_api(*account.base_url)
                            : detail::not_asked<LocalApi>("local_api", "the account has no server");
    auto const log = detail::log_of(account, zone, configuration.now);
    auto const desktop = detail::desktop_db_of(account, configuration);
    auto const file = server_config(account.server_config);
    auto const cloud = detail::not_asked<detail::Nothing>("cloud", "not in this version");
    auto const whole = merge<Snapshot>(
        detail::in_time(server, account), detail::in_time(log, account),
        detail::in_time(desktop, account) | fallback, detail::in_time(file, account) | fallback,
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
