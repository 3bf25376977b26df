#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/detail/model_from_api.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/local_api/model_list.hpp>
#include <ousage/ollama/model/detail/api_call.hpp>
#include <ousage/ollama/model/metrics.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Parses a 200 response with a list of models. Reports models beyond the limit. Returns whether the
// response has such a list.
template <class Row>
bool read_list(
    std::string const& part, Result<io::HttpResponse> const& response, api::ModelList<Row>& list,
    OutcomeBase& into) {
    if (auto failure = response_failure(response)) {
        into.fail(part, std::move(*failure));
        return false;
    }
    list = api::read_model_list<Row>(response->body);
    if (list.failure) {
        into.fail(part, *list.failure);
    }
    if (list.omitted > 0) {
        into.fail(
            part, Errc::limit,
            std::to_string(list.omitted) + " models after the first " +
                std::to_string(list.models.size()) + " are left out");
    }
    return list.listed;
}

inline asio::awaitable<void> request_version(io::HttpClient& client, Outcome<LocalApi>& into) {
    auto request = get("/api/version");
    auto const start = std::chrono::steady_clock::now();
    auto const response = co_await client.send(std::move(request));
    auto const elapsed = std::chrono::steady_clock::now() - start;
    auto version = api::VersionResponse{};
    if (read_keyed_response("version", response, "version", version, into)) {
        into.value.cli_version = unless_empty(std::move(version.version));
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
    auto const response = co_await cache.client.send(std::move(request));
    auto sign_in = api::SignInResponse{};
    auto const lock = std::lock_guard(cache.mutex);
    if (!response) {
        into.fail("me", response.failure());
    } else if (response->status == 401 && !read_json(response->body, sign_in)) {
        cache.signin_url = sign_in.signin_url;
    } else {
        cache.signin_url.reset();
    }
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

inline asio::awaitable<void> request_account(LocalApiCache& cache, Outcome<LocalApi>& into) {
    bool cloud_allowed = false;
    auto status = request_cloud_status(cache.client, cloud_allowed, into);
    co_await attempt("status", std::move(status), into);
    if (cloud_allowed && take_account_turn(cache)) {
        auto sign_in = request_sign_in(cache, into);
        co_await attempt("me", std::move(sign_in), into);
    }
    auto const lock = std::lock_guard(cache.mutex);
    into.value.signin_url = cloud_allowed ? cache.signin_url : std::nullopt;
}

// The models to request with POST /api/show. Several workers take them in order.
struct ShowQueue {
    struct Entry {
        ModelKey key;
        bool cloud;
    };

    std::vector<Entry> entries;
    std::size_t next = 0;
    std::size_t failed = 0;
    std::optional<std::size_t> rest; // index of the failure that counts the models not named
};

inline asio::awaitable<void>
request_show(LocalApiCache& cache, ShowQueue::Entry entry, OutcomeBase& into) {
    auto request = post("/api/show", to_show_request(entry.key.first));
    request.body_limit = LocalApiCache::show_limit;
    auto const response = co_await cache.client.send(std::move(request));
    // A stub is not shown while the cloud is disabled.
    if (response && response->status == 403 && entry.cloud) {
        co_return;
    }
    auto shown = api::ShowResponse{};
    if (!read_response("show", response, shown, into)) {
        co_return;
    }
    if (shown.error && !shown.model_info.parameter_count && shown.capabilities.empty()) {
        into.fail("show", Errc::parse, "the response is an error: " + shortened(*shown.error));
        co_return;
    }
    auto const lock = std::lock_guard(cache.mutex);
    cache.shown[std::move(entry.key)] = shown_model_from(shown);
}

// Reports the first failures with the names of their models, and counts the others.
inline void report_show(ShowQueue& queue, Failure failure, OutcomeBase& into) {
    static constexpr std::size_t named = 8;
    if (++queue.failed <= named) {
        into.failures.push_back(std::move(failure));
        return;
    }
    if (!queue.rest) {
        queue.rest = into.failures.size();
        into.failures.push_back(Failure{"show", failure.code, {}});
    }
    into.failures[*queue.rest].text = std::to_string(queue.failed - named) + " more models failed";
}

// Requests one model after another. Ends at a cancellation. Names the model in each failure.
inline asio::awaitable<void>
request_shows(LocalApiCache& cache, ShowQueue& queue, OutcomeBase& into) {
    auto cancelled = false;
    while (!cancelled && queue.next < queue.entries.size()) {
        auto const& entry = queue.entries[queue.next++];
        auto own = OutcomeBase{};
        auto request = request_show(cache, entry, own);
        co_await attempt("show", std::move(request), own);
        for (auto& failure : own.failures) {
            cancelled = cancelled || failure.code == Errc::cancelled;
            auto name = shortened(entry.key.first);
            failure.text = failure.text.empty() ? std::move(name) : name + ": " + failure.text;
            report_show(queue, std::move(failure), into);
        }
    }
}

// Returns the models whose details are unknown. Forgets those that are no longer listed.
inline ShowQueue missing_details(LocalApiCache& cache, std::vector<Model> const& models) {
    auto keys = std::set<ModelKey>{};
    auto queue = ShowQueue{};
    auto const lock = std::lock_guard(cache.mutex);
    for (auto const& model : models) {
        auto const first = keys.insert(key_of(model)).second;
        auto const known = !model.capabilities.empty() && model.context_length;
        if (first && !known && !cache.shown.contains(key_of(model))) {
            auto const cloud = model.location == Location::cloud;
            queue.entries.push_back(ShowQueue::Entry{key_of(model), cloud});
        }
    }
    std::erase_if(cache.shown, [&keys](auto const& shown) { return !keys.contains(shown.first); });
    return queue;
}

inline asio::awaitable<void> complete_models(LocalApiCache& cache, Outcome<LocalApi>& into) {
    auto queue = missing_details(cache, into.value.models);
    auto workers = std::vector<asio::awaitable<void>>{};
    for (std::size_t count = 0; count < LocalApiCache::parallel; ++count) {
        workers.push_back(attempt("show", request_shows(cache, queue, into), into));
    }
    co_await gather(std::move(workers));
    auto const lock = std::lock_guard(cache.mutex);
    for (auto& model : into.value.models) {
        auto const shown = cache.shown.find(key_of(model));
        if (shown != cache.shown.end()) {
            complete(model, shown->second);
        }
    }
    count_models(into.value.models, cache, into.value.server);
}

inline asio::awaitable<void> request_models(LocalApiCache& cache, Outcome<LocalApi>& into) {
    auto request = get("/api/tags");
    auto const response = co_await cache.client.send(std::move(request));
    auto list = api::ModelList<api::ListModel>{};
    if (!read_list("tags", response, list, into)) {
        co_return;
    }
    for (auto const& model : list.models) {
        into.value.models.push_back(model_from(model));
    }
    list.models.clear();
    // Count before POST /api/show, so that a deadline during those requests loses nothing.
    {
        auto const lock = std::lock_guard(cache.mutex);
        count_models(into.value.models, cache, into.value.server);
    }
    co_await complete_models(cache, into);
}

inline asio::awaitable<void>
request_loaded_models(io::HttpClient& client, Outcome<LocalApi>& into) {
    auto request = get("/api/ps");
    auto const response = co_await client.send(std::move(request));
    auto list = api::ModelList<api::ProcessModel>{};
    if (!read_list("ps", response, list, into)) {
        co_return;
    }
    for (auto const& model : list.models) {
        into.value.loaded_models.push_back(loaded_model_from(model));
    }
    count_loaded_models(into.value.loaded_models, into.value.server);
}

// Removes values and texts that repeat a credential, so that a server cannot put it into an output.
inline void drop_repeated_secrets(std::vector<Secret> const& secrets, Outcome<LocalApi>& into) {
    for (auto const& secret : secrets) {
        auto escaped = to_json(secret.reveal(), JsonStyle::compact);
        escaped = escaped.substr(1, escaped.size() - 2);
        // A short text is part of many names and numbers: only a whole value repeats it. A long
        // one may be cut off at the end of a text.
        auto const is_short = secret.reveal().size() < 8;
        auto const repeated = is_short ? ":\"" + escaped + "\"" : escaped;
        auto const beginning = secret.reveal().substr(0, 8);
        for (auto& failure : into.failures) {
            if (!is_short && failure.text.find(beginning) != failure.text.npos) {
                failure.text = "the response contains a credential";
            }
        }
        if (to_json(into.value, JsonStyle::compact).find(repeated) != std::string::npos) {
            into.value = {};
            into.fail({}, Errc::parse, "a response contains a credential");
        }
    }
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
