#include "support/view_snapshots.hpp"
#include <ousage/format/status_line.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::test;

StatusView status_of(ollama::Snapshot const& snapshot) {
    return status_view(snapshot, make_view(snapshot));
}

std::string line_of(ollama::Snapshot const& snapshot, StatusFormat format) {
    auto const view = make_view(snapshot);
    return status_line(status_view(snapshot, view), view, format);
}

// The busy snapshot without a value that needs attention.
ollama::Snapshot calm_snapshot() {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[1].cpu_percent = 0;
    snapshot.metrics.engine.today.truncated_inputs = 0;
    snapshot.metrics.requests.five_hours.http_4xx = 0;
    snapshot.limits.usage_weekly.reset();
    snapshot.limits.usage_monthly.reset();
    snapshot.sources[4].state = State::ok;
    return snapshot;
}

TEST(StatusView, ContainsEveryValue) {
    auto snapshot = busy_snapshot();
    snapshot.metrics.gpu.gpu_utilization_percent = 83;
    snapshot.metrics.runner.active_requests = 2;
    auto const status = status_of(snapshot);
    EXPECT_EQ(status.state, ServerState::up);
    EXPECT_EQ(status.severity, Severity::warning);
    EXPECT_EQ(status.loaded, "llama3.2:3b +1");
    EXPECT_EQ(status.vram, "12.8 GiB");
    EXPECT_NEAR(status.vram_share.value_or(0), 0.533, 0.001);
    EXPECT_EQ(status.gpu, "83 %");
    EXPECT_EQ(status.running, "2");
    EXPECT_EQ(status.tok_s, "41");
    EXPECT_EQ(status.tokens_today, "86.3k");
    EXPECT_EQ(status.req_today, "184");
    EXPECT_EQ(status.req_5h, "61");
    EXPECT_EQ(status.errors_today, "1");
    EXPECT_EQ(status.quota_5h, "31 %");
    EXPECT_EQ(status.quota_week, "91 %");
    EXPECT_EQ(status.version, "0.33.1");
    EXPECT_EQ(status.age, "");
}

TEST(StatusView, UnknownValuesAreEmpty) {
    auto const status = status_of(idle_snapshot());
    for (auto const& field : status_fields) {
        auto const is_known = field.name == "loaded";
        EXPECT_EQ((status.*field.value).empty(), !is_known) << field.name;
    }
    EXPECT_EQ(status.loaded, "idle");
    EXPECT_FALSE(status.vram_share);
}

TEST(StatusView, SlowSpeedHasADecimal) {
    auto snapshot = busy_snapshot();
    snapshot.metrics.engine.today.output_tokens_per_second = 8.14;
    EXPECT_EQ(status_of(snapshot).tok_s, "8.1");
    snapshot.metrics.engine.today.output_tokens_per_second = 1904;
    EXPECT_EQ(status_of(snapshot).tok_s, "1.9k");
}

TEST(StatusLine, PlainIsOneLine) {
    EXPECT_EQ(
        line_of(calm_snapshot(), StatusFormat::plain),
        "llama3.2:3b +1  12.8 GiB  41 tok/s  184 today\n");
    EXPECT_EQ(
        line_of(busy_snapshot(), StatusFormat::plain),
        "! llama3.2:3b +1  12.8 GiB  41 tok/s  184 today\n");
    EXPECT_EQ(line_of(down_snapshot(), StatusFormat::plain), "Ollama down\n");
    auto idle = idle_snapshot();
    idle.metrics.requests.today.requests = 184;
    idle.metrics.engine.today.output_tokens_per_second = 41;
    EXPECT_EQ(line_of(idle, StatusFormat::plain), "idle  184 today\n");
}

TEST(StatusLine, PlainShowsQuotaOfAccountWithoutServer) {
    auto snapshot = busy_snapshot();
    snapshot.sources[0].state = State::skipped;
    snapshot.loaded_models.clear();
    EXPECT_EQ(line_of(snapshot, StatusFormat::plain), "Ollama Cloud  5 h 31 %  week 91 %\n");
}

TEST(StatusLine, PlainShowsAgeOfStaleValues) {
    auto status = status_of(calm_snapshot());
    status.age = "2 h";
    EXPECT_EQ(
        status_line(status, {}, StatusFormat::plain),
        "llama3.2:3b +1  12.8 GiB  41 tok/s  184 today ?2 h\n");
}

TEST(StatusLine, WaybarIsOneObjectOnOneLine) {
    auto const line = line_of(busy_snapshot(), StatusFormat::waybar);
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    EXPECT_TRUE(line.starts_with(
        R"({"text":"! llama3.2:3b +1  12.8 GiB  41 tok/s  184 today","tooltip":" Ollama 0.33.1)"))
        << line;
    EXPECT_TRUE(line.ends_with("\",\"class\":\"warning\",\"percentage\":53}\n")) << line;
    auto const down = line_of(down_snapshot(), StatusFormat::waybar);
    EXPECT_TRUE(down.ends_with("\",\"class\":\"down\"}\n")) << down;
    EXPECT_NE(
        line_of(calm_snapshot(), StatusFormat::waybar).find("\"class\":\"ok\""), std::string::npos);
}

TEST(StatusLine, WaybarEscapesMarkup) {
    auto snapshot = calm_snapshot();
    snapshot.loaded_models[0].name = "<b>&\"\n";
    auto const line = line_of(snapshot, StatusFormat::waybar);
    EXPECT_TRUE(line.starts_with(R"({"text":"&lt;b&gt;&amp;\"U+000A +1 )")) << line;
    EXPECT_EQ(line.find('<'), line.npos);
}

TEST(StatusLine, I3blocksHasALongAndAShortLineAndAColour) {
    EXPECT_EQ(
        line_of(calm_snapshot(), StatusFormat::i3blocks),
        "llama3.2:3b +1  12.8 GiB  41 tok/s  184 today\nllama3.2:3b +1\n");
    EXPECT_EQ(
        line_of(down_snapshot(), StatusFormat::i3blocks), "Ollama down\nOllama down\n#FF0000\n");
    auto snapshot = calm_snapshot();
    snapshot.sources[4].state = State::partial;
    EXPECT_TRUE(line_of(snapshot, StatusFormat::i3blocks).ends_with("\n#FFFF00\n"));
}

TEST(StatusLine, TmuxHasAColourByItsSeverity) {
    EXPECT_EQ(
        line_of(calm_snapshot(), StatusFormat::tmux),
        "llama3.2:3b +1  12.8 GiB  41 tok/s  184 today\n");
    EXPECT_EQ(line_of(down_snapshot(), StatusFormat::tmux), "#[fg=red]Ollama down#[default]\n");
    auto snapshot = calm_snapshot();
    snapshot.loaded_models[0].name = "#[fg=red]x";
    EXPECT_TRUE(line_of(snapshot, StatusFormat::tmux).starts_with("##[fg=red]x +1"));
}

TEST(StatusLine, UrgentIsWarningOrDown) {
    EXPECT_FALSE(is_urgent(status_of(calm_snapshot())));
    EXPECT_TRUE(is_urgent(status_of(busy_snapshot())));
    EXPECT_TRUE(is_urgent(status_of(down_snapshot())));
}

TEST(StatusTemplate, ReplacesFields) {
    auto const status = status_of(busy_snapshot());
    EXPECT_EQ(
        fill_template("{loaded} {vram} {req_today} {tok_s}", status),
        "llama3.2:3b +1 12.8 GiB 184 41");
    EXPECT_EQ(fill_template("{{x}} {running}|", status), "{x} |");
    EXPECT_EQ(fill_template("", status), "");
}

TEST(StatusTemplate, FindsUnknownFieldsAndSingleBraces) {
    EXPECT_EQ(unknown_field("{loaded} {{x}} {age}"), std::nullopt);
    EXPECT_EQ(unknown_field("{loaded} {lodaed}"), "lodaed");
    EXPECT_EQ(unknown_field("{}"), "");
    EXPECT_EQ(unknown_field("{loaded"), "{");
    EXPECT_EQ(unknown_field("loaded}"), "}");
    EXPECT_EQ(unknown_field(""), std::nullopt);
}

} // namespace
