#pragma once

#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/local_api/detail/local_api_parts.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline asio::awaitable<void>
collect_local_api(std::shared_ptr<LocalApiCache> cache, Outcome<LocalApi>& into) {
    auto requests = std::vector<asio::awaitable<void>>{};
    requests.push_back(attempt("version", request_version(cache->client, into), into));
    requests.push_back(attempt("account", request_account(*cache, into), into));
    requests.push_back(attempt("tags", request_models(*cache, into), into));
    requests.push_back(attempt("ps", request_loaded_models(cache->client, into), into));
    co_await gather(std::move(requests));
    drop_repeated_secrets(cache->secrets, into);
    merge_identical_failures(into);
}

} // namespace detail

OUSAGE_DECL Source<LocalApi> local_api(std::shared_ptr<LocalApiCache> cache) {
    auto collect = [cache = std::move(cache)](Outcome<LocalApi>& into) {
        return detail::collect_local_api(cache, into);
    };
    return Source<LocalApi>(std::move(collect));
}

OUSAGE_DECL Source<LocalApi> local_api(io::Url base) {
    return local_api(std::make_shared<LocalApiCache>(std::move(base)));
}

} // namespace OUSAGE_NAMESPACE::ollama
