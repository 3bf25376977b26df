#include "example/exporter/identity.hpp"
#include <ousage/core/reflect.hpp>
#include <ousage/format/view.hpp>
#include <ousage/json/json.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

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

TEST(WithoutIdentity, RemovesMailAddressesFromFailures) {
    auto snapshot = ollama::Snapshot{};
    snapshot.message = "Someone.Else+x@mail.example.com: 3 models, 2 @ 5 s, a@";
    snapshot.diagnostics["cloud_error"] = "no access for <other_user@example.org>";
    auto const clean = without_identity(snapshot);
    EXPECT_EQ(clean.message, "<removed>: 3 models, 2 @ 5 s, a@");
    EXPECT_EQ(clean.diagnostics.at("cloud_error"), "no access for <<removed>>");
}

// Gives each text of a snapshot a value of its own, and each attribute one.
void plant(ollama::Metrics&, std::string const&) {}

void plant(ollama::DailySeries&, std::string const&) {}

void plant(std::string& text, std::string const& path) {
    text = "planted-" + path;
}

template <class T>
void plant(std::optional<T>& value, std::string const& path);

template <class T>
void plant(std::vector<T>& values, std::string const& path);

template <class T>
void plant(std::map<std::string, T>& values, std::string const& path);

template <class T>
void plant(T& value, std::string const& path) {
    if constexpr (Reflectable<T> && !std::is_same_v<T, Timestamp>) {
        for_each_member(value, [&path](std::string_view name, auto& member) {
            plant(member, path + (path.empty() ? "" : ".") + std::string(name));
        });
    } else {
        value = T{};
    }
}

template <class T>
void plant(std::optional<T>& value, std::string const& path) {
    plant(value.emplace(), path);
}

template <class T>
void plant(std::vector<T>& values, std::string const& path) {
    values.emplace_back();
    plant(values.back(), path);
}

template <class T>
void plant(std::map<std::string, T>& values, std::string const& path) {
    plant(values["key"], path);
}

// Returns the paths of the planted texts in a JSON text.
std::vector<std::string> shown(std::string const& json) {
    auto found = std::vector<std::string>{};
    static constexpr std::string_view mark = "\"planted-";
    for (auto at = json.find(mark); at != json.npos; at = json.find(mark, at)) {
        at += mark.size();
        found.push_back(json.substr(at, json.find('"', at) - at));
    }
    return found;
}

// Fails if a text is added to the snapshot: decide whether it identifies an account or a device,
// and remove it there, or add it here.
TEST(WithoutIdentity, TextsThatAreShownAreThese) {
    auto planted = ollama::Snapshot{};
    plant(planted, "");
    auto names = std::vector<std::string>{};
    auto snapshot = without_identity(planted);
    for_each_member(snapshot.attributes, [&names](std::string_view name, auto const& member) {
        if (member) {
            names.emplace_back(name);
        }
    });
    EXPECT_EQ(
        names, (std::vector<std::string>{
                   "cli_version", "cloud_disabled", "cloud_source", "selected_model",
                   "websearch_enabled", "turbo_enabled", "agent_mode", "tools_enabled",
                   "think_enabled", "airplane_mode", "plan_name", "account_cached_at",
                   "desktop_schema_version", "requests_from", "token_estimation", "auth_type",
                   "cloud_age_seconds", "billing_cycle_start", "billing_cycle_end"}));
    EXPECT_EQ(member_count<ollama::Attributes> - names.size(), 8u);
    snapshot.attributes = {};
    auto const limit = [](std::string const& name) {
        return std::vector<std::string>{"limits." + name + ".unit", "limits." + name + ".window"};
    };
    auto expected = std::vector<std::string>{
        "provider_id", "account_id", "message", "sources.name", "sources.error"};
    for (auto const* const name :
         {"usage_five_hour", "usage_one_day", "usage_weekly", "usage_monthly",
          "balance_included_usd", "balance_purchased_usd"}) {
        auto const both = limit(name);
        expected.insert(expected.end(), both.begin(), both.end());
    }
    for (auto const* const path :
         {"models.name", "models.family", "models.format", "models.parameter_size",
          "models.quantization_level", "models.digest", "models.remote_model", "models.remote_host",
          "models.capabilities", "loaded_models.name", "gpus.name", "runners.model",
          "runners.digest", "model_usage.model", "model_usage.window", "tool_usage.tool",
          "diagnostics"}) {
        expected.emplace_back(path);
    }
    EXPECT_EQ(shown(to_json(snapshot)), expected);
    // The dashboard shows the same.
    auto const view = to_json(make_view(without_identity(planted), ViewContext{}));
    for (auto const& text : shown(to_json(planted))) {
        auto const is_shown =
            text.starts_with("attributes.") && view.find("planted-" + text + "\"") != view.npos;
        auto const name = is_shown ? text.substr(text.find('.') + 1) : std::string{};
        EXPECT_TRUE(name.empty() || name == "cli_version" || name == "plan_name") << text;
    }
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
