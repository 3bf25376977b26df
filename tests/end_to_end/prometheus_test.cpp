// Tests the exporter with a real Prometheus, whose stored series are queried. Uses the
// configuration, the rules and the dashboard of example/.
#ifdef OUSAGE_TEST_EXPORTER

#    include "support/cloud_peer.hpp"
#    include "support/exporter_process.hpp"
#    include "support/exposition_reader.hpp"
#    include "support/fake_ollama.hpp"
#    include "support/gunzip.hpp"
#    include "support/instances.hpp"
#    include "support/json_tree.hpp"
#    include "support/match_all.hpp"
#    include "support/process.hpp"
#    include "support/prometheus_process.hpp"
#    include "support/scrape_relay.hpp"
#    include "support/truth.hpp"
#    include <ousage/core/enum_name.hpp>
#    include <ousage/json/reader.hpp>
#    include <ousage/ollama/snapshot.hpp>

#    include <fmt/chrono.h>
#    include <gtest/gtest.h>

#    include <algorithm>
#    include <cmath>
#    include <cstdlib>
#    include <ctime>
#    include <filesystem>
#    include <fstream>
#    include <map>
#    include <optional>
#    include <set>
#    include <string>
#    include <utility>
#    include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;

std::string const examples = OUSAGE_TEST_DATA "/../../example/deploy";

std::string replace_all(std::string text, std::string const& from, std::string const& to) {
    EXPECT_NE(text.find(from), text.npos) << from;
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

// A server with every kind of data, a second server, the cloud, and one exporter that polls them
// all.
class World {
public:
    World() {
        server.respond("GET /api/status", json(R"({"cloud":{"disabled":false,"source":"none"}})"));
        server.respond("POST /api/me", json(R"({"error":"unauthorized"})", "401 Unauthorized"));
        exporter.emplace(
            std::vector<std::string>{
                "--config", accounts(), "--log-timezone", "UTC", "--cloud-base-url", cloud.url()},
            std::vector<std::pair<std::string, std::string>>{
                {"SCRAPE_INTERVAL", "100ms"},
                {"OLLAMA_API_KEY", "planted-key"},
                {"LD_LIBRARY_PATH", fake_libraries()},
                {"FAKE_NVML_DEVICES", "2"}});
        exporter->wait_for("ollama_cloud_up", {}, "1");
        // A model is unloaded and loaded again, and one poll fails.
        server.respond("GET /api/ps", json(R"({"models":[]})"));
        exporter->wait_for("ollama_loaded_models", {}, "0");
        server.respond("GET /api/ps", fault::reset());
        while (exporter->metrics().count("ollama_loaded_models") > 0) {
            ::poll(nullptr, 0, 1);
        }
        server.respond("GET /api/ps", FakeOllama::loaded("2099-01-01T00:00:00.25Z"));
        exporter->wait_for("ollama_model_loads_total", {{"model", "tiny:latest"}}, "1");
    }

    // Writes twelve requests, ten of them inference, and one task of the engine; `expect_the_truth`
    // contains the expected counts.
    void log_some() const {
        auto text =
            std::string("time=2026-11-20T16:00:00Z level=INFO source=a.go:1 msg=\"a slog line\"\n");
        auto const add = [&text](int status, char const* took, char const* request) {
            text += fmt::format(
                "[GIN] {:%Y/%m/%d - %H:%M:%S} | {} | {:>13} |       127.0.0.1 | {}\n",
                fmt::gmtime(std::time(nullptr)), status, took, request);
        };
        for (int count = 0; count < 2; ++count) {
            add(200, "2s", R"(POST     "/api/chat")");
            add(200, "1.5s", R"(POST     "/v1/chat/completions")");
            add(500, "1m10s", R"(POST     "/api/generate")");
            add(404, "0s", R"(POST     "/api/generate")");
            add(200, "12.5ms", R"(POST     "/v1/embeddings")");
            add(200, "41.052µs", R"(GET      "/api/tags")");
        }
        auto const task = std::string("slot x: id  0 | task 1 | ");
        text += task + "processing task, is_child = 0\n" + task +
                "new prompt, task.n_tokens = 20\n" + task + "cached n_tokens = 5\n" + task +
                "prompt eval time = 500.00 ms / 15 tokens\n" + task +
                "eval time = 2000.00 ms / 8 tokens\n" + task +
                "stop processing: n_tokens = 27, truncated = 0\n";
        std::ofstream(log_, std::ios::app) << text << "[GIN] torn\n";
    }

    FakeOllama server, other;
    ThreadedPeer cloud{&script_cloud};
    std::optional<ExporterProcess> exporter;

private:
    // Returns the directories in which the exporter finds libraries, first of all a fake NVML.
    std::string fake_libraries() const {
        auto const directory = directory_.path() / "lib";
        std::filesystem::create_directories(directory);
        std::filesystem::create_symlink(OUSAGE_TEST_NVML, directory / "libnvidia-ml.so.1");
        auto const* const others = std::getenv("LD_LIBRARY_PATH");
        return directory.string() + (others == nullptr ? "" : std::string(":") + others);
    }

    std::string accounts() {
        auto const database = std::filesystem::path(OUSAGE_TEST_DATA) / "desktop/closed/db.sqlite";
        log_ = directory_.write("ollama/logs/server.log", "");
        directory_.write("ollama/server.json", "{}");
        auto const first = fmt::format(
            R"({{"id":"first","base_url":"{}","config_dir":"{}","db_path":"{}"}})", server.url(),
            (directory_.path() / "ollama").string(), database.string());
        auto const second = fmt::format(
            R"({{"id":"second","base_url":"{}","config_dir":"{}","db_path":"{}",)"
            R"("api_key_env":"NO_KEY"}})",
            other.url(), (directory_.path() / "none").string(),
            (directory_.path() / "none").string());
        return directory_.write("accounts.json", "{\"accounts\":[" + first + "," + second + "]}")
            .string();
    }

    TemporaryDirectory directory_;
    std::filesystem::path log_;
};

// The example configuration with the exporter's address, a shorter interval, and an additional job
// that scrapes text format 0.0.4.
std::string configuration(ScrapeRelay const& relay, ScrapeRelay const& text_relay) {
    auto text = read_file(examples + "/prometheus/prometheus.yml");
    text = replace_all(std::move(text), "exporter:9200", relay.address());
    text = replace_all(
        std::move(text), "scrape_interval: 15s", "scrape_interval: 1s\n  evaluation_interval: 1s");
    return text + "  - job_name: ollama_text\n    static_configs:\n      - targets: [\"" +
           text_relay.address() + "\"]\n";
}

using Values = std::map<std::pair<std::string, std::map<std::string, std::string>>, double>;

bool is_same(double left, double right) {
    return left == right || (std::isnan(left) && std::isnan(right));
}

// The current series of a job in Prometheus, without those that Prometheus adds itself.
Values stored_values(PrometheusProcess const& prometheus, std::string const& job) {
    auto values = Values{};
    for (auto& series : prometheus.query("{job=\"" + job + "\"}")) {
        auto const is_own = series.name == "up" || series.name.starts_with("scrape_") ||
                            series.name.starts_with("ALERTS") ||
                            series.name.find(':') != series.name.npos;
        if (!is_own) {
            series.labels.erase("job");
            series.labels.erase("instance");
            values[{series.name, series.labels}] = series.value;
        }
    }
    return values;
}

Values scraped_values(std::string const& response, bool open_metrics) {
    auto const type = open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                   : "text/plain; version=0.0.4; charset=utf-8";
    EXPECT_EQ(header_of(response, "Content-Type"), type);
    EXPECT_EQ(header_of(response, "Content-Encoding"), "gzip");
    auto values = Values{};
    auto const read = ExpositionReader(gunzip(body_of(response)), open_metrics);
    for (auto const& sample : read.samples()) {
        values[{sample.name, sample.labels}] = std::strtod(sample.number.c_str(), nullptr);
    }
    return values;
}

std::string differences(Values const& left, Values const& right) {
    auto text = std::string{};
    for (auto const& [key, value] : left) {
        auto const found = right.find(key);
        if (found == right.end() || !is_same(value, found->second)) {
            text += key.first;
            for (auto const& [name, label] : key.second) {
                text += " " + name + "=" + label;
            }
            text += fmt::format(
                ": {} and {}\n", value,
                found == right.end() ? "none" : fmt::format("{}", found->second));
        }
    }
    return text;
}

// Prometheus stores exactly the series of one scraped page: none is missing, changed or left over.
void expect_stored_as_scraped(
    PrometheusProcess const& prometheus, std::string const& job, ScrapeRelay const& relay,
    bool open_metrics) {
    auto const stored = stored_values(prometheus, job);
    auto const scrapes = relay.scrapes("/metrics ");
    ASSERT_FALSE(scrapes.empty());
    EXPECT_GT(stored.size(), 150u);
    auto least = std::optional<std::string>{};
    for (auto const& scrape : scrapes) {
        auto const page = scraped_values(scrape.response, open_metrics);
        auto const text = differences(stored, page) + differences(page, stored);
        least = least && least->size() < text.size() ? least : text;
    }
    EXPECT_EQ(*least, "") << job << " keeps none of " << scrapes.size() << " pages";
}

// Both formats contain the same series, except that OpenMetrics adds the `_created` times.
void expect_both_formats_alike(ScrapeRelay const& open, ScrapeRelay const& text) {
    auto const names = [](ScrapeRelay const& relay, bool open_metrics) {
        auto found = std::set<Values::key_type>{};
        for (auto const& [key, value] :
             scraped_values(relay.scrapes("/metrics ").back().response, open_metrics)) {
            if (!key.first.ends_with("_created")) {
                found.insert(key);
            }
        }
        return found;
    };
    EXPECT_EQ(names(open, true), names(text, false));
}

// The requests written by `log_some`, counted by hand.
void expect_the_truth(PrometheusProcess const& prometheus, std::string const& job, int times) {
    auto const expect = [&](std::string const& name, std::string const& labels, double number) {
        auto const selector = name + "{job=\"" + job + "\"," + labels + "}";
        auto const found = prometheus.value(selector);
        EXPECT_NEAR(found, number, 1e-9) << selector;
    };
    expect("ollama_requests_total", R"(route="chat",method="POST",code="200")", 4 * times);
    expect("ollama_requests_total", R"(route="generate",method="POST",code="500")", 2 * times);
    expect("ollama_requests_total", R"(route="generate",method="POST",code="404")", 2 * times);
    expect("ollama_requests_total", R"(route="embed",method="POST",code="200")", 2 * times);
    expect("ollama_requests_total", R"(route="other",method="GET",code="200")", 2 * times);
    expect("ollama_inference_requests_total", "", 10 * times);
    auto const durations = std::string("ollama_request_duration_seconds");
    expect(durations + "_count", R"(route="chat")", 4 * times);
    expect(durations + "_sum", R"(route="chat")", 7 * times);
    expect(durations + "_bucket", R"(route="chat",le="+Inf")", 4 * times);
    expect(durations + "_count", R"(route="generate")", 4 * times);
    expect(durations + "_sum", R"(route="generate")", 140 * times);
    expect(durations + "_sum", R"(route="embed")", 0.025 * times);
    expect(durations + "_sum", R"(route="other")", 0.000082104 * times);
    expect("ollama_log_lines_total", R"(outcome="read")", 19 * times);
    expect("ollama_log_lines_total", R"(outcome="unparsed")", times);
    expect("ollama_input_tokens_total", R"(model="unknown",cached="false")", 15 * times);
    expect("ollama_input_tokens_total", R"(model="unknown",cached="true")", 5 * times);
    expect("ollama_output_tokens_total", R"(model="unknown",outcome="completed")", 8 * times);
    expect("ollama_output_eval_seconds_total", R"(model="unknown")", 2 * times);
    expect("ollama_generations_total", R"(model="unknown",outcome="completed")", times);
    expect("ollama_model_size_bytes", R"(model="tiny:latest")", 1000);
    expect("ollama_loaded_model_size_bytes", R"(model="tiny:latest")", 100);
    expect("ollama_loaded_model_vram_bytes", R"(model="tiny:latest")", 60);
    expect("ollama_model_loads_total", R"(model="tiny:latest")", 1);
    expect("ollama_model_unloads_total", R"(model="tiny:latest")", 1);
    expect("ollama_gpu_utilization_ratio", R"(gpu="1",name="NVIDIA Fake 4000")", 0.42);
    expect("ollama_gpu_memory_used_bytes", R"(gpu="0",name="NVIDIA Fake 4000")", 9e9);
    expect("ollama_cloud_usage_ratio", R"(window="5h")", 0.25);
    expect("ollama_cloud_usage_ratio", R"(window="1w")", 0.6);
}

// The values in Prometheus equal those of the snapshot, for every number that both contain.
void expect_the_snapshot(PrometheusProcess const& prometheus, ExporterProcess const& exporter) {
    auto snapshot = ollama::Snapshot{};
    ASSERT_FALSE(read_json(body_of(exporter.get("/snapshot?account=first")), snapshot));
    auto compared = 0;
    auto const expect = [&](std::string const& name, std::string const& labels, auto const& is) {
        auto const selector = name + "{job=\"ollama\"," + labels + "}";
        ASSERT_TRUE(is.has_value()) << selector;
        EXPECT_DOUBLE_EQ(prometheus.value(selector), static_cast<double>(*is)) << selector;
        ++compared;
    };
    auto const label = [](char const* name, std::string const& value) {
        return name + ("=\"" + value) + "\"";
    };
    auto const& metrics = snapshot.metrics;
    expect("ollama_model_count", "", metrics.server.models_total);
    expect("ollama_loaded_models", "", metrics.server.loaded_models);
    for (auto const& model : snapshot.models) {
        auto const of = label("model", model.name);
        expect("ollama_model_size_bytes", of, model.size_bytes);
        expect("ollama_model_context_length_max", of, model.context_length);
        expect(
            "ollama_model_modified_timestamp_seconds", of,
            std::optional(model.modified_at->at.time_since_epoch().count()));
        expect(
            "ollama_model_info",
            of + "," + label("family", *model.family) + "," +
                label("parameter_size", *model.parameter_size) + "," +
                label("quantization", *model.quantization_level),
            std::optional(1));
        for (auto const& capability : model.capabilities) {
            expect(
                "ollama_model_capability", of + "," + label("capability", capability),
                std::optional(1));
        }
    }
    for (auto const& model : snapshot.loaded_models) {
        auto const of = label("model", model.name);
        expect("ollama_loaded_model_size_bytes", of, model.size_bytes);
        expect("ollama_loaded_model_vram_bytes", of, model.size_vram_bytes);
        expect("ollama_loaded_model_context_length", of, model.context_length);
        auto const& time = *model.expires_at;
        auto const since = static_cast<double>(time.at.time_since_epoch().count());
        auto const until = since + static_cast<double>(time.nanoseconds) / 1e9;
        expect("ollama_loaded_model_expires_timestamp_seconds", of, std::optional(until));
    }
    // The log began with the exporter, so its last day contains everything that was counted.
    expect("ollama_inference_requests_total", "", metrics.requests.one_day.requests);
    expect("ollama_log_lines_total", R"(outcome="unparsed")", metrics.log.log_lines_unparsed);
    expect("ollama_log_bytes_total", "", metrics.log.log_bytes);
    expect("ollama_desktop_conversations", "", metrics.desktop.total_conversations);
    expect("ollama_desktop_messages", R"(role="user")", metrics.desktop.total_user_messages);
    expect(
        "ollama_desktop_messages", R"(role="assistant")", metrics.desktop.total_assistant_messages);
    expect("ollama_desktop_tool_calls", "", metrics.desktop.total_tool_calls);
    expect("ollama_desktop_attachments", "", metrics.desktop.total_attachments);
    expect("ollama_desktop_thinking_seconds", "", metrics.desktop.total_thinking_seconds);
    for (auto const& usage : snapshot.model_usage) {
        if (usage.window == "all") {
            auto const of = label("model", usage.model);
            auto const tokens = std::string("ollama_desktop_estimated_tokens");
            expect("ollama_desktop_answers", of, std::optional(usage.requests));
            expect(tokens, of + R"(,direction="input")", std::optional(usage.input_tokens));
            expect(tokens, of + R"(,direction="output")", std::optional(usage.output_tokens));
        }
    }
    auto const& limits = snapshot.limits;
    ASSERT_TRUE(limits.usage_five_hour && limits.usage_weekly);
    expect(
        "ollama_cloud_usage_ratio", R"(window="5h")",
        std::optional(*limits.usage_five_hour->used / *limits.usage_five_hour->limit));
    expect(
        "ollama_cloud_usage_ratio", R"(window="1w")",
        std::optional(*limits.usage_weekly->used / *limits.usage_weekly->limit));
    expect(
        "ollama_version_info", label("version", *snapshot.attributes.cli_version),
        std::optional(1));
    for (auto const& source : snapshot.sources) {
        expect(
            "ousage_source_state",
            label("source", source.name) + "," +
                label("state", std::string(enum_name(source.state))),
            std::optional(1));
    }
    EXPECT_GT(compared, 30);
}

bool has_data(PrometheusProcess const& prometheus, std::string const& expression) {
    auto const found = prometheus.query(expression);
    return std::any_of(found.begin(), found.end(), [](Series const& series) {
        return std::isfinite(series.value);
    });
}

// A panel without data is an error in the dashboard.
void expect_data(
    PrometheusProcess const& prometheus, std::string const& expression, std::string const& what) {
    EXPECT_TRUE(has_data(prometheus, expression)) << what << ": " << expression;
}

// Every selector of an expression returns data, whether or not the expression holds.
void expect_selectors(
    PrometheusProcess const& prometheus, std::string const& expression, std::string const& what) {
    auto const selectors = match_all(
        "((ollama|ousage|instance|instance_route)[a-z0-9_:]*_[a-z0-9_:]*|\\bup\\b)([{][^}]*[}])?",
        expression);
    for (auto const& selector : selectors) {
        expect_data(prometheus, selector[0], what);
    }
    EXPECT_FALSE(selectors.empty()) << what << ": " << expression;
}

void expect_the_dashboard(PrometheusProcess const& prometheus) {
    auto const document = JsonTree(read_file(examples + "/grafana/ousage.json"));
    auto count = 0;
    for (auto const& panel : document["panels"].children()) {
        auto const title = panel["title"].to_string();
        for (auto const& target : panel["targets"].children()) {
            auto expression = target["expr"].to_string();
            expression = replace_all(std::move(expression), "$instance", ".*");
            if (expression.find('$') != expression.npos) {
                expression = replace_all(std::move(expression), "$__rate_interval", "1m");
            }
            expect_data(prometheus, expression, title);
            // The series have every label that the legend uses.
            auto const legend = target["legendFormat"].to_string();
            for (auto const& series : prometheus.query(expression)) {
                for (auto const& label : match_all("[{][{]([a-z_]+)[}][}]", legend)) {
                    EXPECT_TRUE(series.labels.empty() || series.labels.contains(label[1]))
                        << title << ": " << legend;
                }
            }
            ++count;
        }
    }
    EXPECT_GT(count, 10);
    auto instances = 0;
    for (auto const& variable : document["templating"]["list"].children()) {
        if (variable["type"].to_string() == "query") {
            auto const text = variable["query"]["query"].to_string();
            auto const values = match_all("^label_values\\(([a-z_]+), ([a-z_]+)\\)$", text);
            ASSERT_EQ(values.size(), 1u) << text;
            expect_data(prometheus, "count by (" + values[0][2] + ") (" + values[0][1] + ")", text);
            ++instances;
        }
    }
    EXPECT_EQ(instances, 1);
}

void expect_the_rules(PrometheusProcess const& prometheus) {
    auto const rules = [&](auto visit) {
        auto const document = JsonTree(prometheus.get("/api/v1/rules"));
        for (auto const& group : document["data"]["groups"].children()) {
            for (auto const& rule : group["rules"].children()) {
                auto const read = [&rule](char const* key) {
                    auto const* const value = rule.find(key);
                    return value == nullptr ? std::string() : value->string().value_or("");
                };
                visit(read);
            }
        }
    };
    // Every rule was evaluated, and exactly the alerts with a cause are pending.
    auto const wanted = std::set<std::string>{
        "OllamaErrors=pending", "OllamaSlow=pending", "OllamaModelSpilledToCpu=pending"};
    auto waiting = std::set<std::string>{};
    auto const is_settled = [&] {
        auto all = true;
        waiting.clear();
        rules([&](auto const& read) {
            all = all && read("health") != "unknown";
            if (read("type") == "alerting" && read("state") != "inactive") {
                waiting.insert(read("name") + "=" + read("state"));
            }
        });
        return all && waiting == wanted;
    };
    EXPECT_NO_THROW(prometheus.wait_until("the rules are settled", is_settled));
    EXPECT_EQ(waiting, wanted);
    auto alerts = 0, recorded = 0;
    rules([&](auto const& read) {
        if (read("type") == "recording") {
            // Prometheus evaluates each rule group at its own offset within the interval. Alerts
            // use recorded series.
            auto const name = read("name");
            prometheus.wait_until(name, [&] { return has_data(prometheus, name); });
        }
    });
    rules([&](auto const& read) {
        EXPECT_EQ(read("health"), "ok") << read("name") << ": " << read("lastError");
        expect_selectors(prometheus, read("query"), read("name"));
        (read("type") == "recording" ? recorded : alerts) += 1;
    });
    EXPECT_EQ(alerts, 15);
    EXPECT_EQ(recorded, 4);
}

// Both accounts are discovered by /sd and scraped by /probe under their own names.
void expect_the_fleet(PrometheusProcess const& prometheus, World const& world) {
    EXPECT_EQ(prometheus.query(R"(up{job="ollama_fleet"} == 1)").size(), 2u);
    for (auto const* const name : {"first", "second"}) {
        auto const of = std::string("{job=\"ollama_fleet\",instance=\"") + name + "\"}";
        EXPECT_EQ(prometheus.value("ollama_up" + of), 1) << name;
        EXPECT_EQ(prometheus.value("ollama_model_count" + of), 1) << name;
        // Only /metrics contains the exporter's own metrics.
        EXPECT_TRUE(prometheus.query("process_start_time_seconds" + of).empty());
    }
    // /probe and /metrics report the same values for the exporter's own server.
    EXPECT_EQ(
        prometheus.value(R"(ollama_inference_requests_total{instance="first"})"),
        prometheus.value(R"(ollama_inference_requests_total{job="ollama"})"));
    auto const text = prometheus.get("/api/v1/targets?state=active");
    auto const document = JsonTree(text);
    auto urls = std::set<std::string>{};
    for (auto const& target : document["data"]["activeTargets"].children()) {
        EXPECT_EQ(target["health"].to_string(), "up") << text;
        EXPECT_EQ(target["lastError"].to_string(), "") << text;
        if (auto const* const url = target["discoveredLabels"].find("__meta_ousage_url")) {
            urls.insert(url->to_string());
        }
    }
    EXPECT_EQ(urls, (std::set<std::string>{world.server.url(), world.other.url()}));
}

TEST(Prometheus, StoresSeriesAsExported) {
    auto const program = find_program("prometheus");
    if (program.empty()) {
        GTEST_SKIP() << "prometheus was not found (package prometheus)";
    }
    auto const world = World();
    auto const relay = ScrapeRelay(world.exporter->port());
    auto const text_relay = ScrapeRelay(world.exporter->port(), "text/plain;version=0.0.4");
    auto const prometheus = PrometheusProcess(
        program, configuration(relay, text_relay),
        {{"rules.yml", read_file(examples + "/prometheus/rules.yml")},
         {"alerts.yml", read_file(examples + "/prometheus/alerts.yml")}});
    // Two jobs scrape the exporter's own server and two are fleet targets; three of the four
    // include its log.
    prometheus.wait_until("all targets are scraped", [&] {
        return prometheus.query("ollama_up == 1 and on (instance, job) up == 1").size() == 4;
    });
    for (int times = 1; times <= 2; ++times) {
        world.log_some();
        auto const counted = fmt::format("sum by (job) (ollama_log_lines_total) == {}", 20 * times);
        prometheus.wait_until(
            "the log is counted", [&] { return prometheus.query(counted).size() == 3; });
        expect_the_truth(prometheus, "ollama", times);
        expect_the_truth(prometheus, "ollama_text", times);
    }
    expect_stored_as_scraped(prometheus, "ollama", relay, true);
    expect_stored_as_scraped(prometheus, "ollama_text", text_relay, false);
    expect_both_formats_alike(relay, text_relay);
    expect_the_snapshot(prometheus, *world.exporter);
    expect_the_rules(prometheus);
    expect_the_dashboard(prometheus);
    expect_the_fleet(prometheus, world);
}

// promtool reports no finding for a page, except for `ollama_model_count`, a gauge whose fixed name
// ends in `_count`.
void expect_no_finding(std::string const& page) {
    EXPECT_NO_THROW(ExpositionReader(page, false));
    auto const finished = run_command("promtool check metrics", page);
    for (auto const& line : split_lines(finished.out + finished.error)) {
        EXPECT_TRUE(line.starts_with("ollama_model_count ")) << line;
    }
}

TEST(Promtool, ReportsNoFindingInAnyState) {
    if (find_program("promtool").empty()) {
        GTEST_SKIP() << "promtool was not found (package prometheus)";
    }
    auto server = FakeOllama();

    struct Row {
        char const* name;
        std::string host;
        std::vector<std::pair<char const*, Reply>> replies; // responses of the cloud
        char const* up;
        char const* cloud_up;
        char const* session; // used part of the session; empty if unknown
    };

    auto const all = [](Reply const& reply) {
        auto replies = std::vector<std::pair<char const*, Reply>>{};
        for (auto const* const line : cloud_lines) {
            replies.emplace_back(line, reply);
        }
        return replies;
    };
    auto const balance = [](char const* body) {
        return std::vector<std::pair<char const*, Reply>>{{"GET /api/balance", json(body)}};
    };
    auto const nowhere = std::string("http://127.0.0.1:1");
    auto const slow =
        Reply{"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"};
    Row const rows[] = {
        {"all well", server.url(), {}, "1", "1", "0.25"},
        {"the server is down", nowhere, {}, "0", "1", "0.25"},
        {"the cloud limits", server.url(), all(slow), "1", "0", ""},
        {"the cloud limits, and the server is down", nowhere, all(slow), "0", "0", ""},
        {"the cloud wants to be paid", server.url(),
         all(json(R"({"error":"usage limit reached"})", "402 Payment Required")), "1", "0", ""},
        {"the key is refused", server.url(),
         all(json(R"({"error":"unauthorized"})", "401 Unauthorized")), "1", "0", ""},
        {"all is used", server.url(),
         balance(R"({"included":{"session":{"remaining_percent":0},)"
                 R"("weekly":{"remaining_percent":40}}})"),
         "1", "1", "1"},
        {"more than all is used", server.url(),
         balance(R"({"included":{"session":{"remaining_percent":-25},)"
                 R"("weekly":{"remaining_percent":0}}})"),
         "1", "1", "1.25"},
    };
    server.respond("GET /api/status", json(R"({"cloud":{"disabled":false,"source":"none"}})"));
    for (auto const& row : rows) {
        SCOPED_TRACE(row.name);
        auto cloud = ThreadedPeer(&script_cloud);
        for (auto const& [line, reply] : row.replies) {
            cloud.respond(line, reply);
        }
        auto const exporter = ExporterProcess(
            {"--ollama-host", row.host, "--cloud-base-url", cloud.url(), "--allow-target",
             "http://localhost:*"},
            {{"OLLAMA_API_KEY", "planted-key"}});
        auto const page = body_of(exporter.get("/metrics"));
        expect_no_finding(page);
        auto const read = ExpositionReader(page, false);
        EXPECT_EQ(read.number("ollama_up"), row.up);
        EXPECT_EQ(read.number("ollama_cloud_up"), row.cloud_up);
        EXPECT_EQ(read.number("ollama_cloud_usage_ratio", {{"window", "5h"}}), row.session);
        EXPECT_EQ(page.find("planted"), page.npos);
        auto const port = row.host.substr(row.host.rfind(':'));
        expect_no_finding(body_of(exporter.get("/probe?target=http://localhost" + port)));
    }
}

// Status LIMITED: there is no server, and the cloud responds with 429.
TEST(Promtool, ReportsNoFindingForCloudOnlyAccount) {
    if (find_program("promtool").empty()) {
        GTEST_SKIP() << "promtool was not found (package prometheus)";
    }
    auto cloud = ThreadedPeer(&script_cloud);
    for (auto const* const line : cloud_lines) {
        cloud.respond(line, json(R"({"error":"too many requests"})", "429 Too Many Requests"));
    }
    auto const directory = TemporaryDirectory();
    auto const file = directory.write(
        "accounts.json", R"({"accounts":[{"id":"cloud","auth":"api_key","cloud_base_url":")" +
                             cloud.url() + R"("}]})");
    auto const exporter =
        ExporterProcess({"--config", file.string()}, {{"OLLAMA_API_KEY", "planted-key"}});
    auto snapshot = ollama::Snapshot{};
    ASSERT_FALSE(read_json(body_of(exporter.get("/snapshot")), snapshot));
    EXPECT_EQ(snapshot.status, ollama::Status::LIMITED);
    auto const page = body_of(exporter.get("/metrics"));
    expect_no_finding(page);
    auto const read = ExpositionReader(page, false);
    EXPECT_EQ(read.count("ollama_up"), 0u);
    EXPECT_EQ(read.number("ollama_cloud_up"), "0");
}

// The API key belongs to the exporter's own account, so a probe of another server must not query
// the cloud.
TEST(Probe, UrlTargetSkipsCloud) {
    auto server = FakeOllama();
    auto other = FakeOllama();
    auto cloud = ThreadedPeer(&script_cloud);
    auto const exporter = ExporterProcess(
        {"--ollama-host", server.url(), "--cloud-base-url", cloud.url(), "--allow-target",
         "127.0.0.1:*"},
        {{"OLLAMA_API_KEY", "planted-key"}, {"OLLAMA_SESSION_COOKIE", "planted-cookie"}});
    auto const state = [](std::string const& name) {
        return std::map<std::string, std::string>{{"source", "cloud"}, {"state", name}};
    };
    EXPECT_EQ(exporter.metrics().number("ousage_source_state", state("skipped")), "0");
    auto const probe =
        ExpositionReader(body_of(exporter.get("/probe?target=" + other.url())), false);
    EXPECT_EQ(probe.number("ollama_up"), "1");
    EXPECT_EQ(probe.number("ousage_source_state", state("skipped")), "1");
    EXPECT_EQ(probe.count("ollama_cloud_up"), 0u);
    EXPECT_EQ(probe.count("ollama_cloud_usage_ratio"), 0u);
}

} // namespace

#endif
