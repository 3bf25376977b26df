#pragma once

#include <ousage/core/fallback.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/ollama/assembly/derive_status.hpp>
#include <ousage/ollama/assembly/detail/account_sources.hpp>
#include <ousage/ollama/assembly/detail/kept_source.hpp>
#include <ousage/ollama/assembly/detail/machine_sources.hpp>
#include <ousage/ollama/assembly/model_names.hpp>
#include <ousage/ollama/assembly/remote_models.hpp>
#include <ousage/ollama/desktop_db.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/model/server_json.hpp>
#include <ousage/ollama/server_config.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Limits a source to the account's deadline.
template <class T>
Source<T> limited(Source<T> source, Account const& account) {
    auto const limit = account.timeout_of(describe_source<T>(source.name()));
    return with_timeout(
        std::move(source), std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit));
}

// Creates the sources of a snapshot. This is the only list of them.
inline auto create_sources(
    Account const& account, Configuration const& configuration, Observers const& observers) {
    auto const json = server_json_of(account);
    auto const server = server_of(account, configuration, observers, json);
    auto const log = log_of(account, configuration, observers.log);
    auto const desktop = desktop_of(account, configuration);
    auto const file = server_config(json);
    auto const cloud = cloud_of(account, configuration, observers);
    auto const gpus = gpu_of(account);
    auto const engines = runners_of(account);
    return std::tuple(
        limited(server, account), limited(log, account),
        kept_unless_due(limited(desktop, account), observers.rest_due) | fallback,
        kept_unless_due(limited(file, account), observers.rest_due) | fallback,
        kept_unless_due(limited(cloud, account), observers.rest_due), limited(gpus, account),
        limited(engines, account));
}

template <class T>
SourceDescription describe(std::type_identity<Source<T>>) {
    return describe_source<T>(std::string(SourceTraits<T>::name));
}

template <class T, int Rank>
SourceDescription describe(std::type_identity<Ranked<T, Rank>>) {
    return describe(std::type_identity<Source<T>>());
}

// Describes sources by their types, in the order of the output.
template <class... S>
std::vector<SourceDescription> describe_sources(std::type_identity<std::tuple<S...>>) {
    auto descriptions = std::vector<SourceDescription>{describe(std::type_identity<S>())...};
    std::sort(
        descriptions.begin(), descriptions.end(),
        [](SourceDescription const& left, SourceDescription const& right) {
            return left.order < right.order;
        });
    return descriptions;
}

// Returns an observer that also records the names of loaded models.
inline LogObserver with_names(LogObserver observer, std::shared_ptr<ModelNames> names) {
    observer.load = [names = std::move(names),
                     next = std::move(observer.load)](EngineModel const& model) {
        names->add_load(model);
        if (next) {
            next(model);
        }
    };
    return observer;
}

// Records the digests in the responses of POST /api/show.
inline void record_shown(LocalApiCache& cache, ModelNames& names) {
    auto shown = std::vector<EngineModel>{};
    {
        auto const lock = std::lock_guard(cache.mutex);
        for (auto const& [key, values] : cache.shown) {
            if (values.blob) {
                shown.push_back(EngineModel{*values.blob, key.first});
            }
        }
    }
    names.set_shown(shown);
}

// `server` is null if the account has no server.
inline asio::awaitable<void> collect_snapshot(
    Source<Snapshot> merged, Account account, Calendar calendar, Now now,
    std::shared_ptr<ModelNames> names, std::shared_ptr<LocalApiCache> server,
    Outcome<Snapshot>& into) {
    co_await merged.collect(into);
    if (server) {
        record_shown(*server, *names);
    }
    name_models(into.value, *names);
    relocate_remote_models(into.value);
    complete_snapshot(into, account, calendar.at(now()), merged.parts());
}

} // namespace detail

OUSAGE_DECL Source<Snapshot>
snapshot(Account const& account, Configuration const& configuration, Observers const& observers) {
    auto names = std::make_shared<ModelNames>();
    auto own = observers;
    own.log = detail::with_names(observers.log, names);
    if (account.base_url && !own.server) {
        own.server = std::make_shared<LocalApiCache>(*account.base_url);
    }
    auto const merged = std::apply(
        [](auto&&... source) { return merge<Snapshot>(std::move(source)...); },
        detail::create_sources(account, configuration, own));
    auto collect = [merged, account, calendar = configuration.calendar, now = configuration.now,
                    names = std::move(names),
                    server = std::move(own.server)](Outcome<Snapshot>& into) {
        return detail::collect_snapshot(merged, account, calendar, now, names, server, into);
    };
    return Source<Snapshot>(account.id, std::move(collect), merged.parts());
}

OUSAGE_DECL Source<Snapshot> snapshot(Configuration const& configuration) {
    return snapshot(configuration.accounts.at(0), configuration);
}

OUSAGE_DECL std::vector<SourceDescription> source_descriptions() {
    using Sources = decltype(detail::create_sources(
        std::declval<Account>(), std::declval<Configuration>(), std::declval<Observers>()));
    return detail::describe_sources(std::type_identity<Sources>());
}

OUSAGE_DECL bool has_data(Snapshot const& snapshot) {
    return ousage::has_data(snapshot.sources, source_descriptions());
}

} // namespace OUSAGE_NAMESPACE::ollama
