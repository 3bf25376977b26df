#pragma once

#include <ousage/core/source.hpp>
#include <ousage/io/url.hpp>
#include <ousage/ollama/cloud.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/local_api.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace ousage::ollama::detail {

inline asio::awaitable<void> fail_with(Failure failure, Outcome<Cloud>& into) {
    into.fail({}, std::move(failure));
    co_return;
}

// The cloud of an account, as it is configured.
inline Source<Cloud> cloud_of(Account const& account, Configuration const& configuration) {
    auto const base = io::parse_url(account.cloud_base_url);
    if (!base) {
        auto collect = [failure = base.failure()](Outcome<Cloud>& into) {
            return fail_with(failure, into);
        };
        return Source<Cloud>("cloud", std::move(collect));
    }
    auto access = CloudAccess{};
    access.base = *base;
    access.key_variable = account.api_key_env;
    access.environment = configuration.environment;
    access.state_folder = configuration.state_folder;
    return cloud(std::move(access));
}

inline asio::awaitable<void>
collect_if_there(Source<LocalApi> server, std::string where, Outcome<LocalApi>& into) {
    co_await server.collect(into);
    auto const refused = [](Failure const& failure) { return failure.code == Errc::connect; };
    auto const& failures = into.failures;
    if (!into.has_value() && !failures.empty() &&
        std::all_of(failures.begin(), failures.end(), refused)) {
        into.failures.clear();
        into.absent("no server at " + where);
    }
}

// An account that lives by its key need not have a server: where nothing listens, it has none.
inline Source<LocalApi> server_if_there(io::Url const& base) {
    auto collect = [server = local_api(base), where = io::to_string(base)](
                       Outcome<LocalApi>& into) { return collect_if_there(server, where, into); };
    return Source<LocalApi>("local_api", std::move(collect));
}

} // namespace ousage::ollama::detail
