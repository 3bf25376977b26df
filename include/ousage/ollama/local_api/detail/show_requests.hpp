#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/detail/local_api_state.hpp>
#include <ousage/ollama/local_api/detail/model_from_api.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/model/detail/api_call.hpp>
#include <ousage/ollama/model/detail/blob_digest.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

// POST /api/show for each model whose details are unknown.
namespace OUSAGE_NAMESPACE::ollama::detail {

// The models to request with POST /api/show. Several workers take them in order.
struct ShowQueue {
    struct Entry {
        ModelKey key;
        bool cloud;
    };

    std::vector<Entry> entries;
    std::size_t next = 0;
    std::size_t failed = 0;
    std::size_t shown = 0;           // models whose values were received
    std::optional<std::size_t> rest; // index of the failure that counts the models not named
};

// A response of POST /api/show, as far as it could be read.
struct ReadShow {
    api::ShowResponse value;
    std::optional<Failure> failure;
};

inline ReadShow read_show(std::string const& body, std::stop_token const&) {
    auto read = ReadShow{};
    read.failure = read_json(body, read.value);
    return read;
}

inline asio::awaitable<void>
request_show(LocalApiCache& cache, ShowQueue& queue, ShowQueue::Entry entry, OutcomeBase& into) {
    auto request = post("/api/show", to_show_request(entry.key.first));
    request.body_limit = LocalApiCache::show_limit;
    auto response = co_await cache.client.send(std::move(request));
    // A stub is not shown while the cloud is disabled.
    if (response && response->status == 403 && entry.cloud) {
        co_return;
    }
    if (auto failure = response_failure(response)) {
        into.fail("show", std::move(*failure));
        co_return;
    }
    auto work = parse_body<ReadShow>(std::move(response->body), &read_show);
    auto const read = co_await std::move(work);
    auto const& shown = read.value;
    if (read.failure) {
        into.fail("show", *read.failure);
        if (is_empty(shown)) {
            co_return;
        }
    }
    if (shown.error && !shown.model_info.parameter_count && shown.capabilities.empty()) {
        into.fail("show", Errc::parse, "the response is an error: " + shortened(*shown.error));
        co_return;
    }
    ++queue.shown;
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
        auto request = request_show(cache, queue, entry, own);
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

// Reads the values that other runs have stored into the cache.
inline asio::awaitable<void> load_shown(LocalApiCache& cache, std::filesystem::path path) {
    auto work = [path](std::stop_token const& stop) { return load_shown(path, stop); };
    auto stored = co_await offload(work);
    auto const lock = std::lock_guard(cache.mutex);
    for (auto& model : stored) {
        auto capabilities = known_capabilities(std::move(model.capabilities));
        if (model.blob && !is_digest(*model.blob)) {
            model.blob.reset();
        }
        auto values = ShownModel{
            if_positive(model.parameter_count), if_positive(model.context_length),
            std::move(capabilities), std::move(model.blob)};
        auto key = ModelKey(std::move(model.name), std::move(model.digest));
        cache.shown.try_emplace(std::move(key), std::move(values));
    }
}

// Stores the values in the cache for other runs.
inline void store_shown(LocalApiCache& cache) {
    auto shown = std::map<ModelKey, ShownModel>{};
    {
        auto const lock = std::lock_guard(cache.mutex);
        shown = cache.shown;
    }
    store_shown(cache, shown);
}

inline asio::awaitable<void> complete_models(LocalApiCache& cache, Outcome<LocalApi>& into) {
    if (cache.get_only) {
        co_return;
    }
    auto queue = missing_details(cache, into.value.models);
    auto const file = state_file(cache);
    if (file && !queue.entries.empty()) {
        auto load = load_shown(cache, *file);
        co_await attempt("show", std::move(load), into);
        queue = missing_details(cache, into.value.models);
    }
    auto workers = std::vector<asio::awaitable<void>>{};
    for (std::size_t count = 0; count < LocalApiCache::parallel; ++count) {
        workers.push_back(attempt("show", request_shows(cache, queue, into), into));
    }
    co_await gather(std::move(workers));
    if (file && queue.shown > 0) {
        store_shown(cache);
    }
    auto const lock = std::lock_guard(cache.mutex);
    for (auto& model : into.value.models) {
        auto const shown = cache.shown.find(key_of(model));
        if (shown != cache.shown.end()) {
            complete(model, shown->second);
        }
    }
    count_models(into.value.models, cache, into.value.server);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
