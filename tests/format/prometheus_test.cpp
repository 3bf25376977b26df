#include "support/exposition_reader.hpp"
#include "support/match_all.hpp"
#include "support/metrics_page.hpp"
#include "support/process.hpp"
#include <ousage/format/prometheus.hpp>
#include <ousage/format/prometheus/exporter_facts.hpp>
#include <ousage/format/prometheus/families/models.hpp>
#include <ousage/json/reader.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

ollama::Snapshot full_snapshot() {
    auto snapshot = ollama::Snapshot{};
    auto const failure = read_json(
        R"({"account_id":"desk","timestamp":"2026-11-20T16:00:00Z","status":"OK",
        "sources":[{"name":"local_api","state":"partial","elapsed_ms":12.5,"error":"x"},
          {"name":"server_log","state":"ok","elapsed_ms":3},
          {"name":"desktop_db","state":"absent","elapsed_ms":0},
          {"name":"server_config","state":"ok","elapsed_ms":0.5},
          {"name":"cloud","state":"timeout","elapsed_ms":5000}],
        "metrics":{"models_total":3,"loaded_models":1,"log_lines":10,"log_lines_unparsed":2,
          "log_bytes":1000,"total_conversations":4,"total_messages":12,"total_user_messages":5,
          "total_assistant_messages":6,"total_tool_calls":2,"total_attachments":1,
          "total_thinking_seconds":1.5},
        "limits":{"usage_five_hour":{"used":23,"limit":100,"unit":"percent"},
          "usage_weekly":{"used":5,"limit":0},"usage_monthly":{"used":50}},
        "attributes":{"cli_version":"0.24.0","cloud_age_seconds":"30"},
        "models":[{"name":"zz:1","size_bytes":5,"capabilities":["tools","completion"]},
          {"name":"aa:1","family":"llama","format":"gguf","parameter_size":"8.0B","quantization_level":"Q4_K_M",
           "size_bytes":4000000000,"modified_at":"2026-11-20T16:00:00.5Z","context_length":8192},
          {"name":"aa:1","family":"other","size_bytes":1}],
        "loaded_models":[{"name":"aa:1","size_bytes":100,"size_vram_bytes":60,
          "context_length":4096,"expires_at":"2319-01-01T00:00:00Z"}],
        "gpus":[{"index":0,"name":"Fake 4000","vendor":"nvidia","utilization_percent":42,
          "memory_used_bytes":9000000000,"memory_total_bytes":24000000000,"power_watts":123.4,
          "temperature_celsius":61,"used_by_ollama":true},
          {"index":0,"name":"Fake MIG 1g.5gb","vendor":"nvidia","memory_used_bytes":7}],
        "runners":[{"model":"aa:1","port":40000,"active_requests":1},
          {"model":"aa:1","active_requests":2},{"active_requests":0},{"model":"old"}],
        "model_usage":[{"model":"aa:1","window":"all","requests":2,"input_tokens":30,
          "output_tokens":40,"total_tokens":70},
          {"model":"aa:1","window":"7d","requests":1}]})",
        snapshot);
    EXPECT_FALSE(failure) << failure->text;
    return snapshot;
}

ollama::Activity busy_activity(ollama::Snapshot const& snapshot) {
    auto const now = std::chrono::sys_seconds(1000s);
    auto activity = ollama::Activity(900.25);
    auto tally = ollama::LogTally();
    tally.polled({{}, 0, 0, true});
    auto line = ollama::GinLine{};
    line.method = "POST";
    line.status = 200;
    line.latency_ns = 1'500'000'000;
    tally.add(now - 15s, ollama::Route::chat, line);
    line.status = 777;
    line.method = "BREW";
    tally.add(now - 20s, ollama::Route::other, line);
    auto record = ollama::EngineRecord{};
    record.input_tokens = 20;
    record.cached_input_tokens = 5;
    record.output_tokens = 7;
    record.input_eval_ns = 1'500'000'000;
    record.output_eval_ns = 500'000'000;
    tally.add(record, "aa:1");
    record.kind = ollama::EngineRecordKind::cancelled;
    tally.add(record, "");
    record.kind = ollama::EngineRecordKind::truncated_input;
    tally.add(record, "aa:1");
    record.kind = ollama::EngineRecordKind::load;
    record.load_ns = 2'000'000'000;
    tally.add(record, "");
    tally.polled({{10, 2, 1000, 2, 7}, 1000, 1, true});
    auto outcome = Outcome<ollama::Snapshot>{};
    outcome.value = snapshot;
    outcome.fail("local_api.tags", Errc::parse, "x");
    outcome.fail("local_api.strange.part", Errc::timeout, "x");
    activity.observe(outcome, tally.totals(), now);
    activity.record_response("/api/ps", 3ms);
    return activity;
}

struct Whole {
    ollama::Snapshot snapshot = full_snapshot();
    ollama::Activity activity = busy_activity(snapshot);
    io::ProcessFacts process = io::process_facts();
    ExporterFacts exporter{900, {{{"probe", 403}, 5}}, {{"evicted", 2}}, false, 950.5};

    std::string text(ExpositionFormat format) const {
        auto observation = Observation{};
        observation.snapshot = &snapshot;
        observation.activity = &activity;
        observation.process = &process;
        observation.exporter = &exporter;
        observation.age_seconds = 2.5;
        observation.now = 1000;
        return to_exposition({&observation, 1}, format);
    }
};

TEST(Prometheus, WritesEveryFamilyInBothFormats) {
    auto const whole = Whole();
    auto const text = ExpositionReader(whole.text(ExpositionFormat::text), false);
    auto const open = ExpositionReader(whole.text(ExpositionFormat::open_metrics), true);
    for_each_family([&](FamilyWriter const& one) {
        EXPECT_TRUE(text.types().contains(std::string(one.family.name))) << one.family.name;
        auto const name = std::string(open_metrics_name(one.family));
        EXPECT_TRUE(open.types().contains(name)) << name;
        EXPECT_EQ(open.units().contains(name), !one.family.unit.empty()) << name;
    });
    for (auto const& sample : text.samples()) {
        EXPECT_EQ(open.number(sample.name, sample.labels), sample.number) << sample.name;
    }
}

TEST(Prometheus, WritesValuesOfSnapshot) {
    auto const read = ExpositionReader(Whole().text(ExpositionFormat::text), false);
    auto const expect = [&](char const* name, std::map<std::string, std::string> labels,
                            std::string const& number) {
        EXPECT_EQ(read.number(name, labels), number) << name;
    };
    expect("ollama_up", {}, "1");
    expect("ollama_version_info", {{"version", "0.24.0"}}, "1");
    expect("ollama_api_errors_total", {{"endpoint", "/api/tags"}, {"error_kind", "parse"}}, "1");
    expect("ollama_api_errors_total", {{"endpoint", "other"}, {"error_kind", "timeout"}}, "1");
    expect("ollama_api_response_time_seconds_count", {{"endpoint", "/api/ps"}}, "1");
    expect("ollama_inference_active", {}, "1");
    expect("ollama_gpu_likely_active", {}, "0.5");
    auto const card = std::map<std::string, std::string>{{"gpu", "0"}, {"name", "Fake 4000"}};
    expect("ollama_gpu_utilization_ratio", card, "0.42");
    expect("ollama_gpu_memory_used_bytes", card, "9000000000");
    expect("ollama_gpu_memory_total_bytes", card, "24000000000");
    expect("ollama_gpu_power_watts", card, "123.4");
    expect("ollama_gpu_temperature_celsius", card, "61");
    expect("ollama_gpu_memory_used_bytes", {{"gpu", "0"}, {"name", "Fake MIG 1g.5gb"}}, "7");
    expect("ollama_active_requests", {{"model", "aa:1"}}, "3");
    expect("ollama_active_requests", {{"model", "unknown"}}, "0");
    expect("ollama_inference_requests_total", {}, "1");
    expect("ollama_last_inference_timestamp", {}, "985");
    expect("ollama_model_count", {}, "3");
    expect("ollama_model_size_bytes", {{"model", "aa:1"}}, "4000000000");
    expect(
        "ollama_model_info",
        {{"model", "aa:1"},
         {"family", "llama"},
         {"parameter_size", "8.0B"},
         {"quantization", "Q4_K_M"},
         {"format", "gguf"}},
        "1");
    expect("ollama_model_modified_timestamp_seconds", {{"model", "aa:1"}}, "1795190400.5");
    expect("ollama_model_context_length_max", {{"model", "aa:1"}}, "8192");
    expect("ollama_model_capability", {{"model", "zz:1"}, {"capability", "tools"}}, "1");
    expect("ollama_loaded_models", {}, "1");
    expect("ollama_loaded_model_size_bytes", {{"model", "aa:1"}}, "100");
    expect("ollama_loaded_model_vram_bytes", {{"model", "aa:1"}}, "60");
    expect("ollama_loaded_model_context_length", {{"model", "aa:1"}}, "4096");
    expect("ollama_loaded_model_expires_timestamp_seconds", {{"model", "aa:1"}}, "11013321600");
    expect("ollama_model_loads_total", {{"model", "aa:1"}}, "0");
    expect("ollama_requests_total", {{"route", "chat"}, {"method", "POST"}, {"code", "200"}}, "1");
    expect(
        "ollama_requests_total", {{"route", "other"}, {"method", "other"}, {"code", "other"}}, "1");
    expect("ollama_request_duration_seconds_sum", {{"route", "chat"}}, "1.5");
    expect("ollama_request_duration_seconds_bucket", {{"route", "chat"}, {"le", "1.0"}}, "0");
    expect("ollama_request_duration_seconds_bucket", {{"route", "chat"}, {"le", "2.5"}}, "1");
    expect("ollama_log_lines_total", {{"outcome", "read"}}, "8");
    expect("ollama_log_lines_total", {{"outcome", "unparsed"}}, "2");
    expect("ollama_log_bytes_total", {}, "1000");
    expect("ollama_log_rotations_total", {}, "1");
    expect("ollama_log_last_event_timestamp_seconds", {}, "985");
    expect("ollama_desktop_messages", {{"role", "other"}}, "1");
    expect("ollama_desktop_answers", {{"model", "aa:1"}}, "2");
    expect("ollama_desktop_estimated_tokens", {{"model", "aa:1"}, {"direction", "output"}}, "40");
    expect("ollama_cloud_up", {}, "0");
    expect("ollama_cloud_answer_age_seconds", {}, "32.5");
    expect("ollama_cloud_usage_ratio", {{"window", "5h"}}, "0.23");
    expect("ollama_cloud_usage_ratio", {{"window", "1mo"}}, "0.5");
    expect("ollama_cloud_usage_ratio", {{"window", "1w"}}, "");
    expect("ousage_source_state", {{"source", "cloud"}, {"state", "timeout"}}, "1");
    expect("ousage_source_state", {{"source", "cloud"}, {"state", "ok"}}, "0");
    expect("ousage_source_duration_seconds", {{"source", "local_api"}}, "0.0125");
    expect("ousage_snapshot_age_seconds", {}, "2.5");
    expect("ousage_http_requests_total", {{"handler", "probe"}, {"code", "403"}}, "5");
    expect("ousage_http_connections_dropped_total", {{"reason", "evicted"}}, "2");
    expect("ousage_config_last_reload_successful", {}, "0");
    expect("ousage_config_last_reload_success_timestamp_seconds", {}, "950.5");
    EXPECT_EQ(read.count("ousage_source_state"), 30u);
    EXPECT_EQ(read.count("ollama_model_info"), 3u);       // the labels differ
    EXPECT_EQ(read.count("ollama_model_size_bytes"), 2u); // the first model of a name counts
}

TEST(Prometheus, WritesTotalsOfEngine) {
    auto const read = ExpositionReader(Whole().text(ExpositionFormat::text), false);
    auto const expect = [&](char const* name, std::map<std::string, std::string> labels,
                            std::string const& number) {
        EXPECT_EQ(read.number(name, labels), number) << name;
    };
    expect("ollama_input_tokens_total", {{"model", "aa:1"}, {"cached", "false"}}, "15");
    expect("ollama_input_tokens_total", {{"model", "unknown"}, {"cached", "true"}}, "5");
    expect("ollama_output_tokens_total", {{"model", "aa:1"}, {"outcome", "completed"}}, "7");
    expect("ollama_output_tokens_total", {{"model", "unknown"}, {"outcome", "cancelled"}}, "7");
    expect("ollama_generations_total", {{"model", "aa:1"}, {"outcome", "completed"}}, "1");
    expect("ollama_generations_total", {{"model", "unknown"}, {"outcome", "cancelled"}}, "1");
    expect("ollama_input_eval_seconds_total", {{"model", "aa:1"}}, "1.5");
    expect("ollama_output_eval_seconds_total", {{"model", "aa:1"}}, "0.5");
    expect("ollama_truncated_inputs_total", {}, "1");
    expect("ollama_model_load_seconds_count", {}, "1");
    expect("ollama_model_load_seconds_bucket", {{"le", "2.5"}}, "1");
}

TEST(Prometheus, WritesZerosOfEventsThatHaveNotOccurredOnRequest) {
    auto const whole = Whole();
    auto observation = Observation{};
    observation.snapshot = &whole.snapshot;
    observation.activity = &whole.activity;
    auto const without = ExpositionReader(to_exposition({&observation, 1}), false);
    observation.has_zeros = true;
    auto const with = ExpositionReader(to_exposition({&observation, 1}), false);
    EXPECT_EQ(without.count("ollama_requests_total"), 2u);
    EXPECT_EQ(with.count("ollama_requests_total"), 2u + 17u);
    for (auto const* const code : {"400", "404", "499", "500", "503"}) {
        EXPECT_EQ(
            with.number(
                "ollama_requests_total", {{"route", "chat"}, {"method", "POST"}, {"code", code}}),
            "0");
    }
    EXPECT_EQ(
        with.number(
            "ollama_requests_total", {{"route", "chat"}, {"method", "POST"}, {"code", "200"}}),
        "1");
    auto const errors = [&with](char const* endpoint, char const* kind) {
        return with.number(
            "ollama_api_errors_total", {{"endpoint", endpoint}, {"error_kind", kind}});
    };
    EXPECT_EQ(errors("/api/tags", "parse"), "1");
    EXPECT_EQ(errors("/api/tags", "resolve"), "0");
    EXPECT_EQ(errors("/api/me", "rate_limited"), "0");
    EXPECT_EQ(without.count("ollama_api_errors_total"), 2u);
    EXPECT_EQ(with.count("ollama_api_errors_total"), 6u * 17u + 1u);
}

// Without an access line, the log is of no use for requests.
TEST(Prometheus, WritesNoZeroRequestsWithoutAccessLine) {
    auto const snapshot = ollama::Snapshot{};
    auto const activity = ollama::Activity(900);
    auto observation = Observation{};
    observation.snapshot = &snapshot;
    observation.activity = &activity;
    observation.has_zeros = true;
    auto const read = ExpositionReader(to_exposition({&observation, 1}), false);
    EXPECT_EQ(read.count("ollama_requests_total"), 0u);
    EXPECT_EQ(
        read.number(
            "ollama_api_errors_total", {{"endpoint", "/api/ps"}, {"error_kind", "connect"}}),
        "0");
}

TEST(Prometheus, CloudUpDescribesTheLastRequests) {
    auto whole = Whole();
    auto const up = [&whole] {
        return ExpositionReader(whole.text(ExpositionFormat::text), false)
            .number("ollama_cloud_up");
    };
    auto& cloud = whole.snapshot.sources.at(4);
    ASSERT_EQ(cloud.name, "cloud");
    cloud.state = State::partial;
    EXPECT_EQ(up(), "1");
    whole.activity.record_cloud(false);
    EXPECT_EQ(up(), "0");
    whole.activity.record_cloud(true);
    EXPECT_EQ(up(), "1");
    cloud.state = State::skipped;
    EXPECT_EQ(up(), "");
}

TEST(Prometheus, EmptySnapshotYieldsOnlyBuildInfo) {
    auto const snapshot = ollama::Snapshot{};
    auto observation = Observation{};
    observation.snapshot = &snapshot;
    auto const read = ExpositionReader(to_exposition({&observation, 1}), false);
    ASSERT_EQ(read.samples().size(), 1u);
    EXPECT_EQ(read.samples()[0].name, "ousage_build_info");
}

TEST(Prometheus, SeparatesAccountsByLabel) {
    auto const snapshot = full_snapshot();
    Observation observations[2];
    observations[0].snapshot = observations[1].snapshot = &snapshot;
    observations[0].account = "one";
    observations[1].account = "two";
    auto const read = ExpositionReader(to_exposition(observations), false);
    EXPECT_EQ(read.number("ollama_model_count", {{"account", "two"}}), "3");
    EXPECT_EQ(
        read.number("ollama_log_lines_total", {{"account", "one"}, {"outcome", "read"}}), "8");
}

TEST(Prometheus, OrderDoesNotDependOnSnapshotOrder) {
    auto whole = Whole();
    auto const before = whole.text(ExpositionFormat::text);
    std::swap(whole.snapshot.models[0], whole.snapshot.models[1]);
    std::reverse(whole.snapshot.model_usage.begin(), whole.snapshot.model_usage.end());
    EXPECT_EQ(whole.text(ExpositionFormat::text), before);
}

TEST(Prometheus, LimitsNumberOfModels) {
    auto whole = Whole();
    for (int index = 0; index < 5000; ++index) {
        auto const name = "model" + std::to_string(index);
        auto model = ollama::Model{};
        model.name = name;
        model.size_bytes = index;
        model.capabilities.assign(1000, name);
        whole.snapshot.models.push_back(model);
        auto usage = ollama::ModelUsage{};
        usage.model = name;
        usage.window = "all";
        usage.requests = 1;
        whole.snapshot.model_usage.push_back(usage);
    }
    auto outcome = Outcome<ollama::Snapshot>{};
    outcome.value.metrics.server.loaded_models = 5000;
    for (int index = 0; index < 5000; ++index) {
        auto model = ollama::LoadedModel{};
        model.name = "model" + std::to_string(index);
        outcome.value.loaded_models.push_back(model);
    }
    whole.activity.observe(outcome, {}, std::chrono::sys_seconds(1001s));
    auto const read = ExpositionReader(whole.text(ExpositionFormat::text), false);
    EXPECT_EQ(read.count("ollama_model_loads_total"), detail::model_limit);
    EXPECT_EQ(read.count("ollama_model_size_bytes"), detail::model_limit - 1);
    EXPECT_EQ(read.count("ollama_desktop_answers"), 100u);
    double sum = 0;
    for (auto const& sample : read.samples()) {
        sum += sample.name == "ollama_desktop_answers" ? std::stod(sample.number) : 0;
    }
    EXPECT_EQ(sum, 5002);
}

// Checks promlint's rules for names, and that the required names exist.
TEST(Prometheus, NamesFollowPrometheusConventions) {
    auto names = std::set<std::string_view>{};
    for_each_family([&](FamilyWriter const& one) {
        auto const& [name, type, unit, labels, help] = one.family;
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_TRUE(
            name.starts_with("ollama_") || name.starts_with("ousage_") ||
            name.starts_with("process_"))
            << name;
        EXPECT_EQ(name.ends_with("_total"), type == MetricType::counter) << name;
        EXPECT_EQ(name.ends_with("_info"), type == MetricType::info) << name;
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), name.npos) << name;
        EXPECT_TRUE(
            unit.empty() || open_metrics_name(one.family).ends_with("_" + std::string(unit)))
            << name;
        EXPECT_TRUE(help.ends_with('.')) << name;
        for (auto const label : labels) {
            EXPECT_TRUE(
                label != "le" && label != "quantile" && label != "instance" && label != "job" &&
                label != "type")
                << name;
        }
    });
    for (auto const* const seed :
         {"ollama_up", "ollama_api_response_time_seconds", "ollama_api_errors_total",
          "ollama_model_count", "ollama_model_size_bytes", "ollama_model_info",
          "ollama_inference_active", "ollama_gpu_likely_active", "ollama_inference_requests_total",
          "ollama_last_inference_timestamp"}) {
        EXPECT_TRUE(names.contains(seed)) << seed;
    }
}

TEST(Prometheus, MetricsPageContainsCurrentTable) {
    auto const page = read_file(OUSAGE_TEST_DATA "/../../docs/metrics.md");
    EXPECT_NE(page.find(metrics_table()), page.npos) << metrics_table();
}

// The table of docs/migrating.md: the cells of each row.
std::vector<std::vector<std::string>> migrating_rows() {
    auto lines = std::istringstream(read_file(OUSAGE_TEST_DATA "/../../docs/migrating.md"));
    auto rows = std::vector<std::vector<std::string>>{};
    auto line = std::string{};
    while (std::getline(lines, line)) {
        if (line.starts_with("| ") && !line.starts_with("| other exporter ") &&
            !line.starts_with("| ---")) {
            auto cells = std::istringstream(line.substr(1));
            auto cell = std::string{};
            auto& row = rows.emplace_back();
            while (std::getline(cells, cell, '|')) {
                row.push_back(cell);
            }
        }
    }
    return rows;
}

// Returns every metric name in a text.
std::set<std::string> metric_names(std::string const& text) {
    auto names = std::set<std::string>{};
    for (auto const& match : match_all("(ollama|ousage|process)_[a-z0-9_*]+", text)) {
        names.insert(match[0]);
    }
    return names;
}

TEST(Migrating, RefersOnlyToExistingMetrics) {
    auto labels = std::map<std::string, std::set<std::string>>{};
    for_each_family([&](FamilyWriter const& one) {
        labels[std::string(one.family.name)] = {one.family.labels.begin(), one.family.labels.end()};
    });
    auto const rows = migrating_rows();
    EXPECT_GT(rows.size(), 30u);
    for (auto const& row : rows) {
        ASSERT_EQ(row.size(), 3u) << row[0];
        // A row without a family contains "none".
        EXPECT_EQ(metric_names(row[1]).empty(), row[1] == " none ") << row[0];
        auto const text = row[1] + row[2];
        for (auto const& name : metric_names(text)) {
            EXPECT_TRUE(labels.contains(name)) << name;
        }
        for (auto const& selector : match_all("([a-z_]+)[{]([^}]*)[}]", text)) {
            for (auto const& label : match_all("([a-z_]+)(=~?\"[^\"]*\")?", selector[2])) {
                EXPECT_TRUE(labels[selector[1]].contains(label[1])) << selector[0];
            }
        }
    }
}

// Metric names of other Ollama exporters, collected project by project.
TEST(Migrating, ListsMetricNamesOfOtherExporters) {
    auto there = std::set<std::string>{};
    for (auto const& row : migrating_rows()) {
        there.merge(metric_names(row[0]));
    }
    for (auto const* const name :
         {"up",
          "upstream_up",
          "api_up",
          "backend_health",
          "version_info",
          "build_info",
          "exporter_build_info",
          "exporter_version",
          "models_total",
          "models_count",
          "model_count",
          "models_size_bytes",
          "model_info",
          "model_size_bytes",
          "model_modified_timestamp_seconds",
          "models_loaded",
          "loaded_models",
          "running_models",
          "model_loaded",
          "model_vram_bytes",
          "model_memory_bytes",
          "model_ram_mb",
          "model_context_length",
          "model_expires_seconds",
          "model_swaps_total",
          "model_load_total",
          "model_unload_total",
          "model_load_events_total",
          "model_load_duration_seconds",
          "load_duration_seconds",
          "model_load_seconds_total",
          "requests_total",
          "requests_failed_total",
          "responses_total",
          "transparent_requests_total",
          "proxy_passthrough_requests_total",
          "response_seconds",
          "request_duration_seconds",
          "request_latency_seconds",
          "total_duration_seconds",
          "time_to_first_token_seconds",
          "prompt_eval_duration_seconds",
          "prompt_eval_seconds_total",
          "eval_duration_seconds",
          "token_generation_seconds_total",
          "tokens_processed_total",
          "prompt_tokens_total",
          "prompt_eval_total",
          "tokens_generated_total",
          "generated_tokens_total",
          "completion_tokens_total",
          "eval_total",
          "prompt_tokens",
          "generated_tokens",
          "tokens_per_second",
          "prompt_tokens_per_second",
          "time_per_token_seconds",
          "usage_missing_total",
          "metric_extraction_errors_total",
          "requests_in_flight",
          "active_requests",
          "inference_active",
          "request_queue_length",
          "requests_queued",
          "queue_capacity",
          "tool_calls_total",
          "last_request_timestamp_seconds",
          "last_inference_timestamp",
          "kv_cache_pressure_ratio",
          "api_response_time_seconds",
          "api_errors_total",
          "exporter_scrape_duration_seconds",
          "exporter_scrapes_total",
          "exporter_last_scrape_timestamp_seconds",
          "gpu_*",
          "system_*",
          "connections"}) {
        EXPECT_TRUE(there.contains(std::string("ollama_") + name)) << name;
    }
}

} // namespace
