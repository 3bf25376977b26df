#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/detail/local_api_state.hpp>
#include <ousage/ollama/local_api/detail/model_from_api.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/model/detail/api_call.hpp>
#include <ousage/ollama/model/server_json.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

// GET /api/status, and POST /api/me if it is due and the cloud is not disabled.
namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns whether server.json is absent or leaves the cloud enabled. A file that cannot be read is
// reported by the source `server_config`.
inline asio::awaitable<bool> file_allows_cloud(LocalApiCache const& cache) {
    if (!cache.server_json) {
        co_return true;
    }
    auto file = Outcome<ServerJson>{};
    co_await cache.server_json->collect(file);
    co_return file.failures.empty() && !file.value.cloud_disabled.value_or(false);
}

// Servers before v0.16.2 have no /api/status, so 404 is not a failure: server.json decides. Sets
// `cloud_allowed` to whether the server may send requests to the cloud; false if the policy is
// unknown.
inline asio::awaitable<void>
request_cloud_status(LocalApiCache& cache, bool& cloud_allowed, Outcome<LocalApi>& into) {
    auto request = get("/api/status");
    request.body_limit = LocalApiCache::small_limit;
    auto const response = co_await cache.client.send(std::move(request));
    auto status = api::StatusResponse{};
    if (response && response->status == 404) {
        cloud_allowed = co_await file_allows_cloud(cache);
        co_return;
    }
    if (read_keyed_response("status", response, "cloud", status, into)) {
        into.value.cloud_disabled = status.cloud.disabled;
        into.value.cloud_source = unless_empty(std::move(status.cloud.source));
    }
    cloud_allowed = status.cloud.disabled == false;
}

// 401 contains the sign-in link. No other response contains a value for a snapshot: 503 means that
// the server cannot reach the cloud, 404 a server before v0.12.0.
inline asio::awaitable<void> request_sign_in(LocalApiCache& cache, Outcome<LocalApi>& into) {
    auto request = post("/api/me", {});
    request.body_limit = LocalApiCache::small_limit;
    auto const response = co_await cache.client.send(std::move(request));
    auto sign_in = api::SignInResponse{};
    if (!response) {
        into.fail("me", response.failure());
        co_return;
    }
    auto const is_signed_out = response->status == 401 && !read_json(response->body, sign_in);
    auto const url = is_signed_out ? sign_in.signin_url : std::nullopt;
    {
        auto const lock = std::lock_guard(cache.mutex);
        cache.signin_url = url;
    }
    store_account(cache, url);
}

// Returns whether POST /api/me is due, and if so, records that it is sent now.
inline bool take_account_turn(LocalApiCache& cache) {
    auto const now = std::chrono::steady_clock::now();
    auto const lock = std::lock_guard(cache.mutex);
    if (cache.account_requested &&
        now - *cache.account_requested < LocalApiCache::account_interval) {
        return false;
    }
    cache.account_requested = now;
    return true;
}

// Sends POST /api/me, unless another run has sent it within the interval.
inline asio::awaitable<void> share_account(LocalApiCache& cache, Outcome<LocalApi>& into) {
    if (auto const file = state_file(cache)) {
        auto work = [path = *file, now = cache.clock(),
                     secrets = cache.secrets](std::stop_token const& stop) {
            return claim_account(path, now, secrets, stop);
        };
        auto const turn = co_await offload(work);
        if (!turn.is_due) {
            auto const lock = std::lock_guard(cache.mutex);
            cache.account_requested = std::chrono::steady_clock::now() - turn.age;
            cache.signin_url = turn.signin_url;
            co_return;
        }
    }
    auto sign_in = request_sign_in(cache, into);
    co_await std::move(sign_in);
}

inline asio::awaitable<void> request_account(LocalApiCache& cache, Outcome<LocalApi>& into) {
    bool cloud_allowed = false;
    auto status = request_cloud_status(cache, cloud_allowed, into);
    co_await attempt("status", std::move(status), into);
    if (cloud_allowed && !cache.get_only && take_account_turn(cache)) {
        auto account = share_account(cache, into);
        co_await attempt("me", std::move(account), into);
    }
    auto const lock = std::lock_guard(cache.mutex);
    into.value.signin_url = cloud_allowed ? cache.signin_url : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
