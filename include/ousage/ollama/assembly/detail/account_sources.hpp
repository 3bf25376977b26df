#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/io/platform/local_host.hpp>
#include <ousage/ollama/assembly/account_logs.hpp>
#include <ousage/ollama/assembly/detail/joined_progress.hpp>
#include <ousage/ollama/assembly/observers.hpp>
#include <ousage/ollama/cloud.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/desktop_db.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/server_credentials.hpp>
#include <ousage/ollama/model/server_json.hpp>
#include <ousage/ollama/server_log.hpp>

#include <asio/awaitable.hpp>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
inline Source<Cloud>
cloud_of(Account const& account, Configuration const& configuration, Observers const& observers) {
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
    access.cached_only = account.cloud_cached_only;
    access.attempted = observers.cloud;
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
    cache->rest_due = observers.rest_due;
    auto credentials = ServerCredentials{account.bearer_env, account.headers_env};
    if (auto failure = set_credentials(*cache, credentials, configuration.environment)) {
        return failing_source<LocalApi>(std::move(*failure));
    }
    auto server = local_api(std::move(cache));
    return account.auth == Auth::api_key ? optional_server(std::move(server), *account.base_url)
                                         : std::move(server);
}

template <class T>
asio::awaitable<void> collect_own(Source<T> source, std::string host, Outcome<T>& into) {
    if (io::is_local_host(host)) {
        co_await source.collect(into);
    } else {
        into.skipped("the server is on another machine; a path can be named by an option");
    }
}

// Skips a source that reads the default files of this machine if the server is on another one,
// which is checked at each collection: addresses change.
template <class T>
Source<T> own(Source<T> source, Account const& account) {
    if (!account.base_url) {
        return source;
    }
    auto collect = [source, host = account.base_url->host](Outcome<T>& into) {
        return collect_own(source, host, into);
    };
    return source.with(std::move(collect));
}

// Creates the source of server.json, which `local_api` and `server_config` share.
inline Source<ServerJson> server_json_of(Account const& account) {
    auto json = server_json(account.server_config, account.service_config);
    return account.default_config ? own(std::move(json), account) : json;
}

// Creates the source of the desktop app's database.
inline Source<DesktopDb> desktop_of(Account const& account, Configuration const& configuration) {
    auto desktop = desktop_db(account.db_path, configuration.calendar, configuration.now);
    return account.default_db ? own(std::move(desktop), account) : desktop;
}

#if OUSAGE_WITH_SYSTEMD

// Returns true if the files were searched completely and there is no log that can be read.
inline bool has_no_files(Outcome<ServerLog> const& files) {
    auto const is_interrupted = [](Failure const& failure) {
        return failure.code == Errc::cancelled || failure.code == Errc::timeout;
    };
    return files.state == State::absent ||
           (files.state == State::error && !files.has_value() &&
            std::none_of(files.failures.begin(), files.failures.end(), is_interrupted));
}

// A default directory that cannot be read is reported only if the journal has nothing either.
inline asio::awaitable<void>
collect_first_log(Source<ServerLog> files, Source<ServerLog> journal, Outcome<ServerLog>& into) {
    co_await files.collect(into);
    if (!has_no_files(into)) {
        co_return;
    }
    auto without_files = std::move(into);
    into = Outcome<ServerLog>{};
    co_await journal.collect(into);
    if (into.state != State::absent && into.state != State::error) {
        co_return;
    }
    auto missing = without_files.note + "; " + describe(into);
    into = std::move(without_files);
    if (into.state == State::absent) {
        into.note = std::move(missing);
    }
}

// Creates the source of the files or, as long as there are none, of the journal.
inline Source<ServerLog> files_or_journal(
    LogLocation location, LogHistory history, LogZone const& zone, Now const& now,
    LogObserver const& observer) {
    auto of_files = observer;
    auto of_journal = observer;
    if (observer.polled) {
        auto const progress = std::make_shared<JoinedProgress>(observer.polled);
        of_files.polled = [progress](LogProgress const& read) { progress->files_polled(read); };
        of_journal.polled = [progress](LogProgress const& read) { progress->journal_polled(read); };
    }
    auto files = server_log(std::move(location), zone, now, history, std::move(of_files));
    auto journal = server_journal(JournalUnit{}, zone, now, std::move(of_journal));
    auto collect = [files = std::move(files),
                    journal = std::move(journal)](Outcome<ServerLog>& into) {
        return collect_first_log(files, journal, into);
    };
    return Source<ServerLog>(std::move(collect));
}

#endif

// Creates the source of the account's log: the journal or standard input if it names them, else
// files.
inline Source<ServerLog>
log_of(Account const& account, Configuration const& configuration, LogObserver const& observer) {
    auto const zone = LogZone{configuration.calendar, configuration.log_timezone};
    auto const& now = configuration.now;
    if (account.journal) {
#if OUSAGE_WITH_SYSTEMD
        return server_journal(*account.journal, zone, now, observer);
#else
        return skipped_source<ServerLog>("this build cannot read the journal");
#endif
    }
    if (account.log_files == std::vector<std::filesystem::path>{"-"}) {
        auto const wait = configuration.is_polled ? StreamWait::none : StreamWait::until_end;
        return server_log_stream(STDIN_FILENO, "standard input", zone, now, observer, wait);
    }
    if (account.logs_dir.empty() && account.log_files.empty()) {
        return skipped_source<ServerLog>("the account has no logs");
    }
    auto location = log_location(account, configuration.environment);
    auto const is_searched = account.default_logs && account.log_files.empty();
    auto const history = account.log_history;
    if (!is_searched) {
        return server_log(std::move(location), zone, now, history, observer);
    }
#if OUSAGE_WITH_SYSTEMD
    return own(files_or_journal(std::move(location), history, zone, now, observer), account);
#else
    return own(server_log(std::move(location), zone, now, history, observer), account);
#endif
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
