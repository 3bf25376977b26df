#pragma once

#include <ousage/config.hpp>
#include <ousage/core/fallback.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/ollama/assembly/account_sources.hpp>
#include <ousage/ollama/assembly/remote_models.hpp>
#include <ousage/ollama/assembly/verdict.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/server_config.hpp>
#include <ousage/ollama/snapshot.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <chrono>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline asio::awaitable<void> collect_snapshot(
    Source<Snapshot> whole, Account account, Calendar calendar, Now now, Outcome<Snapshot>& into) {
    co_await whole.collect(into);
    place_remote_models(into.value);
    judge(into, account, calendar.at(now()), whole.parts());
}

template <class T>
Source<T> in_time(Source<T> source, Account const& account) {
    auto const limit = account.timeout_of(describe_source<T>(source.name()));
    return with_timeout(
        std::move(source), std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit));
}

} // namespace detail

OUSAGE_DECL Source<Snapshot>
snapshot(Account const& account, Configuration const& configuration, Observers const& observers) {
    auto const zone = LogZone{configuration.calendar, configuration.log_timezone};
    auto const server = detail::server_of(account, observers);
    auto const log = detail::log_of(account, zone, configuration.now, observers.log);
    auto const desktop = desktop_db(account.db_path, configuration.calendar, configuration.now);
    auto const file = server_config(account.server_config);
    auto const cloud = detail::cloud_of(account, configuration);
    auto const whole = merge<Snapshot>(
        detail::in_time(server, account), detail::in_time(log, account),
        detail::in_time(desktop, account) | fallback, detail::in_time(file, account) | fallback,
        detail::in_time(cloud, account));
    auto collect = [whole, account, calendar = configuration.calendar,
                    now = configuration.now](Outcome<Snapshot>& into) {
        return detail::collect_snapshot(whole, account, calendar, now, into);
    };
    return Source<Snapshot>(account.id, std::move(collect), whole.parts());
}

OUSAGE_DECL Source<Snapshot> snapshot(Configuration const& configuration) {
    return snapshot(configuration.accounts.at(0), configuration);
}

OUSAGE_DECL std::vector<SourceDescription> source_descriptions() {
    return snapshot(Account{}, Configuration{}).parts();
}

OUSAGE_DECL bool has_data(Snapshot const& snapshot) {
    return ousage::has_data(snapshot.sources, source_descriptions());
}

} // namespace OUSAGE_NAMESPACE::ollama
