#pragma once

#include <ousage/core/with_timeout.hpp>
#include <ousage/ollama/cloud.hpp>
#include <ousage/testing/manual_clock.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <map>
#include <string>
#include <utility>

namespace ousage::test {

/// The five requests of one poll with an API key.
inline char const* const cloud_lines[] = {
    "POST /api/me", "GET /api/tags", "GET /api/balance", "GET /api/usage",
    "GET /api/usage?range=24h"};

/// Scripts a cloud without errors: plan pro, two models, 25 % of the session limit and 60 % of the
/// weekly limit used.
inline void script_cloud(ScriptedPeer& peer) {
    peer.on("POST /api/me", json(R"({"ID":"7","Email":"someone@example.com","Plan":"pro"})"));
    peer.on("GET /api/tags", json(R"({"models":[{"name":"a"},{"name":"b"}]})"));
    peer.on(
        "GET /api/balance",
        json(R"({"included":{"session":{"remaining_percent":75},)"
             R"("weekly":{"remaining_percent":40}},"purchased":{"balance_usd":25}})"));
    peer.on("GET /api/usage", json(R"({"range":"7d","totals":{"request_count":412}})"));
    peer.on("GET /api/usage?range=24h", json(R"({"range":"24h","totals":{"request_count":17}})"));
    peer.on(
        "GET /settings", {"HTTP/1.1 200 OK\r\nContent-Length: 66\r\n\r\n"
                          "<p>Session usage<p>12% used<p>Weekly usage<p>30% used<p>Cloud Usage "});
}

/// Returns the time of the manual clock as the cloud source reads it.
inline std::chrono::sys_time<std::chrono::milliseconds> manual_milliseconds() {
    auto const since = ManualClock::now().time_since_epoch() + std::chrono::hours(500'000);
    return std::chrono::sys_time<std::chrono::milliseconds>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since));
}

/// A private environment of the test.
using Variables = std::map<std::string, std::string>;

/// Returns the access to that peer: with the API key in `variables`, without jitter.
inline ollama::CloudAccess access_to(io::Url const& url, Variables variables) {
    auto access = ollama::CloudAccess{};
    access.base = url;
    access.environment = [variables = std::move(variables)](char const* name) {
        auto const found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    access.clock = &manual_milliseconds;
    access.now = [] { return std::chrono::floor<std::chrono::seconds>(manual_milliseconds()); };
    access.random = [] { return 0.0; };
    return access;
}

/// Collects once, with a deadline that only a hanging source reaches.
template <class T>
Outcome<T> poll_once(
    asio::io_context& context, Source<T> const& plain,
    std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    auto const source = with_timeout(plain, limit);
    auto outcome = Outcome<T>{};
    auto done = false;
    asio::co_spawn(context, source.collect(outcome), [&](std::exception_ptr) { done = true; });
    context.restart();
    while (!done && context.run_one() > 0) {
    }
    return outcome;
}

} // namespace ousage::test
