#include "support/instances.hpp"
#include <ousage/json/json.hpp>
#include <ousage/ollama/cloud/settings_page.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::ollama;

std::chrono::sys_seconds const now = parse_rfc3339("2026-10-01T02:30:00Z")->at;

std::string read(std::string_view page, std::optional<Failure>* failure = nullptr) {
    auto cloud = Cloud{};
    auto const wrong = read_settings_page(page, now, cloud);
    if (failure != nullptr) {
        *failure = wrong;
    } else {
        EXPECT_FALSE(wrong) << wrong->text;
    }
    return to_json(cloud, JsonStyle::compact);
}

std::string const both =
    R"({"limits":{"usage_five_hour":{"used":12.5,"limit":100,"remaining":87.5,"unit":"percent","window":"5h","resets_at":"2026-10-01T07:00:00Z"},"usage_weekly":{"used":40,"limit":100,"remaining":60,"unit":"percent","window":"1w","resets_at":"2026-10-05T00:00:00Z"}})";

// The markup may change; the words are expected to remain.
TEST(SettingsPage, ReadsSameUsageFromEveryMarkup) {
    EXPECT_EQ(
        read(R"(<!DOCTYPE html><html><head><style>.a{width:99%}</style>
<script>var x = "Session usage 77% used";</script></head><body>
<h2><span>Cloud Usage</span> <span class="badge">pro</span></h2>
<div><span>Session usage</span><span>12.5% used</span></div>
<div class="bar"><div style="width: 12.5%"></div></div>
<div class="local-time" data-time="2026-10-01T07:00:00Z">Resets in 4 hours</div>
<!-- <span>Weekly usage</span><span>99% used</span> -->
<div><span>Weekly usage</span><span>40% used</span></div>
<div data-time='2026-10-05T00:00:00Z'>Resets in 3 days</div></body></html>)"),
        both + R"(,"plan_name":"pro"})");
    EXPECT_EQ(
        read("<SECTION><H3>SESSION&nbsp;USAGE</H3><P>12.5 &#37;<B>used</B></P>"
             "<TIME DATETIME=2026-10-01T07:00:00Z>soon</TIME></SECTION>"
             "<table><tr><td>Weekly\n   Usage:<td>60% remaining<td>"
             "<time datetime=\"2026-10-05T00:00:00Z\"></table>"),
        both + "}");
    EXPECT_EQ(
        read("<p>Session usage: 12.5% used</p><i data-time=2026-10-01T07:00:00Z></i>"
             "<p>Weekly usage: 40% used<i data-time=2026-10-05T00:00:00Z>"),
        both + "}");
    EXPECT_EQ(
        read("<li>5-hour usage</li><div style='height:4px;width:12.5%'></div>"
             "Resets in 4 hours 30 minutes<li>Weekly usage</li><b>60%</b> left "
             "<div data-time=\"2026-10-05T00:00:00Z\">"),
        both + "}");
}

TEST(SettingsPage, MissingWindowYieldsNoKey) {
    EXPECT_EQ(
        read("<b>Monthly usage</b> 3% used"),
        R"({"limits":{"usage_monthly":{"used":3,"limit":100,"remaining":97,"unit":"percent","window":"1mo"}}})");
    EXPECT_EQ(
        read("<b>Daily usage</b> 3% used"),
        R"({"limits":{"usage_one_day":{"used":3,"limit":100,"remaining":97,"unit":"percent","window":"1d"}}})");
}

TEST(SettingsPage, LabelOfRemainingUsageIsNotUsedUsage) {
    for (auto const* const page :
         {"<b>Weekly usage remaining</b> 60%", "<p>Weekly usage remaining: 60%</p>",
          "<b>Weekly usage</b> 60% remaining", "<b>Weekly usage</b> 40%"}) {
        EXPECT_EQ(
            read(page),
            R"({"limits":{"usage_weekly":{"used":40,"limit":100,"remaining":60,"unit":"percent","window":"1w"}}})")
            << page;
    }
}

std::optional<double> used(std::optional<Limit> const& limit) {
    return limit ? limit->used : std::nullopt;
}

// A figure of a page that is cut off anywhere is missing or right.
TEST(SettingsPage, PageCutAnywhereYieldsNoWrongFigure) {
    auto const page = std::string(
        "<html><p>Session usage</p><div style=\"width: 37.25%\"></div><p>37.25% used</p>"
        "<p>Resets in 3 hours 20 minutes</p><p>Weekly usage</p><p>12.5% remaining</p>"
        "<i data-time=\"2026-10-05T00:00:00+01:00\"></i><p>Monthly usage: 61%</p><p>left</p>"
        "<p>Daily usage</p><div style='width:44%'></div></html>");
    std::size_t figures = 0;
    for (std::size_t size = 0; size <= page.size(); ++size) {
        auto cloud = Cloud{};
        read_settings_page(std::string_view(page).substr(0, size), now, cloud);
        auto const& limits = cloud.limits;
        auto const expect = [&](std::optional<Limit> const& limit, double value) {
            figures += limit ? 1U : 0U;
            EXPECT_EQ(used(limit).value_or(value), value) << page.substr(0, size);
        };
        expect(limits.usage_five_hour, 37.25);
        expect(limits.usage_weekly, 87.5);
        expect(limits.usage_monthly, 39);
        expect(limits.usage_one_day, 44);
        if (limits.usage_five_hour && limits.usage_five_hour->resets_at) {
            auto const at = now + std::chrono::minutes(200);
            EXPECT_EQ(limits.usage_five_hour->resets_at->at, at) << page.substr(0, size);
        }
    }
    EXPECT_GT(figures, 400u);
    auto whole = Cloud{};
    EXPECT_FALSE(read_settings_page(page, now, whole));
    EXPECT_TRUE(whole.limits.usage_one_day);
    EXPECT_TRUE(whole.limits.usage_weekly->resets_at);
}

TEST(SettingsPage, FragmentCutWithinValueYieldsNoFigure) {
    auto failure = std::optional<Failure>();
    for (auto const* const page :
         {"<b>Weekly usage</b> 4", "<b>Weekly usage</b> 12% rem",
          "<b>Weekly usage</b><i style='width:4", "<b>Weekly usage</b><i style='width:45%",
          "<b>Weekly usage</b> 12.5"}) {
        EXPECT_EQ(read(page, &failure), "{}") << page;
    }
    EXPECT_EQ(
        read("<b>Weekly usage</b> 12% used Resets in 3 hours 2").find("resets_at"),
        std::string::npos);
}

TEST(SettingsPage, PageWithoutUsageReportsWhetherSignInIsNeeded) {
    auto failure = std::optional<Failure>();
    EXPECT_EQ(read("<form><button>Sign in</button></form>", &failure), "{}");
    EXPECT_EQ(failure->code, Errc::unauthorized);
    for (auto const* const page :
         {"", "<", "<a", "<a b=", "<a b='", "<script>", "<!--", "plain text", "100%", "% % %",
          "<p>Session usage</p><p>unlimited</p>", "{\"limits\":{}}", "Session usage .% used",
          "<p>Your session usage of this long sentence is 5% more than before</p>"}) {
        EXPECT_EQ(read(page, &failure), "{}") << page;
        ASSERT_TRUE(failure) << page;
        EXPECT_EQ(failure->code, Errc::parse) << page;
    }
}

} // namespace
