// Tests the reported status of a whole account with its server, its files and its cloud.
#include "support/cloud_peer.hpp"
#include "support/instances.hpp"
#include "support/process.hpp"
#include <ousage/core/enum_name.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

Reply const ok_version = json(R"({"version":"0.33.0"})");

// An account with its own directory, a server that may be stopped, and a cloud.
struct Scene {
    asio::io_context context;
    ScriptedPeer server{context};
    ScriptedPeer cloud{context};
    TemporaryDirectory directory;
    Account account;
    Configuration configuration;

    explicit Scene(Auth auth, bool key = true) {
        account.auth = auth;
        account.has_api_key = key;
        account.base_url = server.url();
        account.cloud_base_url = io::to_string(cloud.url());
        account.logs_dir = directory.path() / "logs";
        account.server_config = directory.path() / "server.json";
        account.db_path = directory.path() / "db.sqlite";
        configuration.environment = [key](char const* name) {
            return key && name == std::string_view("OLLAMA_API_KEY")
                       ? std::optional<std::string>("planted-key")
                       : std::nullopt;
        };
        server.on("GET /api/version", ok_version);
        server.on("GET /api/status", json(R"({"cloud":{"disabled":true,"source":"env"}})"));
        server.on("GET /api/tags", json(R"({"models":[]})"));
        server.on("GET /api/ps", json(R"({"models":[]})"));
        script_cloud(cloud);
    }

    void refuse(char const* status, bool catalogue = false) {
        for (auto const* const line : cloud_lines) {
            if (!catalogue || line != std::string_view("GET /api/tags")) {
                cloud.only(line, json(R"({"error":"planted-key"})", status));
            }
        }
    }

    Snapshot snapshot() {
        auto outcome = poll_once(context, ollama::snapshot(account, configuration));
        EXPECT_EQ(to_json(outcome.value).find("planted"), std::string::npos);
        return std::move(outcome.value);
    }
};

State state_of(Snapshot const& snapshot, std::string const& name) {
    for (auto const& report : snapshot.sources) {
        if (report.name == name) {
            return report.state;
        }
    }
    ADD_FAILURE() << name;
    return State::error;
}

TEST(DeriveStatus, AddsCloudToServerData) {
    auto scene = Scene(Auth::local);
    auto const snapshot = scene.snapshot();
    EXPECT_EQ(snapshot.status, Status::OK);
    EXPECT_EQ(snapshot.sources.size(), source_descriptions().size());
    EXPECT_EQ(state_of(snapshot, "cloud"), State::ok);
    EXPECT_EQ(snapshot.metrics.cloud.cloud_catalog_models, 2u);
    EXPECT_EQ(snapshot.metrics.cloud_activity.one_day.cloud_requests, 17u);
    EXPECT_EQ(snapshot.limits.usage_weekly->used, 60);
    EXPECT_EQ(snapshot.attributes.plan_name, "pro");
    EXPECT_EQ(snapshot.attributes.account_id, "7");
    EXPECT_EQ(snapshot.attributes.cloud_age_seconds, 0u);
    EXPECT_EQ(snapshot.account_id, "ollama");
    EXPECT_TRUE(snapshot.diagnostics.empty());
}

TEST(DeriveStatus, SkipsCloudWithoutKey) {
    auto scene = Scene(Auth::local, false);
    auto const snapshot = scene.snapshot();
    EXPECT_EQ(snapshot.status, Status::OK);
    EXPECT_EQ(state_of(snapshot, "cloud"), State::skipped);
    EXPECT_TRUE(snapshot.diagnostics.empty());
    EXPECT_EQ(scene.cloud.connections(), 0u);
    auto other = Scene(Auth::api_key, false);
    EXPECT_EQ(other.snapshot().status, Status::AUTH_REQUIRED);
}

TEST(DeriveStatus, RefusedKeyAddsDiagnosticAndKeepsOtherData) {
    struct Row {
        Auth auth;
        bool server;
        char const* status;
        Status expected;
    };

    for (auto const& [auth, with_server, status, expected] :
         {Row{Auth::local, true, "401 Unauthorized", Status::OK},
          Row{Auth::local, true, "403 Forbidden", Status::OK},
          Row{Auth::local, false, "401 Unauthorized", Status::AUTH_REQUIRED},
          Row{Auth::api_key, true, "401 Unauthorized", Status::AUTH_REQUIRED},
          Row{Auth::api_key, false, "403 Forbidden", Status::AUTH_REQUIRED}}) {
        for (auto const catalogue : {false, true}) {
            SCOPED_TRACE(enum_name(expected));
            auto scene = Scene(auth);
            if (!with_server) {
                scene.server.stop();
            }
            scene.refuse(status, catalogue);
            auto const snapshot = scene.snapshot();
            EXPECT_EQ(snapshot.status, expected) << with_server << status;
            EXPECT_EQ(state_of(snapshot, "cloud"), catalogue ? State::partial : State::error);
            EXPECT_EQ(snapshot.diagnostics.count("cloud_auth_failed"), 1u);
            EXPECT_EQ(snapshot.diagnostics.count("cloud_error"), 0u);
            EXPECT_EQ(snapshot.metrics.cloud.cloud_catalog_models.has_value(), catalogue);
            EXPECT_EQ(snapshot.attributes.cli_version.has_value(), with_server);
        }
    }
}

TEST(DeriveStatus, OneRefusedPartKeepsStatusOk) {
    auto scene = Scene(Auth::api_key);
    scene.cloud.only("GET /api/usage", json("{}", "403 Forbidden"));
    auto const snapshot = scene.snapshot();
    EXPECT_EQ(snapshot.status, Status::OK);
    EXPECT_EQ(snapshot.diagnostics.at("cloud_auth_failed"), "usage: HTTP status 403");
    EXPECT_EQ(snapshot.attributes.auth_type, "api_key");
}

TEST(DeriveStatus, RateLimitedCloudWithoutServerIsLimited) {
    struct Row {
        Auth auth;
        bool server, url;
        Status expected;
    };

    for (auto const& [auth, with_server, with_url, expected] :
         {Row{Auth::local, true, true, Status::OK}, Row{Auth::local, false, true, Status::LIMITED},
          Row{Auth::api_key, true, true, Status::OK},
          Row{Auth::api_key, false, true, Status::LIMITED},
          Row{Auth::api_key, false, false, Status::LIMITED}}) {
        auto scene = Scene(auth);
        if (!with_server) {
            scene.server.stop();
        }
        if (!with_url) {
            scene.account.base_url.reset();
        }
        for (auto const* const line : cloud_lines) {
            scene.cloud.only(
                line, {"HTTP/1.1 429 Slow\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n"});
        }
        auto const snapshot = scene.snapshot();
        EXPECT_EQ(snapshot.status, expected) << with_server << with_url;
        EXPECT_NE(
            snapshot.diagnostics.at("cloud_rate_limited").find("Retry-After 17 s"),
            std::string::npos);
    }
}

TEST(DeriveStatus, ApiKeyAccountIsOkWithoutServer) {
    auto scene = Scene(Auth::api_key);
    scene.server.stop();
    auto const snapshot = scene.snapshot();
    EXPECT_EQ(snapshot.status, Status::OK);
    EXPECT_EQ(state_of(snapshot, "local_api"), State::absent);
    EXPECT_TRUE(snapshot.diagnostics.empty()) << snapshot.diagnostics.begin()->second;
    // A running server that fails is still reported.
    auto other = Scene(Auth::api_key);
    other.server.only("GET /api/version", fault::garbage());
    EXPECT_EQ(state_of(other.snapshot(), "local_api"), State::partial);
    auto third = Scene(Auth::local);
    third.server.stop();
    EXPECT_EQ(third.snapshot().diagnostics.count("local_api_error"), 1u);
}

TEST(DeriveStatus, CloudFailureKeepsServerDataComplete) {
    for (auto const& [reply, key] :
         {std::pair(json("{}", "402 Payment Required"), "cloud_error"),
          std::pair(json("{}", "503 Oh"), "cloud_error"), std::pair(json(""), "cloud_error"),
          std::pair(json("<html>"), "cloud_error"), std::pair(fault::close(), "cloud_error"),
          std::pair(fault::hang(), "cloud_timeout")}) {
        auto scene = Scene(Auth::local);
        if (key == std::string_view("cloud_timeout")) {
            scene.account.timeouts["cloud"] = std::chrono::milliseconds(100);
        }
        for (auto const* const line : cloud_lines) {
            scene.cloud.only(line, reply);
        }
        auto const snapshot = scene.snapshot();
        EXPECT_EQ(snapshot.status, Status::OK);
        EXPECT_EQ(state_of(snapshot, "local_api"), State::ok);
        EXPECT_EQ(snapshot.diagnostics.size(), 1u);
        EXPECT_EQ(snapshot.diagnostics.count(key), 1u) << key << to_json(snapshot.diagnostics);
    }
    auto scene = Scene(Auth::local);
    scene.cloud.only("GET /api/balance", json("{}", "500 Oh"));
    EXPECT_EQ(scene.snapshot().diagnostics.count("cloud_balance_error"), 1u);
}

} // namespace
