#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/io/http/loopback.hpp>
#include <ousage/io/http/proxy.hpp>
#include <ousage/ollama/cloud.hpp>
#include <ousage/ollama/cloud/cloud_cache.hpp>
#include <ousage/ollama/cloud/detail/cloud_round.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Failures of a stored round are reported for this long, except a rejected key.
inline constexpr auto stored_failures_kept = std::chrono::milliseconds(std::chrono::minutes(10));

// Returns the stored response, without a request.
inline asio::awaitable<void> collect_stored(
    std::shared_ptr<CloudCache> cache, CloudSecrets const& secrets, Outcome<Cloud>& into) {
    auto const now_ms = cache->access.clock().time_since_epoch().count();
    auto round = std::optional<CloudRound>{};
    if (auto const file = state_file(cache->access)) {
        auto const hash = credentials_hash(secrets.key, secrets.cookie);
        auto work = [path = *file, hash](std::stop_token const& stop) {
            return stored_round(path, hash, stop);
        };
        round = co_await offload(work);
    }
    if (round && now_ms - round->started_ms > stored_failures_kept.count()) {
        std::erase_if(round->failures, [](StoredFailure const& failure) {
            return failure.code != Errc::unauthorized;
        });
    }
    if (!round || (is_empty(round->value) && round->failures.empty())) {
        into.skipped("no response is stored, and none is requested");
        co_return;
    }
    drop_resets_of_other_clock(*round, now_ms, cache->access.now());
    return_cached(*round, now_ms, cache->access.now(), into);
}

inline asio::awaitable<void>
collect_cloud(std::shared_ptr<CloudCache> cache, Outcome<Cloud>& into) {
    auto const secrets = read_secrets(cache->access);
    auto const& base = cache->client.base();
    if (secrets.key.empty() && secrets.cookie.empty()) {
        into.skipped(shown_name(cache->access.key_variable) + " is not set");
        co_return;
    }
    if (cache->access.cached_only) {
        co_await collect_stored(cache, secrets, into);
        co_return;
    }
    if (base.scheme != "https" && !io::is_loopback(base.host)) {
        into.fail(
            {}, Errc::configuration,
            "a key is sent only over https or to this machine, not to " + io::to_string(base));
        co_return;
    }
    auto proxy = io::proxy_for(base, cache->access.environment);
    if (!proxy) {
        into.fail({}, proxy.failure());
        co_return;
    }
    auto const now_ms = cache->access.clock().time_since_epoch().count();
    auto const hash = credentials_hash(secrets.key, secrets.cookie);
    auto running = RunningRound(*cache);
    if (auto const last = running.start(hash, now_ms)) {
        return_cached(*last, now_ms, cache->access.now(), into);
        co_return;
    }
    // Only the running round sends requests, so none is concurrent.
    cache->client.use_proxy(std::move(*proxy));
    if (auto const file = state_file(cache->access)) {
        auto work = [path = *file, hash, now_ms](std::stop_token const& stop) {
            return start_shared_round(path, hash, now_ms, stop);
        };
        auto const other = co_await offload(work);
        if (other) {
            running.value = *other;
            drop_resets_of_other_clock(running.value, now_ms, cache->access.now());
            running.store();
            return_cached(running.value, now_ms, cache->access.now(), into);
            co_return;
        }
    }
    co_await request_round(*cache, running, secrets, into);
}

} // namespace detail

OUSAGE_DECL Source<Cloud> cloud(std::shared_ptr<CloudCache> cache) {
    auto collect = [cache = std::move(cache)](Outcome<Cloud>& into) {
        return detail::collect_cloud(cache, into);
    };
    return Source<Cloud>(std::move(collect));
}

OUSAGE_DECL Source<Cloud> cloud(CloudAccess access) {
    return cloud(std::make_shared<CloudCache>(std::move(access)));
}

} // namespace OUSAGE_NAMESPACE::ollama
