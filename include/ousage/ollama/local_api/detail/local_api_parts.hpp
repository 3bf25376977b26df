#pragma once

#include <ousage/config.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/detail/account_request.hpp>
#include <ousage/ollama/local_api/detail/local_api_state.hpp>
#include <ousage/ollama/local_api/detail/model_from_api.hpp>
#include <ousage/ollama/local_api/detail/show_requests.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/local_api/model_list.hpp>
#include <ousage/ollama/model/detail/api_call.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Parses a 200 response with a list of models. Reports models beyond the limit. Returns nothing if
// the response has no such list.
template <class Row>
asio::awaitable<std::optional<api::ModelList<Row>>>
read_list(std::string part, Result<io::HttpResponse> response, OutcomeBase& into) {
    if (auto failure = response_failure(response)) {
        into.fail(part, std::move(*failure));
        co_return std::nullopt;
    }
    auto parse = [](std::string const& body, std::stop_token const& stop) {
        return api::read_model_list<Row>(body, stop);
    };
    auto work = parse_body<api::ModelList<Row>>(std::move(response->body), parse);
    auto list = co_await std::move(work);
    if (list.failure) {
        into.fail(part, *list.failure);
    }
    if (list.omitted > 0) {
        into.fail(
            part, Errc::limit,
            std::to_string(list.omitted) + " models after the first " +
                std::to_string(list.models.size()) + " are left out");
    }
    auto found = std::optional<api::ModelList<Row>>();
    if (list.listed) {
        found = std::move(list);
    }
    co_return found;
}

inline asio::awaitable<void> request_version(io::HttpClient& client, Outcome<LocalApi>& into) {
    auto request = get("/api/version");
    request.body_limit = LocalApiCache::small_limit;
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

inline asio::awaitable<void> request_models(LocalApiCache& cache, Outcome<LocalApi>& into) {
    auto request = get("/api/tags");
    auto response = co_await cache.client.send(std::move(request));
    auto reading = read_list<api::ListModel>("tags", std::move(response), into);
    auto list = co_await std::move(reading);
    if (!list) {
        co_return;
    }
    for (auto const& model : list->models) {
        into.value.models.push_back(model_from(model));
    }
    list.reset();
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
    auto response = co_await client.send(std::move(request));
    auto reading = read_list<api::ProcessModel>("ps", std::move(response), into);
    auto list = co_await std::move(reading);
    if (!list) {
        co_return;
    }
    for (auto const& model : list->models) {
        into.value.loaded_models.push_back(loaded_model_from(model));
    }
    count_loaded_models(into.value.loaded_models, into.value.server);
}

// Removes values and texts that repeat a credential, so that a server cannot put it into an output.
inline void drop_repeated_secrets(std::vector<Secret> const& secrets, Outcome<LocalApi>& into) {
    for (auto const& secret : secrets) {
        auto const is_short = secret.reveal().size() < 8;
        // A long one may be cut off at the end of a text.
        auto const beginning = secret.reveal().substr(0, 8);
        for (auto& failure : into.failures) {
            if (!is_short && failure.text.find(beginning) != failure.text.npos) {
                failure.text = "the response contains a credential";
            }
        }
        if (repeats(to_json(into.value, JsonStyle::compact), secret)) {
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
