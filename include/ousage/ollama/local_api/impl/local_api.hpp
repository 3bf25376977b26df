#pragma once

#include <ousage/core/attempt.hpp>
#include <ousage/core/error.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/local_api/detail/local_api_parts.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Takes the rest of the last collection, if only GET /api/ps is due.
inline std::optional<LocalApiCache::Rest> take_rest(LocalApiCache& cache) {
    if (!cache.rest_due) {
        return std::nullopt;
    }
    auto const is_due = cache.rest_due();
    auto const lock = std::lock_guard(cache.mutex);
    auto rest = std::exchange(cache.rest, std::nullopt);
    return is_due ? std::nullopt : std::move(rest);
}

// Stores the rest of a collection. The server may have been stopped if GET /api/ps failed, which is
// the only failure without a part if all failed alike. A part that had no time is requested again.
inline void store_rest(LocalApiCache& cache, Outcome<LocalApi> const& from) {
    auto const is_kept =
        std::none_of(from.failures.begin(), from.failures.end(), [](Failure const& failure) {
            return failure.part == "ps" || failure.part.empty() ||
                   failure.code == Errc::cancelled || failure.code == Errc::timeout;
        });
    if (!is_kept) {
        return;
    }
    auto rest = LocalApiCache::Rest{from.value, from.failures};
    rest.value.loaded_models.clear();
    auto& metrics = rest.value.server;
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
        into.value = rest->value;
        auto request = attempt("ps", request_loaded_models(cache->client, into), into);
        co_await std::move(request);
        drop_repeated_secrets(cache->secrets, into);
        if (into.failures.empty()) {
            into.failures = std::move(rest->failures);
            store_rest(*cache, into);
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
    if (cache->rest_due) {
        store_rest(*cache, into);
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
