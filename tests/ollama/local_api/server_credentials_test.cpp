#include "support/instances.hpp"
#include "support/process.hpp"
#include <ousage/core/with_timeout.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/assembly/accounts_file.hpp>
#include <ousage/ollama/detect.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/server_credentials.hpp>
#include <ousage/ollama/take_snapshot.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

auto const environment = [](char const* name) {
    static std::map<std::string, std::string, std::less<>> const variables{
        {"TOKEN", " s3cret-token\n"}, {"GATE", "s3cret-gate"}};
    auto const found = variables.find(std::string_view(name));
    return found == variables.end() ? std::nullopt : std::optional(found->second);
};

std::string error_for(io::Url const& url, ServerCredentials const& credentials) {
    auto cache = LocalApiCache(url);
    auto const failure = set_credentials(cache, credentials, environment);
    return failure ? failure->text : "";
}

template <class T>
Outcome<T> collect(asio::io_context& context, Source<T> const& plain) {
    auto const source = with_timeout(plain, std::chrono::seconds(10));
    auto outcome = Outcome<T>{};
    auto done = false;
    asio::co_spawn(context, source.collect(outcome), [&](std::exception_ptr) { done = true; });
    context.restart();
    while (!done && context.run_one() > 0) {
    }
    return outcome;
}

TEST(ServerCredentials, AreSentOnlyOverHttpsOrToLoopback) {
    auto const both = ServerCredentials{"TOKEN", {{"X-Api-Key", "GATE"}}};
    for (auto const* const host : {"127.0.0.1", "localhost", "::1", "127.9.9.9", "0.0.0.0", ""}) {
        EXPECT_EQ(error_for({"http", host, "1", ""}, both), "") << host;
    }
    EXPECT_EQ(error_for({"https", "gate.test", "1", ""}, both), "");
    for (auto const* const host : {"gate.test", "10.0.0.1", "localhost.test", "127.0.0.1.test"}) {
        EXPECT_EQ(
            error_for({"http", host, "1", ""}, both),
            "credentials are sent only over https or to this machine, not to http://" +
                std::string(host) + ":1");
        EXPECT_EQ(error_for({"http", host, "1", ""}, {}), "");
    }
}

TEST(ServerCredentials, UnsetVariableIsAFailure) {
    auto const url = io::Url{"http", "127.0.0.1", "1", ""};
    EXPECT_EQ(error_for(url, {"NONE", {}}), "the variable for the header Authorization is not set");
    EXPECT_EQ(
        error_for(url, {"TOKEN", {{"X-Key", "NONE"}}}),
        "the variable for the header X-Key is not set");
}

TEST(ServerCredentials, HeaderNameIsATokenThatTheClientDoesNotSet) {
    EXPECT_TRUE(is_credential_header("X-Api-Key"));
    EXPECT_TRUE(is_credential_header("Cookie"));
    for (auto const* const name : {"", "a b", "a:", "host", "Content-Length", "a\r\nb"}) {
        EXPECT_FALSE(is_credential_header(name)) << name;
    }
}

TEST(ServerCredentials, AreSentWithEveryRequest) {
    asio::io_context context;
    ScriptedPeer peer(context);
    peer.on("GET /api/version", json(R"({"version":"1"})"));
    peer.on("GET /api/tags", json(R"({"models":[{"name":"a"}]})"));
    peer.on("GET /api/ps", json(R"({"models":[]})"));
    peer.on("POST /api/show", json(R"({"capabilities":["x"]})"));
    TemporaryDirectory home;
    auto overrides = Overrides{};
    overrides.base_url = io::to_string(peer.url());
    overrides.bearer_env = "TOKEN";
    overrides.headers_env["X-Api-Key"] = "GATE";
    overrides.config_dir = home.path();
    overrides.db_path = home.path() / "none";
    overrides.no_state = true;
    auto const configuration = detect(overrides, environment);
    ASSERT_TRUE(configuration) << configuration.failure().text;
    auto const outcome = collect(context, snapshot(*configuration));
    EXPECT_EQ(outcome.value.metrics.server.models_total, 1u) << describe(outcome);
    EXPECT_GE(peer.requests().size(), 5u);
    for (auto const& request : peer.requests()) {
        EXPECT_NE(request.find("\r\nAuthorization: Bearer s3cret-token\r\n"), request.npos);
        EXPECT_NE(request.find("\r\nX-Api-Key: s3cret-gate\r\n"), request.npos);
    }
    EXPECT_EQ(to_json(outcome.value).find("s3cret"), std::string::npos);
}

TEST(ServerCredentials, RemoteHttpServerReceivesNoRequest) {
    asio::io_context context;
    auto account = Account{};
    account.base_url = io::Url{"http", "192.0.2.1", "11434", ""};
    account.bearer_env = "TOKEN";
    auto configuration = Configuration{};
    configuration.accounts.push_back(account);
    configuration.environment = environment;
    auto const outcome = collect(context, snapshot(configuration));
    auto const& server = outcome.value.sources.at(0);
    EXPECT_EQ(server.state, State::error);
    EXPECT_EQ(
        server.error,
        "credentials are sent only over https or to this machine, not to http://192.0.2.1:11434");
}

TEST(ServerCredentials, RepeatedByTheServerReachNoOutput) {
    for (auto const part : {"version", "tags", "ps"}) {
        asio::io_context context;
        ScriptedPeer peer(context);
        auto const line = std::string("GET /api/") + part;
        peer.on("GET /api/version", json(R"({"version":"1"})"));
        peer.on("GET /api/tags", json(R"({"models":[]})"));
        peer.on("GET /api/ps", json(R"({"models":[]})"));
        if (part == std::string("version")) {
            peer.only(line, json(R"({"version":"s3cret-token"})"));
        } else if (part == std::string("tags")) {
            peer.only(line, json(R"({"error":"who is s3cret-token"})"));
        } else {
            peer.only(line, fault::redirect("/login/s3cret-token"));
        }
        auto cache = std::make_shared<LocalApiCache>(peer.url());
        ASSERT_FALSE(set_credentials(*cache, ServerCredentials{"TOKEN", {}}, environment));
        auto const outcome = collect(context, local_api(cache));
        EXPECT_EQ(describe(outcome).find("s3cret"), std::string::npos) << describe(outcome);
        EXPECT_NE(describe(outcome).find("contains a credential"), std::string::npos);
        EXPECT_EQ(outcome.value.cli_version.value_or("").find("s3cret"), std::string::npos);
    }
}

TEST(ServerCredentials, AreReadFromAccountsFile) {
    auto const accounts = parse_accounts(
        R"({"accounts":[{"id":"a","bearer_env":"TOKEN","headers_env":{"X-Key":"GATE"}}]})", "file",
        "/none");
    ASSERT_TRUE(accounts) << accounts.failure().text;
    EXPECT_EQ(accounts->at(0).bearer_env, "TOKEN");
    EXPECT_EQ(accounts->at(0).headers_env.at("X-Key"), "GATE");
    auto const wrong = parse_accounts(
        R"({"accounts":[{"id":"a","headers_env":{"Host":"GATE"}}]})", "file", "/none");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.failure().text.find("headers_env.Host"), std::string::npos)
        << wrong.failure().text;
}

} // namespace
