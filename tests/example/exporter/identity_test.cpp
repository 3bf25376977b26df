#include "example/exporter/identity.hpp"
#include <ousage/json/json.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;

TEST(WithoutIdentity, RemovesAccountAndDeviceButNotTheRest) {
    auto snapshot = ollama::Snapshot{};
    auto& from = snapshot.attributes;
    from.account_email = "planted@example.com";
    from.account_name = "Planted Name";
    from.account_id = "planted-account";
    from.device_id = "planted-device";
    from.customer_id = "planted-customer";
    from.subscription_id = "planted-subscription";
    from.workos_user_id = "planted-user";
    from.signin_url = "https://ollama.com/connect?name=planted-host&key=planted-key";
    from.plan_name = "pro";
    from.cli_version = "0.33.1";
    snapshot.account_id = "desk";
    snapshot.message = "Planted Name: 3 models";
    auto report = SourceReport{};
    report.name = "cloud";
    report.error = "no balance for planted@example.com (planted-account, xplanted-accounts)";
    snapshot.sources.push_back(report);
    snapshot.diagnostics["cloud_error"] = "planted-device is unknown";
    auto const text = to_json(without_identity(snapshot));
    EXPECT_EQ(text.find("planted@"), text.npos) << text;
    EXPECT_EQ(text.find("Planted"), text.npos) << text;
    EXPECT_EQ(text.find("planted-device"), text.npos) << text;
    EXPECT_EQ(text.find("planted-key"), text.npos) << text;
    EXPECT_EQ(text.find("planted-user"), text.npos) << text;
    EXPECT_EQ(text.find("planted-customer"), text.npos) << text;
    EXPECT_EQ(text.find("planted-subscription"), text.npos) << text;
    EXPECT_NE(text.find("no balance for <removed> (<removed>, xplanted-accounts)"), text.npos);
    EXPECT_NE(text.find("<removed>: 3 models"), text.npos);
    EXPECT_NE(text.find("<removed> is unknown"), text.npos);
    EXPECT_NE(text.find("\"desk\""), text.npos);
    EXPECT_NE(text.find("\"pro\""), text.npos);
    EXPECT_NE(text.find("\"0.33.1\""), text.npos);
    EXPECT_EQ(to_json(without_identity({})), to_json(ollama::Snapshot{}));
}

TEST(IsLocal, LoopbackWithoutProxyAndWithALocalHost) {
    struct Row {
        char const* client;
        char const* host;
        bool is_forwarded;
        bool is_local;
    };

    Row const rows[] = {
        {"127.0.0.1", "localhost:9200", false, true},
        {"127.0.0.1", "127.0.0.1:9200", false, true},
        {"127.8.0.1", "LocalHost", false, true},
        {"127.0.0.1", "ousage.localhost:9200", false, true},
        {"127.0.0.1", "", false, false},
        {"::1", "[::1]:9200", false, true},
        {"::ffff:127.0.0.1", "localhost", false, true},
        {"::ffff:192.0.2.1", "localhost", false, false},
        {"192.0.2.1", "localhost:9200", false, false},
        {"fe80::1", "localhost:9200", false, false},
        {"127.0.0.1", "localhost:9200", true, false},
        {"127.0.0.1", "example.com:9200", false, false},
        {"127.0.0.1", "127.0.0.1.example.com", false, false},
        {"127.0.0.1", "192.0.2.1:9200", false, false},
    };
    for (auto const& row : rows) {
        auto request = http::Request();
        request.client = asio::ip::make_address(row.client);
        request.host = row.host;
        request.is_forwarded = row.is_forwarded;
        EXPECT_EQ(is_local(request), row.is_local) << row.client << " " << row.host;
        request.is_http_1_0 = true;
        EXPECT_FALSE(is_local(request)) << row.client << " " << row.host;
    }
}

} // namespace
