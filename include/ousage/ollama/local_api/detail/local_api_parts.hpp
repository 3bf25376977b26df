#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/detail/model_from_api.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/model/detail/api_call.hpp>
#include <ousage/ollama/model/metrics.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline asio::awaitable<void> request_version(io::HttpClient& client, Outcome<LocalApi>& into) {
    auto request = get("/api/version");
    auto const start = std::chrono::steady_clock::now();
    auto const response = co_await client.send(std::move(request));
    auto const elapsed = std::chrono::steady_clock::now() - start;
    auto version = api::VersionResponse{};
    if (read_response("version", response, version, into)) {
        into.value.cli_version = version.version;
        into.value.server.api_response_ms =
            std::chrono::duration<double, std::milli>(elapsed).count();
    }
}

// Servers before v0.16.2 have no /api/status and no cloud policy, so 404 is not a failure. Sets
// `cloud_allowed` to whether the server may send requests to the cloud; false if the policy is
// unknown.
inline asio::awaitable<void>
request_cloud_status(io::HttpClient& client, bool& cloud_allowed, Outcome<LocalApi>& into) {
    auto request = get("/api/status");
    auto const response = co_await client.send(std::move(request));
    auto status = api::StatusResponse{};
    if (response && response->status == 404) {
        cloud_allowed = true;
        co_return;
    }
    if (read_response("status", response, status, into)) {
        into.value.cloud_disabled = status.cloud.disabled;
        into.value.cloud_source = status.cloud.source;
    }
    cloud_allowed = status.cloud.disabled == false;
}

// 401 contains the sign-in link. No other response contains a value for a snapshot: 503 means that
// the server cannot reach the cloud, 404 a server before v0.12.0.
inline asio::awaitable<void> request_sign_in(LocalApiCache& cache, Outcome<LocalApi>& into) {
    cache.account_requested = std::chrono::steady_clock::now();
    auto request = post("/api/me", {});
    auto const response = co_await cache.client.send(std::move(request));
    auto sign_in = api::SignInResponse{};
    if (!response) {
        into.fail("me", response.failure());
    } else if (response->status == 401 && !read_json(response->body, sign_in)) {
        cache.signin_url = sign_in.signin_url;
    } else {
        cache.signin_url.reset();
    }
}

inline asio::awaitable<void> request_account(LocalApiCache& cache, Outcome<LocalApi>& into) {
    bool cloud_allowed = false;
    auto status = request_cloud_status(cache.client, cloud_allowed, into);
    co_await attempt("status", std::move(status), into);
    auto const now = std::chrono::steady_clock::now();
    auto const due = !cache.account_requested ||
                     now - *cache.account_requested >= LocalApiCache::account_interval;
    if (due && cloud_allowed) {
        auto sign_in = request_sign_in(cache, into);
        co_await attempt("me", std::move(sign_in), into);
    }
    into.value.signin_url = cloud_allowed ? cache.signin_url : std::nullopt;
}

inline asio::awaitable<void>
request_show(LocalApiCache& cache, std::string name, std::string digest, Outcome<LocalApi>& into) {
    auto request = post("/api/show", to_show_request(name));
    auto const response = co_await cache.client.send(std::move(request));
    auto shown = api::ShowResponse{};
    // The model may have been deleted (404); a stub is not shown while the cloud is disabled (403).
    if (response && (response->status == 404 || response->status == 403)) {
        co_return;
    }
    if (read_response("show", response, shown, into)) {
        auto key = std::pair(std::move(name), std::move(digest));
        cache.shown[std::move(key)] = shown_model_from(shown);
    }
}

inline asio::awaitable<void>
complete_models(LocalApiCache& cache, api::ListResponse const& list, Outcome<LocalApi>& into) {
    auto requests = std::vector<asio::awaitable<void>>{};
    for (auto const& model : list.models) {
        auto const key = std::pair(model.name, model.digest.value_or(""));
        auto const known = !model.capabilities.empty() && model.details.context_length;
        if (!known && !cache.shown.contains(key)) {
            requests.push_back(
                attempt("show", request_show(cache, key.first, key.second, into), into));
        }
    }
    co_await gather(std::move(requests));
    for (std::size_t index = 0; index < list.models.size(); ++index) {
        auto const& model = list.models[index];
        auto const shown = cache.shown.find(std::pair(model.name, model.digest.value_or("")));
        if (shown != cache.shown.end()) {
            complete(into.value.models[index], shown->second);
        }
    }
    count_models(into.value.models, cache, into.value.server);
}

inline asio::awaitable<void> request_models(LocalApiCache& cache, Outcome<LocalApi>& into) {
    auto request = get("/api/tags");
    auto const response = co_await cache.client.send(std::move(request));
    auto list = api::ListResponse{};
    if (!read_response("tags", response, list, into)) {
        co_return;
    }
    for (auto const& model : list.models) {
        into.value.models.push_back(model_from(model));
    }
    // Count before POST /api/show, so that a deadline during those requests loses nothing.
    count_models(into.value.models, cache, into.value.server);
    co_await complete_models(cache, list, into);
}

inline asio::awaitable<void>
request_loaded_models(io::HttpClient& client, Outcome<LocalApi>& into) {
    auto request = get("/api/ps");
    auto const response = co_await client.send(std::move(request));
    auto list = api::ProcessResponse{};
    if (!read_response("ps", response, list, into)) {
        co_return;
    }
    for (auto const& model : list.models) {
        into.value.loaded_models.push_back(loaded_model_from(model));
    }
    count_loaded_models(into.value.loaded_models, into.value.server);
}

// Merges identical failures: if the server cannot be reached, every part fails for the same reason,
// which is reported once.
inline void merge_identical_failures(Outcome<LocalApi>& into) {
    auto& failures = into.failures;
    auto const same = [&](Failure const& failure) {
        return failure.code == failures.front().code && failure.text == failures.front().text;
    };
    if (failures.size() > 1 && !into.has_value() &&
        std::all_of(failures.begin(), failures.end(), same)) {
        failures.resize(1);
        failures.front().part.clear();
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
