// Every historical shape of the cloud's responses, one file each (tests/data/cloud), with the
// expected result.
#include "support/instances.hpp"
#include "support/truth.hpp"
#include <ousage/json/json.hpp>
#include <ousage/ollama/cloud/cloud_response.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

std::chrono::sys_seconds const now = parse_rfc3339("2026-10-01T02:30:00Z")->at;

struct Row {
    char const* file;
    CloudResponse kind;
    char const* read; // compact JSON
};

std::string
read(CloudResponse kind, std::string const& text, std::optional<Failure>* failure = nullptr) {
    auto cloud = Cloud{};
    auto const wrong = read_cloud_response(kind, text, now, cloud);
    if (failure != nullptr) {
        *failure = wrong;
    } else {
        EXPECT_FALSE(wrong) << wrong->text;
    }
    return to_json(cloud, JsonStyle::compact);
}

TEST(CloudResponse, ReadsEveryHistoricalShape) {
    using enum CloudResponse;
    // Parts of a document that are no known limit, account or window yield no key.
    Row const rows[] = {
        {"balance_current", balance,
         R"({"limits":{"balance_included_usd":{"used":27.5,"limit":100,"remaining":72.5,"unit":"usd","window":"1mo","resets_at":"2026-10-15T09:30:00Z"},"balance_purchased_usd":{"remaining":25,"unit":"usd"}}})"},
        {"balance_texts", balance,
         R"({"limits":{"balance_included_usd":{"used":27.5,"limit":100,"remaining":72.5,"unit":"usd"},"balance_purchased_usd":{"remaining":0,"unit":"usd"}}})"},
        {"balance_legacy", balance,
         R"({"limits":{"usage_five_hour":{"used":25,"limit":100,"remaining":75,"unit":"percent","window":"5h","resets_at":"2026-10-01T07:00:00Z"},"usage_weekly":{"used":60,"limit":100,"remaining":40,"unit":"percent","window":"1w","resets_at":"2026-10-05T00:00:00Z"},"balance_purchased_usd":{"remaining":25,"unit":"usd"}}})"},
        {"usage_7d", usage,
         R"({"cloud_activity":{"seven_days":{"cloud_requests":412,"cloud_input_tokens":1800000,"cloud_output_tokens":240000,"cloud_cost_usd":1.68}}})"},
        {"usage_24h_buckets", usage,
         R"({"cloud_activity":{"one_day":{"cloud_requests":5,"cloud_input_tokens":20000,"cloud_output_tokens":3000,"cloud_cost_usd":0.75}}})"},
        {"usage_24h_legacy_plan", usage, R"({"cloud_activity":{"one_day":{"cloud_requests":17}}})"},
        {"usage_30d", usage, "{}"},
        {"usage_span_alone", usage,
         R"({"cloud_activity":{"one_day":{"cloud_requests":5,"cloud_cost_usd":0.5}}})"},
        {"usage_activity", usage,
         R"({"limits":{"usage_five_hour":{"used":12,"limit":100,"remaining":88,"unit":"percent","window":"5h"},"usage_weekly":{"used":7,"limit":100,"remaining":93,"unit":"percent","window":"1w"}}})"},
        {"usage_activity_week_map", usage,
         R"({"cloud_activity":{"seven_days":{"cloud_requests":7,"cloud_cost_usd":1.68}}})"},
        {"usage_monthly_alone", usage,
         R"({"limits":{"usage_monthly":{"used":42,"limit":100,"remaining":58,"unit":"percent","window":"1mo"}}})"},
        {"usage_no_limits", usage, "{}"},
        {"usage_limits_list", usage,
         R"({"limits":{"usage_five_hour":{"used":50,"limit":100,"remaining":50,"unit":"percent","window":"5h"},"usage_weekly":{"used":25,"limit":100,"remaining":75,"unit":"percent","window":"1w","resets_at":"2026-10-01T02:31:00Z"}}})"},
        {"me_pascal", me,
         R"({"account_id":"4b6f0e2c-0000-4000-8000-000000000001","account_email":"someone@example.com","account_name":"someone","plan_name":"pro","customer_id":"cus_1","subscription_id":"sub_1","billing_cycle_start":"2026-09-15T09:30:00Z","billing_cycle_end":"2026-10-15T09:30:00Z"})"},
        {"me_snake", me,
         R"({"account_id":"4b6f0e2c-0000-4000-8000-000000000001","account_email":"someone@example.com","account_name":"someone","plan_name":"free","customer_id":"cus_1","workos_user_id":"user_1","billing_cycle_start":"2026-09-15T09:30:00Z"})"},
        {"me_nested", me,
         R"({"limits":{"usage_five_hour":{"used":23,"limit":100,"remaining":77,"unit":"percent","window":"5h"},"usage_weekly":{"used":25,"limit":100,"remaining":75,"unit":"percent","window":"1w","resets_at":"2026-10-05T00:00:00Z"}},"account_id":"1","account_email":"someone@example.com","plan_name":"max"})"},
        {"me_bare_percentage", me,
         R"({"limits":{"usage_five_hour":{"used":23,"limit":100,"remaining":77,"unit":"percent","window":"5h"},"usage_weekly":{"used":40.5,"limit":100,"remaining":59.5,"unit":"percent","window":"1w"}},"account_id":"1"})"},
        {"me_text_percentage", me, R"({"limits":{"usage_five_hour":{"used":23,"limit":100,"remaining":77,"unit":"percent","window":"5h"},"usage_one_day":{"used":0.5,"limit":100,"remaining":99.5,"unit":"percent","window":"1d"}},"account_id":"1"})"},
        {"me_objects", me,
         R"({"limits":{"usage_five_hour":{"used":22,"limit":100,"remaining":78,"unit":"percent","window":"5h","resets_at":"2026-10-01T02:31:30Z"},"usage_weekly":{"used":40,"limit":100,"remaining":60,"unit":"percent","window":"1w","resets_at":"2026-09-21T14:13:20Z"}},"account_id":"1"})"},
        {"me_remaining", me,
         R"({"limits":{"usage_five_hour":{"used":23,"limit":100,"remaining":77,"unit":"percent","window":"5h"},"usage_weekly":{"used":25,"limit":100,"remaining":75,"unit":"percent","window":"1w"},"usage_monthly":{"used":75,"limit":100,"remaining":25,"unit":"percent","window":"1mo"}},"account_id":"1"})"},
        {"me_one_day_in_weekly", me,
         R"({"limits":{"usage_one_day":{"used":12,"limit":100,"remaining":88,"unit":"percent","window":"1d","resets_at":"2026-10-01T05:50:00Z"}},"account_id":"1"})"},
        {"me_flat", me,
         R"({"limits":{"usage_five_hour":{"used":25,"limit":100,"remaining":75,"unit":"percent","window":"5h","resets_at":"2026-10-01T07:00:00Z"},"usage_weekly":{"used":60,"limit":100,"remaining":40,"unit":"percent","window":"1w","resets_at":"2026-10-01T02:31:00Z"}},"account_id":"1"})"},
        {"me_other_units", me, R"({"account_id":"1"})"},
        {"tags_array", tags, R"({"cloud":{"cloud_catalog_models":2}})"},
        {"tags_map", tags, R"({"cloud":{"cloud_catalog_models":3}})"},
        {"tags_null", tags, R"({"cloud":{"cloud_catalog_models":0}})"},
    };
    for (auto const& row : rows) {
        SCOPED_TRACE(row.file);
        auto const text = read_data("cloud/" + std::string(row.file) + ".json");
        ASSERT_FALSE(text.empty());
        EXPECT_EQ(read(row.kind, text), row.read);
    }
}

TEST(CloudResponse, InvalidTextFailsWithoutQuotingIt) {
    struct Bad {
        char const* text;
        Errc code;
        char const* why;
    };

    for (auto const kind :
         {CloudResponse::me, CloudResponse::tags, CloudResponse::balance, CloudResponse::usage}) {
        for (auto const& [text, code, why] :
             {Bad{"", Errc::parse, "empty"}, Bad{" \r\n\t", Errc::parse, "empty"},
              Bad{"\n<!DOCTYPE html><html>marker</html>", Errc::parse, "HTML instead of JSON"},
              Bad{"{\"marker\":", Errc::parse, "not JSON"},
              Bad{"\"marker\"", Errc::parse, "object"}, Bad{"12", Errc::parse, "object"},
              Bad{"null", Errc::parse, "object"},
              Bad{"\x1f\x8b\x08 marker", Errc::parse, "not JSON"}}) {
            auto failure = std::optional<Failure>();
            EXPECT_EQ(read(kind, text, &failure), "{}");
            ASSERT_TRUE(failure) << text;
            EXPECT_EQ(failure->code, code) << text;
            EXPECT_NE(failure->text.find(why), std::string::npos) << failure->text;
            EXPECT_EQ(failure->text.find("marker"), std::string::npos);
        }
    }
    auto failure = std::optional<Failure>();
    EXPECT_EQ(read(CloudResponse::usage, R"({"error":"marker"})", &failure), "{}");
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code, Errc::status);
    EXPECT_EQ(failure->text.find("marker"), std::string::npos);
}

TEST(CloudResponse, WrongTypesAndHostileNumbersYieldNoKey) {
    for (
        auto const* const text :
        {R"({"id":7,"email":[],"name":{},"plan":true,"usage":[1,2],"limits":"x","included":3})",
         R"({"limits":{"session":{"usage":1e300},"weekly":{"used":-1},"monthly":{"percent":"nan"}}})",
         R"({"limits":{"session":{"usage":"inf"},"weekly":{"percent":null},"monthly":[]}})",
         R"({"totals":{"request_count":-1,"usage_usd":"x","input_tokens":1.5},"range":"7d"})",
         R"({"totals":[],"range":"7d"})", R"({"buckets":{"a":1},"range":"24h"})",
         R"({"usage":{"usage":{"usage":{"usage":{"usage":{"usage":{"session":5}}}}}}})"}) {
        for (auto const kind : {CloudResponse::me, CloudResponse::balance, CloudResponse::usage}) {
            EXPECT_EQ(read(kind, text), "{}") << text;
        }
    }
}

// A key that contains its window has the same meaning as a member of the window's object.
TEST(CloudResponse, WindowInKeyHasMeaningOfMember) {
    struct Window {
        std::vector<std::pair<char const*, char const*>> members;
        std::optional<double> used; // percent
        char const* resets_at = "";
    };

    auto const minute = "2026-10-01T02:31:00Z";
    Window const rows[] = {
        {{{"used", "30"}, {"limit", "120"}}, 25},
        {{{"used", "30"}, {"remaining", "90"}}, 25},
        {{{"remaining", "90"}, {"limit", "120"}}, 25},
        {{{"used", "30"}, {"usage_limit", "120"}}, 25},
        {{{"usage_limit", "500"}}, {}},
        {{{"limit_used", "20"}}, 20},
        {{{"used_percent", "23"}, {"limit", "120"}}, 23},
        {{{"remaining_percent", "40"}, {"limit", "120"}}, 60},
        {{{"remaining_percent", "40"}, {"used_percent", "59"}}, 59},
        {{{"used_fraction", "0.12"}}, 12},
        {{{"remaining_ratio", "0.25"}, {"used", "3"}}, 75},
        {{{"used", "12"}, {"limit", "0"}}, {}},
        {{{"used", "12"}, {"unit", "\"requests\""}}, {}},
        {{{"used", "12"}, {"unit", "\"percent\""}}, 12},
        {{{"used", "-1"}}, {}},
        {{{"used", "1"}, {"reset_in", "60"}}, 1, minute},
        {{{"used", "1"}, {"reset_after_seconds", "60"}}, 1, minute},
        {{{"used", "1"}, {"next_reset", "\"1m\""}}, 1, minute},
        {{{"used", "1"}, {"reset_in", "90"}, {"resets_at", "\"2026-10-01T02:31:00Z\""}}, 1, minute},
    };
    for (auto const& [members, used, resets_at] : rows) {
        auto in_key = std::string(R"({"id":"1")");
        auto in_object = in_key + R"(,"session":{"name":"x")";
        for (auto const& [name, value] : members) {
            in_key += ",\"session_" + std::string(name) + "\":" + value;
            in_object += ",\"" + std::string(name) + "\":" + value;
        }
        for (auto const& text : {in_key + "}", in_object + "}}"}) {
            auto cloud = Cloud{};
            EXPECT_FALSE(read_cloud_response(CloudResponse::me, text, now, cloud));
            auto const limit = cloud.limits.usage_five_hour.value_or(Limit{});
            EXPECT_EQ(limit.used, used) << text;
            EXPECT_EQ(limit.resets_at ? to_rfc3339(*limit.resets_at) : "", resets_at) << text;
        }
    }
}

TEST(CloudResponse, DistinguishesUsedFromRemainingAndPercentageFromFraction) {
    for (auto const& [text, used] :
         {std::pair(R"({"session_remaining":{"percent":40}})", std::optional(60.0)),
          std::pair(R"({"session_remaining":{"value":30,"limit":120}})", std::optional(75.0)),
          std::pair(R"({"limits":{"session_usage":0.5}})", std::optional(50.0)),
          std::pair(R"({"limits":{"session":{"usage":0.5}}})", std::optional(50.0)),
          std::pair(R"({"limits":{"session_percent":0.5}})", std::optional(0.5)),
          std::pair(R"({"limits":{"session":{"percent":0.5}}})", std::optional(0.5)),
          std::pair(R"({"session":{"current":3}})", std::optional(3.0)),
          // The number of a session, not its usage.
          std::pair(R"({"current_session":3})", std::optional<double>())}) {
        auto cloud = Cloud{};
        read_cloud_response(CloudResponse::me, text, now, cloud);
        EXPECT_EQ(cloud.limits.usage_five_hour.value_or(Limit{}).used, used) << text;
    }
}

TEST(CloudResponse, ResetFromAnotherObjectCompletesLimit) {
    for (auto const* const text :
         {R"({"session_usage":23,"session":{"resets_in":60}})",
          R"({"usage":{"session_resets_at":"2026-10-01T02:31:00Z"},"session_usage":23})",
          R"({"usage":{"session_usage":23},"session_reset_in":60})"}) {
        auto cloud = Cloud{};
        read_cloud_response(CloudResponse::me, text, now, cloud);
        ASSERT_TRUE(cloud.limits.usage_five_hour) << text;
        ASSERT_TRUE(cloud.limits.usage_five_hour->resets_at) << text;
        EXPECT_EQ(to_rfc3339(*cloud.limits.usage_five_hour->resets_at), "2026-10-01T02:31:00Z");
    }
}

// Go's decoder ignores case, so servers have used many spellings.
TEST(CloudResponse, AcceptsEverySpellingOfAKey) {
    auto const expected = read(CloudResponse::me, R"({"id":"1","session_usage":23})");
    for (auto const* const key :
         {"sessionUsage", "SessionUsage", "SESSION_USAGE", "session-usage", "usage_session",
          "usage_5h", "Usage5H", "five_hour_usage", "fiveHourUsage", "session_used_percent",
          "session_usage_pct"}) {
        auto const text = R"({"ID":"1",")" + std::string(key) + R"(":23})";
        EXPECT_EQ(read(CloudResponse::me, text), expected) << text;
    }
}

std::chrono::duration<double> time_to_read(std::string const& member, std::size_t size) {
    auto text = std::string("{");
    while (text.size() < size) {
        text += member;
    }
    text += R"("x":1})";
    auto cloud = Cloud{};
    auto const start = std::chrono::steady_clock::now();
    EXPECT_FALSE(read_cloud_response(CloudResponse::usage, text, now, cloud));
    return std::chrono::steady_clock::now() - start;
}

// Twenty times the size takes about twenty times the time; a quadratic reader takes 400 times it.
TEST(CloudResponse, TimeIsLinearInSize) {
    for (auto const* const member :
         {R"("usage":{"5h_reset":1999999999},)", R"("session":{"used":1,"reset":5},)",
          R"("limits":[{"name":"week","used":3}],)", R"("5h_reset":1999999999,)",
          R"("usage":{"usage":{"usage":{"usage":{"5h_reset":1999999999}}}},)"}) {
        auto const small = time_to_read(member, 25'000);
        auto const large = time_to_read(member, 500'000);
        EXPECT_LT(large.count(), 80 * small.count() + 0.1) << member;
    }
}

TEST(CloudResponse, ResetInSecondsIsRelativeToTheGivenTime) {
    auto cloud = Cloud{};
    auto const later = now + std::chrono::days(400);
    auto const* const text = R"({"limits":{"session":{"used":0.25,"reset_in_seconds":90}}})";
    EXPECT_FALSE(read_cloud_response(CloudResponse::usage, text, later, cloud));
    ASSERT_TRUE(cloud.limits.usage_five_hour && cloud.limits.usage_five_hour->resets_at);
    EXPECT_EQ(cloud.limits.usage_five_hour->resets_at->at, later + std::chrono::seconds(90));
}

} // namespace
