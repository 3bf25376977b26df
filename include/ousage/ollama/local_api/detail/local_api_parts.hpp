#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/detail/model_from_api.hpp>
#include <ousage/ollama/local_api/local_api_memory.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/model/detail/ask.hpp>
#include <ousage/ollama/model/metrics.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline asio::awaitable<void> ask_version(io::HttpClient& client, Outcome<LocalApi>& into) {
    auto request = get("/api/version");
    auto const start = std::chrono::steady_clock::now();
    auto const answer = co_await client.send(std::move(request));
    auto const elapsed = std::chrono::steady_clock::now() - start;
    auto version = api::VersionResponse{};
    if (read_answer("version", answer, version, into)) {
        into.value.cli_version = version.version;
        into.value.server.api_response_ms =
            std::chrono::duration<double, std::milli>(elapsed).count();
    }
}

// Servers before v0.16.2 have no /api/status and no cloud policy, so 404 is not a failure. Sets
// `may_call_out` to whether the server may send requests to the cloud; false if the policy is
// unknown.
inline asio::awaitable<void>
ask_cloud_status(io::HttpClient& client, bool& may_call_out, Outcome<LocalApi>& into) {
    auto request = get("/api/status");
    auto const answer = co_await client.send(std::move(request));
    auto status = api::StatusResponse{};
    if (answer && answer->status == 404) {
        may_call_out = true;
        co_return;
    }
    if (read_answer("status", answer, status, into)) {
        into.value.cloud_disabled = status.cloud.disabled;
        into.value.cloud_source = status.cloud.source;
    }
    may_call_out = status.cloud.disabled == false;
}

// 401 contains the sign-in link. No other response contains a value for a snapshot: 503 means that
// the server cannot reach the cloud, 404 a server before v0.12.0.
inline asio::awaitable<void> ask_sign_in(LocalApiMemory& memory, Outcome<LocalApi>& into) {
    memory.account_asked = std::chrono::steady_clock::now();
    auto request = post("/api/me", {});
    auto const answer = co_await memory.client.send(std::move(request));
    auto sign_in = api::SignInResponse{};
    if (!answer) {
        into.fail("me", answer.failure());
    } else if (answer->status == 401 && !io::read_json(answer->body, sign_in)) {
        memory.signin_url = sign_in.signin_url;
    } else {
        memory.signin_url.reset();
    }
}

inline asio::awaitable<void> ask_account(LocalApiMemory& memory, Outcome<LocalApi>& into) {
    bool may_ask = false;
    auto status = ask_cloud_status(memory.client, may_ask, into);
    co_await attempt("status", std::move(status), into);
    auto const now = std::chrono::steady_clock::now();
    auto const due =
        !memory.account_asked || now - *memory.account_asked >= LocalApiMemory::account_interval;
    if (due && may_ask) {
        auto sign_in = ask_sign_in(memory, into);
        co_await attempt("me", std::move(sign_in), into);
    }
    into.value.signin_url = may_ask ? memory.signin_url : std::nullopt;
}

inline asio::awaitable<void>
ask_show(LocalApiMemory& memory, std::string name, std::string digest, Outcome<LocalApi>& into) {
    auto request = post("/api/show", to_show_request(name));
    auto const answer = co_await memory.client.send(std::move(request));
    auto shown = api::ShowResponse{};
    // The model may have been deleted (404); a stub is not shown while the cloud is disabled (403).
    if (answer && (answer->status == 404 || answer->status == 403)) {
        co_return;
    }
    if (read_answer("show", answer, shown, into)) {
        auto key = std::pair(std::move(name), std::move(digest));
        memory.shown[std::move(key)] = std::move(shown);
    }
}

inline asio::awaitable<void>
complete_models(LocalApiMemory& memory, api::ListResponse const& list, Outcome<LocalApi>& into) {
    auto works = std::vector<asio::awaitable<void>>{};
    for (auto const& model : list.models) {
        auto const key = std::pair(model.name, model.digest.value_or(""));
        auto const known = !model.capabilities.empty() && model.details.context_length;
        if (!known && !memory.shown.contains(key)) {
            works.push_back(attempt("show", ask_show(memory, key.first, key.second, into), into));
        }
    }
    co_await gather(std::move(works));
    for (std::size_t index = 0; index < list.models.size(); ++index) {
        auto const& model = list.models[index];
        auto const shown = memory.shown.find(std::pair(model.name, model.digest.value_or("")));
        if (shown != memory.shown.end()) {
            complete(into.value.models[index], shown->second);
        }
    }
    count_models(into.value.models, memory, into.value.server);
}

inline asio::awaitable<void> ask_models(LocalApiMemory& memory, Outcome<LocalApi>& into) {
    auto request = get("/api/tags");
    auto const answer = co_await memory.client.send(std::move(request));
    auto list = api::ListResponse{};
    if (!read_answer("tags", answer, list, into)) {
        co_return;
    }
    for (auto const& model : list.models) {
        into.value.models.push_back(model_from(model));
    }
    // Count before POST /api/show, so that a deadline during those requests loses nothing.
    count_models(into.value.models, memory, into.value.server);
    co_await complete_models(memory, list, into);
}

inline asio::awaitable<void> ask_loaded_models(io::HttpClient& client, Outcome<LocalApi>& into) {
    auto request = get("/api/ps");
    auto const answer = co_await client.send(std::move(request));
    auto list = api::ProcessResponse{};
    if (!read_answer("ps", answer, list, into)) {
        co_return;
    }
    for (auto const& model : list.models) {
        into.value.loaded_models.push_back(loaded_model_from(model));
    }
    count_loaded_models(into.value.loaded_models, into.value.server);
}

// Merges identical failures: if the server cannot be reached, every part fails for the same reason,
// which is reported once.
inline void unite_failures(Outcome<LocalApi>& into) {
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
