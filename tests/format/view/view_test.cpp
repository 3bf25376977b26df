#include "support/view_snapshots.hpp"
#include <ousage/format/view.hpp>
#include <ousage/json/json.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

std::vector<std::string> texts_of(std::vector<Field> const& fields) {
    auto texts = std::vector<std::string>{};
    for (auto const& field : fields) {
        texts.push_back(marked(field));
    }
    return texts;
}

ViewContext context_of(std::string server) {
    auto context = ViewContext{};
    context.server = std::move(server);
    return context;
}

TEST(HeaderView, ServerThatRespondsIsUp) {
    auto context = context_of("127.0.0.1:11434");
    context.interval = 30s;
    auto const header = header_view(busy_snapshot(), context);
    EXPECT_EQ(header.state, ServerState::up);
    EXPECT_EQ(header.account, "");
    EXPECT_EQ(header.title, "Ollama 0.33.1");
    EXPECT_EQ(header.server, "127.0.0.1:11434");
    EXPECT_EQ(header.status.text, "up, 12 ms");
    EXPECT_EQ(header.sentence.text, "");
    EXPECT_EQ(header.date, "2026-11-20");
    EXPECT_EQ(header.time, "16:04:05");
    EXPECT_EQ(header.interval, "every 30 s");
}

TEST(HeaderView, SentenceStatesWhyServerIsDown) {
    auto context = context_of("127.0.0.1:11434");
    auto header = header_view(down_snapshot(), context);
    EXPECT_EQ(header.state, ServerState::down);
    EXPECT_EQ(marked(header.sentence), "! Ollama at 127.0.0.1:11434 is down: connection refused");
    context.down_since = parse_rfc3339("2026-11-20T15:58:41+01:00");
    header = header_view(down_snapshot(), context);
    EXPECT_EQ(
        header.sentence.text,
        "Ollama at 127.0.0.1:11434 is down: connection refused (since 15:58)");
}

TEST(HeaderView, DownSinceIsTheFirstSnapshotWithoutAResponse) {
    auto snapshot = down_snapshot();
    auto const first = down_since(snapshot, std::nullopt);
    EXPECT_EQ(first, snapshot.timestamp);
    snapshot.timestamp.at += std::chrono::seconds(30);
    EXPECT_EQ(down_since(snapshot, first), first);
    snapshot.sources[0].state = State::ok;
    EXPECT_EQ(down_since(snapshot, first), std::nullopt);
}

TEST(HeaderView, SentenceWithoutReasonIsComplete) {
    auto snapshot = down_snapshot();
    snapshot.sources[0].error.reset();
    EXPECT_EQ(header_view(snapshot, {}).sentence.text, "Ollama is down: no reason is known");
    snapshot.sources[0].state = State::timeout;
    EXPECT_EQ(header_view(snapshot, {}).sentence.text, "Ollama is down: the deadline passed");
    snapshot.sources[0].error = "no response within 5 s";
    EXPECT_EQ(header_view(snapshot, {}).sentence.text, "Ollama is down: no response within 5 s");
}

TEST(HeaderView, RejectedCredentialsAreNotDown) {
    auto snapshot = down_snapshot();
    snapshot.sources[0].error = "version: the server rejected the key";
    snapshot.diagnostics["local_api_auth_failed"] = "x";
    auto const header = header_view(snapshot, context_of("gate:443"));
    EXPECT_EQ(header.state, ServerState::forbidden);
    EXPECT_EQ(
        header.sentence.text, "Ollama at gate:443 needs credentials: the server rejected the key");
}

TEST(HeaderView, AccountWithoutServerIsTheCloud) {
    auto snapshot = down_snapshot();
    snapshot.account_id = "a\nb";
    snapshot.sources[0].state = State::skipped;
    snapshot.status = ollama::Status::AUTH_REQUIRED;
    auto context = ViewContext{};
    context.show_account = true;
    auto const header = header_view(snapshot, context);
    EXPECT_EQ(header.account, "aU+000Ab");
    EXPECT_EQ(header.title, "Ollama Cloud");
    EXPECT_EQ(marked(header.status), "! login needed");
    snapshot.status = ollama::Status::LIMITED;
    EXPECT_EQ(header_view(snapshot, {}).status.text, "limited by the cloud");
    snapshot.status = ollama::Status::UNKNOWN;
    EXPECT_EQ(header_view(snapshot, {}).status.text, "no data");
}

TEST(LoadedView, ShowsMemorySplitContextAndCountdown) {
    auto const view = loaded_view(busy_snapshot(), {});
    ASSERT_EQ(view.rows.size(), 2u);
    EXPECT_EQ(view.vram.text, "12.8 of 24.0 GiB");
    EXPECT_EQ(view.nothing, "");
    EXPECT_EQ(view.rows[0].name, "llama3.2:3b");
    EXPECT_EQ(view.rows[0].gpu_share, 1.0);
    EXPECT_EQ(marked(view.rows[0].size), "3.1 GiB");
    EXPECT_EQ(marked(view.rows[0].processor), "100 % GPU");
    EXPECT_EQ(view.rows[0].context, "8k");
    EXPECT_EQ(view.rows[0].expires, "in 4 min");
    EXPECT_EQ(marked(view.rows[1].size), "14.2 GiB");
    EXPECT_EQ(marked(view.rows[1].processor), "! 68 % GPU");
    EXPECT_EQ(view.rows[1].context, "32k");
    EXPECT_EQ(view.rows[1].expires, "in 27 min");
}

TEST(LoadedView, SizesShareTheUnitOfTheLargest) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[0].size_bytes = 300'000'000;
    EXPECT_EQ(loaded_view(snapshot, {}).rows[0].size.text, "0.3 GiB");
}

TEST(LoadedView, ModelOnCpuIsAWarningOnlyBesideAGpu) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[0].cpu_percent = 100;
    snapshot.loaded_models[0].size_vram_bytes = 0;
    EXPECT_EQ(marked(loaded_view(snapshot, {}).rows[0].processor), "! 100 % CPU");
    snapshot.gpus.clear();
    EXPECT_EQ(marked(loaded_view(snapshot, {}).rows[0].processor), "! 100 % CPU");
    snapshot.loaded_models.resize(1);
    EXPECT_EQ(marked(loaded_view(snapshot, {}).rows[0].processor), "100 % CPU");
}

TEST(LoadedView, SmallPartOnCpuIsVisible) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[0].cpu_percent = 0.2;
    EXPECT_EQ(marked(loaded_view(snapshot, {}).rows[0].processor), "! 99 % GPU");
}

TEST(LoadedView, ExpiryOfBusyAndPinnedModels) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[0].expires_at = parse_rfc3339("2026-11-20T16:00:00+01:00");
    snapshot.loaded_models[1].expires_at = parse_rfc3339("2319-01-01T00:00:00Z");
    auto const view = loaded_view(snapshot, {});
    EXPECT_EQ(view.rows[0].expires, "in use");
    EXPECT_EQ(view.rows[1].expires, "never");
}

TEST(LoadedView, UnknownValuesAreEmpty) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models.assign(1, {});
    snapshot.loaded_models[0].name = "x";
    snapshot.metrics.gpu.gpu_memory_total_bytes.reset();
    auto const view = loaded_view(snapshot, {});
    EXPECT_EQ(view.vram.text, "12.8 GiB");
    EXPECT_EQ(view.rows[0].gpu_share, std::nullopt);
    EXPECT_EQ(
        view.rows[0].size.text + view.rows[0].processor.text + view.rows[0].context +
            view.rows[0].expires,
        "");
}

TEST(LoadedView, SentenceIfNothingIsLoaded) {
    auto context = ViewContext{};
    EXPECT_EQ(loaded_view(idle_snapshot(), context).nothing, "Nothing loaded");
    context.last_request = parse_rfc3339("2026-11-20T14:00:00Z")->at;
    EXPECT_EQ(
        loaded_view(idle_snapshot(), context).nothing, "Nothing loaded; last request 2 h ago");
    EXPECT_EQ(loaded_view(down_snapshot(), context).nothing, "");
}

TEST(GpuView, ShowsLoadMemoryPowerAndTemperature) {
    auto const view = gpu_view(busy_snapshot());
    ASSERT_EQ(view.rows.size(), 1u);
    auto const& row = view.rows[0];
    EXPECT_EQ(row.name, "0 RTX 4090");
    EXPECT_EQ(row.busy, 0.83);
    EXPECT_EQ(marked(row.utilization), "83 % busy");
    EXPECT_EQ(marked(row.memory), "17.9 of 24.0 GiB");
    EXPECT_EQ(marked(row.power), "312 W");
    EXPECT_EQ(marked(row.temperature), "64 °C");
    EXPECT_EQ(row.used_by, "Ollama");
}

TEST(GpuView, FullMemoryIsAWarning) {
    auto snapshot = busy_snapshot();
    snapshot.gpus[0].memory_used_bytes = 24'400'000'000; // 94.7 %
    EXPECT_EQ(gpu_view(snapshot).rows[0].memory.severity, Severity::ok);
    snapshot.gpus[0].memory_used_bytes = 24'500'000'000; // 95.1 %
    EXPECT_EQ(marked(gpu_view(snapshot).rows[0].memory), "! 22.8 of 24.0 GiB");
    snapshot.gpus[0].memory_total_bytes.reset();
    EXPECT_EQ(marked(gpu_view(snapshot).rows[0].memory), "22.8 GiB");
}

TEST(TokenView, ShowsSpeedsCacheAndTruncation) {
    auto const view = token_view(busy_snapshot());
    ASSERT_EQ(view.rows.size(), 2u);
    EXPECT_EQ(view.rows[0].label, "today");
    EXPECT_EQ(
        texts_of(view.rows[0].values),
        (std::vector<std::string>{
            "out 86.3k at 41.2 tok/s", "in 1.2M at 1.9k tok/s, 64 % cached", "! 2 truncated"}));
    EXPECT_EQ(view.rows[1].label, "cloud 24 h");
    EXPECT_EQ(
        texts_of(view.rows[1].values),
        (std::vector<std::string>{"out 24.1k", "in 182k", "31 requests", "$0.21"}));
}

TEST(TokenView, TokensOfTheAppAreEstimates) {
    auto snapshot = idle_snapshot();
    snapshot.metrics.desktop_activity.today.tokens = 12'345;
    auto const view = token_view(snapshot);
    ASSERT_EQ(view.rows.size(), 1u);
    EXPECT_EQ(view.rows[0].label, "app today");
    EXPECT_EQ(texts_of(view.rows[0].values), std::vector<std::string>{"~12.3k"});
}

TEST(TokenView, ZeroIsShownAndUnknownIsNot) {
    auto snapshot = idle_snapshot();
    EXPECT_TRUE(token_view(snapshot).rows.empty());
    snapshot.metrics.engine.today.output_tokens = 0;
    snapshot.metrics.engine.today.input_tokens = 0;
    snapshot.metrics.engine.today.cached_input_tokens = 0;
    snapshot.metrics.engine.today.cancelled_generations = 3;
    EXPECT_EQ(
        texts_of(token_view(snapshot).rows.at(0).values),
        (std::vector<std::string>{"out 0", "in 0", "3 cancelled"}));
}

TEST(RequestView, ShowsWindowsThatAreKnown) {
    auto const view = request_view(busy_snapshot());
    ASSERT_EQ(view.rows.size(), 3u);
    EXPECT_EQ(view.from, "");
    auto const& today = view.rows[0];
    EXPECT_EQ(today.window, "today");
    EXPECT_EQ(
        texts_of(
            {today.all, today.chat, today.generate, today.embed, today.http_4xx, today.http_5xx,
             today.p50, today.p95, today.p99}),
        (std::vector<std::string>{"184", "150", "30", "4", "1", "0", "1.2 s", "8.4 s", "31 s"}));
    EXPECT_EQ(view.rows[1].window, "5 h");
    EXPECT_EQ(view.rows[1].p50.text, "0.41 s");
    EXPECT_EQ(view.rows[2].window, "7 d");
    EXPECT_EQ(view.rows[2].all.text, "12.3k");
    EXPECT_EQ(view.rows[2].p50.text, "");
}

TEST(RequestView, MoreThanFivePercentErrorsAreAWarning) {
    auto const rows = request_view(busy_snapshot()).rows;
    EXPECT_EQ(marked(rows[0].http_4xx), "1");   // 1 of 184
    EXPECT_EQ(marked(rows[1].http_4xx), "! 3"); // 4 of 61
    EXPECT_EQ(marked(rows[1].http_5xx), "! 1");
    auto snapshot = busy_snapshot();
    auto& window = snapshot.metrics.requests.today;
    window.requests = 100;
    window.http_4xx = 5;
    EXPECT_EQ(marked(request_view(snapshot).rows[0].http_4xx), "5");
    window.http_4xx = 6;
    EXPECT_EQ(marked(request_view(snapshot).rows[0].http_4xx), "! 6");
    EXPECT_EQ(marked(request_view(snapshot).rows[0].http_5xx), "0");
    window.requests = 0;
    window.http_4xx = 0;
    EXPECT_EQ(marked(request_view(snapshot).rows[0].http_4xx), "0");
}

TEST(RequestView, ShowsRunningRequestsByModel) {
    auto snapshot = busy_snapshot();
    EXPECT_EQ(
        texts_of(request_view(snapshot).running),
        std::vector<std::string>{"qwen3:32b: 2 running, out 512 at 38.0 tok/s"});
    snapshot.runners[0] = {};
    snapshot.runners[0].active_requests = 1;
    EXPECT_EQ(
        texts_of(request_view(snapshot).running),
        std::vector<std::string>{"unknown model: 1 running"});
}

TEST(RequestView, NamesTheAppIfThereIsNoLog) {
    auto snapshot = busy_snapshot();
    snapshot.attributes.requests_from = "desktop_db";
    EXPECT_EQ(request_view(snapshot).from, "from the app");
}

TEST(QuotaView, ShowsShareAndReset) {
    auto const view = quota_view(busy_snapshot(), {});
    EXPECT_EQ(view.plan, "pro");
    ASSERT_EQ(view.rows.size(), 5u);
    EXPECT_EQ(view.rows[0].label, "5 h");
    EXPECT_EQ(marked(view.rows[0].used), "31 %");
    EXPECT_EQ(view.rows[0].share, 0.31);
    EXPECT_EQ(view.rows[0].resets, "resets in 2 h 10 min");
    EXPECT_EQ(view.rows[1].label, "week");
    EXPECT_EQ(marked(view.rows[1].used), "! 91 %");
    EXPECT_EQ(view.rows[1].resets, "resets in 3 d");
    EXPECT_EQ(view.rows[2].label, "month");
    EXPECT_EQ(view.rows[2].used.severity, Severity::notice);
    EXPECT_EQ(view.rows[2].resets, "");
    EXPECT_EQ(view.rows[3].label, "included");
    EXPECT_EQ(marked(view.rows[3].used), "16 %");
    EXPECT_EQ(view.rows[3].amount, "$3.20 of $20.00");
    EXPECT_EQ(view.rows[4].label, "purchased");
    EXPECT_EQ(marked(view.rows[4].used), "");
    EXPECT_EQ(view.rows[4].amount, "$25.00 left");
    EXPECT_EQ(view.rows[4].share, std::nullopt);
}

TEST(QuotaView, SeverityFollowsTheShare) {
    auto snapshot = busy_snapshot();
    auto const severity = [&snapshot](double used) {
        snapshot.limits.usage_five_hour->used = used;
        return quota_view(snapshot, {}).rows[0].used.severity;
    };
    EXPECT_EQ(severity(75), Severity::ok);
    EXPECT_EQ(severity(75.1), Severity::notice);
    EXPECT_EQ(severity(90), Severity::notice);
    EXPECT_EQ(severity(90.1), Severity::warning);
    EXPECT_EQ(severity(140), Severity::warning);
    EXPECT_EQ(quota_view(snapshot, {}).rows[0].share, 1.0);
}

TEST(QuotaView, DerivesUsedFromRemaining) {
    auto snapshot = idle_snapshot();
    auto limit = ollama::Limit{};
    limit.remaining = 40;
    limit.unit = "percent";
    snapshot.limits.usage_one_day = limit;
    snapshot.limits.usage_weekly = ollama::Limit{};
    auto const view = quota_view(snapshot, {});
    ASSERT_EQ(view.rows.size(), 1u);
    EXPECT_EQ(view.rows[0].label, "24 h");
    EXPECT_EQ(view.rows[0].used.text, "60 %");
}

TEST(QuotaView, StaleValuesHaveTheirAge) {
    auto snapshot = busy_snapshot();
    snapshot.attributes.cloud_age_seconds = 7300;
    auto view = quota_view(snapshot, {});
    EXPECT_EQ(marked(view.rows[0].used), "31 % ?2 h");
    EXPECT_EQ(view.rows[3].amount, "$3.20 of $20.00");
    EXPECT_EQ(view.rows[4].amount, "$25.00 left ?2 h");
    EXPECT_EQ(
        texts_of(make_view(snapshot).tokens.rows.at(1).values),
        (std::vector<std::string>{
            "out 24.1k ?2 h", "in 182k ?2 h", "31 requests ?2 h", "$0.21 ?2 h"}));
    snapshot.attributes.cloud_age_seconds = 119;
    EXPECT_EQ(marked(quota_view(snapshot, {}).rows[0].used), "31 %");
}

TEST(SourceView, ShowsDurationsStatesAndReasons) {
    auto const view = source_view(busy_snapshot(), {});
    auto names = std::vector<std::string>{};
    auto results = std::vector<Field>{};
    for (auto const& row : view.rows) {
        names.push_back(row.name);
        results.push_back(row.result);
    }
    EXPECT_EQ(
        names,
        (std::vector<std::string>{"api", "log", "desktop", "config", "cloud", "gpu", "runners"}));
    EXPECT_EQ(
        texts_of(results),
        (std::vector<std::string>{
            "12 ms", "3.1 ms", "absent", "0.40 ms", "210 ms, partial", "1.2 ms", "2.3 ms"}));
    EXPECT_EQ(view.rows[2].reason, "no db.sqlite");
    EXPECT_EQ(view.rows[2].result.severity, Severity::ok);
    EXPECT_EQ(view.rows[4].reason, "balance: HTTP status 500");
    EXPECT_EQ(view.rows[4].result.severity, Severity::notice);
    EXPECT_EQ(source_view(down_snapshot(), {}).rows[0].result.text, "error");
}

TEST(SourceView, StaleValuesAndStalledLogAreNotices) {
    auto context = ViewContext{};
    context.log_stalled = true;
    context.ages["cloud"] = 2h;
    auto const view = source_view(busy_snapshot(), context);
    EXPECT_EQ(view.rows[1].result.severity, Severity::notice);
    EXPECT_EQ(view.rows[1].reason, "the log does not grow although a model answers requests");
    EXPECT_EQ(marked(view.rows[4].result), "210 ms, partial ?2 h");
    EXPECT_EQ(view.rows[0].result.severity, Severity::ok);
}

TEST(SourceView, ReasonIsDisplayText) {
    auto snapshot = down_snapshot();
    snapshot.sources[0].error = "a\x1b[31m\xe2\x80\xae";
    EXPECT_EQ(source_view(snapshot, {}).rows[0].reason, "aU+001B[31mU+202E");
    EXPECT_EQ(short_source_name("room\n"), "roomU+000A");
}

TEST(HistoryView, ShowsLastDaysOfTotals) {
    auto const view = history_view(busy_snapshot());
    ASSERT_EQ(view.rows.size(), 2u);
    EXPECT_EQ(view.rows[0].label, "requests");
    EXPECT_EQ(view.rows[0].values, (std::vector<std::uint64_t>{38, 9, 184}));
    EXPECT_EQ(view.rows[0].first, "11-18");
    EXPECT_EQ(view.rows[0].last, "11-20");
    EXPECT_EQ(
        texts_of({view.rows[0].maximum, view.rows[0].yesterday, view.rows[0].week}),
        (std::vector<std::string>{"184", "9", "231"}));
    EXPECT_EQ(view.rows[1].label, "app tokens");
    EXPECT_EQ(
        texts_of({view.rows[1].maximum, view.rows[1].yesterday, view.rows[1].week}),
        (std::vector<std::string>{"~12.3k", "", "~12.3k"}));
}

TEST(HistoryView, ShowsFourWeeksAtMost) {
    auto snapshot = idle_snapshot();
    for (std::uint64_t day = 1; day <= 30; ++day) {
        snapshot.daily_series["messages"].push_back(
            {"2026-11-" + std::string(day < 10 ? "0" : "") + std::to_string(day), day});
    }
    auto const view = history_view(snapshot);
    EXPECT_EQ(view.rows[0].values.size(), 28u);
    EXPECT_EQ(view.rows[0].first, "11-03");
    EXPECT_EQ(view.rows[0].week.text, "189"); // 24 to 30
}

TEST(ModelView, ShowsModelsWithoutDigests) {
    auto const view = model_view(busy_snapshot());
    ASSERT_EQ(view.rows.size(), 3u);
    auto const& row = view.rows[0];
    EXPECT_EQ(row.name, "llama3.2:3b");
    EXPECT_EQ(row.size.text, "1.9 GiB");
    EXPECT_EQ(row.parameters, "3.2B");
    EXPECT_EQ(row.quantization, "Q4_K_M");
    EXPECT_EQ(row.context, "128k");
    EXPECT_EQ(row.capabilities, "tools");
    EXPECT_EQ(row.modified, "18 d ago");
    EXPECT_EQ(view.rows[2].size.text, "cloud");
    EXPECT_EQ(view.storage, "21.0 GiB");
    EXPECT_EQ(view.more, "");
}

TEST(ModelView, CountsModelsThatAreNotShown) {
    auto snapshot = idle_snapshot();
    snapshot.models.resize(32);
    auto const view = model_view(snapshot);
    EXPECT_EQ(view.rows.size(), 20u);
    EXPECT_EQ(view.more, "12 more");
}

// A web page renders the view in this form.
TEST(View, IsWrittenAsJson) {
    auto const json = to_json(make_view(busy_snapshot()), JsonStyle::compact);
    for (auto const* const part :
         {R"("state":"up","title":"Ollama 0.33.1")",
          R"("processor":{"text":"68 % GPU","severity":"warning")",
          R"("requests":{"running":[{"text":"qwen3:32b: 2 running)", R"("plan":"pro")"}) {
        EXPECT_NE(json.find(part), json.npos) << part << "\n" << json;
    }
}

TEST(View, SeverityIsTheHighestOfItsValues) {
    EXPECT_EQ(severity_of(make_view(busy_snapshot())), Severity::warning);
    EXPECT_EQ(severity_of(make_view(down_snapshot())), Severity::warning);
    EXPECT_EQ(severity_of(make_view(idle_snapshot())), Severity::ok);
    auto snapshot = idle_snapshot();
    snapshot.sources[0].state = State::partial;
    EXPECT_EQ(severity_of(make_view(snapshot)), Severity::notice);
    snapshot.metrics.engine.today.truncated_inputs = 1;
    EXPECT_EQ(severity_of(make_view(snapshot)), Severity::warning);
}

} // namespace
