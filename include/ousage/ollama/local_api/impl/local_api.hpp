#pragma once

#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/local_api/detail/local_api_parts.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Takes the values of the last collection, if only GET /api/ps is due. A collection that fails
// leaves none.
inline std::optional<LocalApi> take_rest(LocalApiCache& cache) {
    if (!cache.rest_due) {
        return std::nullopt;
    }
    auto const is_due = cache.rest_due();
    auto const lock = std::lock_guard(cache.mutex);
    auto rest = std::exchange(cache.rest, std::nullopt);
    return is_due ? std::nullopt : std::move(rest);
}

inline void store_rest(LocalApiCache& cache, LocalApi rest) {
    rest.loaded_models.clear();
    auto& metrics = rest.server;
    metrics.loaded_models.reset();
    metrics.loaded_model_bytes.reset();
    metrics.loaded_vram_bytes.reset();
    metrics.context_window.reset();
    auto const lock = std::lock_guard(cache.mutex);
    cache.rest = std::move(rest);
}

inline asio::awaitable<void>
collect_local_api(std::shared_ptr<LocalApiCache> cache, Outcome<LocalApi>& into) {
    if (auto rest = take_rest(*cache)) {
        into.value = std::move(*rest);
        auto request = attempt("ps", request_loaded_models(cache->client, into), into);
        co_await std::move(request);
        drop_repeated_secrets(cache->secrets, into);
        if (into.failures.empty()) {
            store_rest(*cache, into.value);
            co_return;
        }
        // The server may have been stopped, replaced or updated.
        into.failures.clear();
        into.value = {};
    }
    auto requests = std::vector<asio::awaitable<void>>{};
    requests.push_back(attempt("version", request_version(cache->client, into), into));
    requests.push_back(attempt("account", request_account(*cache, into), into));
    requests.push_back(attempt("tags", request_models(*cache, into), into));
    requests.push_back(attempt("ps", request_loaded_models(cache->client, into), into));
    co_await gather(std::move(requests));
    drop_repeated_secrets(cache->secrets, into);
    merge_identical_failures(into);
    if (cache->rest_due && into.failures.empty()) {
        store_rest(*cache, into.value);
    }
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
