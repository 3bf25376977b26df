#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/assembly/account_logs.hpp>
#include <ousage/ollama/assembly/detail/this_machine.hpp>
#include <ousage/ollama/assembly/observers.hpp>
#include <ousage/ollama/cloud.hpp>
#include <ousage/ollama/configuration.hpp>
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

inline asio::awaitable<void>
collect_own_log(Source<ServerLog> log, std::string host, Outcome<ServerLog>& into) {
    if (is_this_machine(host)) {
        co_await log.collect(into);
    } else {
        into.skipped("the server is on another machine; its logs can be named by an option");
    }
}

// Skips the log of this machine if the server is on another one, which is checked at each
// collection: addresses change.
inline Source<ServerLog> own_log(Source<ServerLog> log, Account const& account) {
    if (!account.base_url) {
        return log;
    }
    auto collect = [log = std::move(log), host = account.base_url->host](Outcome<ServerLog>& into) {
        return collect_own_log(log, host, into);
    };
    return Source<ServerLog>(std::move(collect));
}

#if OUSAGE_WITH_SYSTEMD

inline asio::awaitable<void>
collect_first_log(Source<ServerLog> files, Source<ServerLog> journal, Outcome<ServerLog>& into) {
    co_await files.collect(into);
    if (into.state != State::absent) {
        co_return;
    }
    auto missing = std::move(into.note);
    into.note.clear();
    into.state = State::ok;
    co_await journal.collect(into);
    if (into.state == State::absent || into.state == State::error) {
        missing += "; " + describe(into);
        into.failures.clear();
        into.absent(std::move(missing));
    }
}

// Creates the source of the files or, as long as there are none, of the journal. The observer
// receives the progress of the files only once there are some: it is that of the journal until
// then.
inline Source<ServerLog> files_or_journal(
    LogLocation location, LogHistory history, LogZone const& zone, Now const& now,
    LogObserver const& observer) {
    auto of_files = observer;
    if (observer.polled) {
        of_files.polled = [polled = observer.polled](LogProgress const& progress) {
            if (progress.bytes > 0) {
                polled(progress);
            }
        };
    }
    auto files = server_log(std::move(location), zone, now, history, std::move(of_files));
    auto journal = server_journal(JournalUnit{}, zone, now, observer);
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
        return server_log_stream(STDIN_FILENO, "standard input", zone, now, observer);
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
    return own_log(files_or_journal(std::move(location), history, zone, now, observer), account);
#else
    return own_log(server_log(std::move(location), zone, now, history, observer), account);
#endif
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
