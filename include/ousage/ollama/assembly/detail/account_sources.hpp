#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/assembly/observers.hpp>
#include <ousage/ollama/cloud.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/server_credentials.hpp>
#include <ousage/ollama/model/server_json.hpp>
#include <ousage/ollama/server_log.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

template <class T>
asio::awaitable<void> skip(std::string why, Outcome<T>& into) {
    into.skipped(std::move(why));
    co_return;
}

// Creates a source that queries nothing and reports the reason.
template <class T>
Source<T> skipped_source(std::string why) {
    auto collect = [why = std::move(why)](Outcome<T>& into) { return skip(why, into); };
    return Source<T>(std::move(collect));
}

template <class T>
asio::awaitable<void> fail_with(Failure failure, Outcome<T>& into) {
    into.fail({}, std::move(failure));
    co_return;
}

// Creates a source that queries nothing and fails.
template <class T>
Source<T> failing_source(Failure failure) {
    auto collect = [failure = std::move(failure)](Outcome<T>& into) {
        return fail_with(failure, into);
    };
    return Source<T>(std::move(collect));
}

// Creates the cloud source of an account, as configured.
inline Source<Cloud> cloud_of(Account const& account, Configuration const& configuration) {
    auto const base = io::parse_url(account.cloud_base_url);
    if (!base) {
        return failing_source<Cloud>(base.failure());
    }
    auto access = CloudAccess{};
    access.base = *base;
    access.key_variable = account.api_key_env;
    access.environment = configuration.environment;
    access.now = configuration.now;
    access.state_directory = configuration.state_directory;
    return cloud(std::move(access));
}

inline asio::awaitable<void>
collect_optional_server(Source<LocalApi> server, std::string url, Outcome<LocalApi>& into) {
    co_await server.collect(into);
    auto const is_refused = [](Failure const& failure) { return failure.code == Errc::connect; };
    auto const& failures = into.failures;
    if (!into.has_value() && !failures.empty() &&
        std::all_of(failures.begin(), failures.end(), is_refused)) {
        into.failures.clear();
        into.absent("no server at " + url);
    }
}

// An account with auth `api_key` need not have a server. If no connection can be made, the source
// is absent.
inline Source<LocalApi> optional_server(Source<LocalApi> server, io::Url const& base) {
    auto collect = [server = std::move(server),
                    url = io::to_string(base)](Outcome<LocalApi>& into) {
        return collect_optional_server(server, url, into);
    };
    return Source<LocalApi>(std::move(collect));
}

// Creates the source of the account's server. It is skipped if the account has none.
inline Source<LocalApi> server_of(
    Account const& account, Configuration const& configuration, Observers const& observers,
    Source<ServerJson> const& file) {
    if (!account.base_url) {
        return skipped_source<LocalApi>("the account has no server");
    }
    auto cache =
        observers.server ? observers.server : std::make_shared<LocalApiCache>(*account.base_url);
    cache->state_directory = configuration.state_directory;
    cache->server_json = file;
    auto credentials = ServerCredentials{account.bearer_env, account.headers_env};
    if (auto failure = set_credentials(*cache, credentials, configuration.environment)) {
        return failing_source<LocalApi>(std::move(*failure));
    }
    auto server = local_api(std::move(cache));
    return account.auth == Auth::api_key ? optional_server(std::move(server), *account.base_url)
                                         : std::move(server);
}

// Creates the source of the files in `logs_dir`, or of the journal if the account has one.
inline Source<ServerLog>
log_of(Account const& account, LogZone const& zone, Now const& now, LogObserver const& observer) {
    if (!account.journal && account.logs_dir.empty()) {
        return skipped_source<ServerLog>("the account has no logs");
    }
    if (!account.journal) {
        return server_log(account.logs_dir, zone, now, LogHistory{}, observer);
    }
#if OUSAGE_WITH_SYSTEMD
    return server_journal(*account.journal, zone, now, observer);
#else
    return skipped_source<ServerLog>("this build cannot read the journal");
#endif
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
