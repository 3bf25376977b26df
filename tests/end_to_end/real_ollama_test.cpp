// Compares ousage with a real Ollama, if one is installed: the client's ledger, the log and ousage
// report the same.
#include "support/ollama_workload.hpp"
#include <ousage/core/timestamp.hpp>

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace ousage::test;
using namespace std::chrono;
using Element = simdjson::dom::element;

struct Json {
    explicit Json(std::string const& text) : root(parser.parse(text)) {}

    Element operator[](char const* pointer) const { return root.at_pointer(pointer); }

    simdjson::dom::parser parser;
    Element root;
};

std::string text_of(Element element) {
    return std::string(std::string_view(element));
}

bool has(Element element, char const* key) {
    return element[key].error() == simdjson::SUCCESS;
}

// The elements of an array of objects, keyed by name.
std::map<std::string, Element> by_name(Element array) {
    auto elements = std::map<std::string, Element>{};
    for (auto const element : array.get_array()) {
        elements.emplace(text_of(element["name"]), element);
    }
    return elements;
}

// Number of processes of the server and its runners, which all have the server's HOME.
std::size_t processes_of(RealOllama const& server) {
    std::size_t count = 0;
    for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
        auto const variables = read_file(entry.path() / "environ");
        count += variables.find("HOME=" + server.home().string()) != variables.npos ? 1u : 0u;
    }
    return count;
}

using Latencies = std::map<std::string, std::vector<std::int64_t>>;

// Parses the output of `ousage log`. Returns latencies in nanoseconds, keyed by the properties of a
// request that the client records.
Latencies read_log(std::string const& text, sys_seconds from, sys_seconds to) {
    auto logged = Latencies{};
    auto lines = std::istringstream(text);
    for (auto line = std::string{}; std::getline(lines, line);) {
        auto const json = Json(line);
        auto const time = ousage::parse_rfc3339(text_of(json["/time"]));
        EXPECT_TRUE(time && time->at >= from && time->at <= to) << line;
        auto const query = text_of(json["/query"]);
        auto const key = text_of(json["/method"]) + " " + text_of(json["/path"]) +
                         (query.empty() ? "" : "?") + query + " " + text_of(json["/client"]) + " " +
                         std::to_string(std::int64_t(json["/status"])) + " " +
                         text_of(json["/route"]);
        logged[key].push_back(json["/latency_ns"]);
    }
    return logged;
}

Latencies read_ledger(std::vector<RecordedRequest> const& ledger) {
    auto request = Latencies{};
    for (auto const& row : ledger) {
        auto const key = row.method + " " + row.target() + " " + row.client + " " +
                         std::to_string(row.status) + " " + std::string(row.kind());
        request[key].push_back(row.elapsed.count());
    }
    return request;
}

// Expects the same requests, none with a longer latency on the server than on the client.
void expect_same(Latencies logged, Latencies request) {
    for (auto const& [key, ignored] : logged) {
        EXPECT_TRUE(request.contains(key)) << "nobody request " << key;
    }
    for (auto& [key, elapsed] : request) {
        auto& latencies = logged[key];
        ASSERT_EQ(latencies.size(), elapsed.size()) << key;
        std::sort(latencies.begin(), latencies.end());
        std::sort(elapsed.begin(), elapsed.end());
        for (std::size_t index = 0; elapsed.front() > 0 && index < elapsed.size(); ++index) {
            EXPECT_LE(latencies[index], elapsed[index]) << key;
        }
    }
}

void expect_requests(Json const& snapshot, std::vector<RecordedRequest> const& ledger) {
    auto const count = [&ledger](auto&& which) {
        return std::count_if(ledger.begin(), ledger.end(), which);
    };
    auto const of = [](std::string_view kind) {
        return [kind](RecordedRequest const& request) { return request.kind() == kind; };
    };
    auto const failed = [](int from, int to) {
        return [from, to](RecordedRequest const& request) {
            return request.kind() != "other" && request.status >= from && request.status < to;
        };
    };
    auto const all = static_cast<std::int64_t>(ledger.size()) - count(of("other"));
    auto const metrics = snapshot["/metrics"];
    for (auto const* const window : {"today", "5h", "1d", "7d"}) {
        auto const expect = [&](std::string const& name, std::int64_t wanted) {
            EXPECT_EQ(std::int64_t(metrics[name + "_" + window]), wanted) << name << window;
        };
        expect("requests", all);
        expect("chat_requests", count(of("chat")));
        expect("generate_requests", count(of("generate")));
        expect("embed_requests", count(of("embed")));
        expect("http_4xx", count(failed(400, 500)));
        expect("http_5xx", count(failed(500, 600)));
    }
    EXPECT_EQ(std::int64_t(metrics["recent_requests"]), all);
    EXPECT_EQ(std::int64_t(metrics["log_lines_unparsed"]), 0);
    EXPECT_EQ(text_of(snapshot["/attributes/requests_from"]), "server_log");
    if (all > 0) {
        auto const series = snapshot["/daily_series/requests"].get_array();
        ASSERT_EQ(series.size(), 1u);
        EXPECT_EQ(std::int64_t(series.at(0)["value"]), all);
    }
}

// Expects the latencies as computed from the output of `ousage log`, percentiles by nearest rank.
void expect_latencies(Json const& snapshot, Latencies const& logged) {
    auto all = std::vector<std::int64_t>{};
    for (auto const& [key, latencies] : logged) {
        if (!key.ends_with(" other")) {
            all.insert(all.end(), latencies.begin(), latencies.end());
        }
    }
    std::sort(all.begin(), all.end());
    auto const total = std::accumulate(all.begin(), all.end(), std::int64_t{0});
    auto const count = static_cast<double>(all.size());
    auto const metrics = snapshot["/metrics"];
    EXPECT_NEAR(
        double(metrics["avg_latency_ms_5h"]), static_cast<double>(total) / count / 1e6, 1e-6);
    for (auto const percent : {50u, 95u, 99u}) {
        auto const name = "p" + std::to_string(percent) + "_latency_ms_today";
        auto const rank = (all.size() * percent + 99) / 100;
        EXPECT_NEAR(double(metrics[name]), static_cast<double>(all[rank - 1]) / 1e6, 1e-6);
    }
}

std::int64_t sum(std::map<std::string, Element> const& elements, char const* key) {
    return std::accumulate(
        elements.begin(), elements.end(), std::int64_t{0},
        [key](std::int64_t total, auto const& element) {
            return total + std::int64_t(element.second[key]);
        });
}

void expect_same_time(Element text, Element wanted) {
    auto const time = ousage::parse_rfc3339(text_of(text));
    EXPECT_TRUE(time && time == ousage::parse_rfc3339(text_of(wanted))) << text << wanted;
}

void expect_models(Json const& snapshot, OllamaWorkload& workload) {
    auto const response = Json(workload.get("/api/tags"));
    auto const wanted = by_name(response["/models"]);
    ASSERT_EQ(wanted.size(), 4u);
    auto const models = by_name(snapshot["/models"]);
    ASSERT_EQ(models.size(), 4u);
    for (auto const& [name, tag] : wanted) {
        auto const model = models.at(name);
        EXPECT_EQ(std::int64_t(model["size_bytes"]), std::int64_t(tag["size"]));
        EXPECT_EQ(text_of(model["digest"]), text_of(tag["digest"]));
        EXPECT_EQ(text_of(model["location"]), "local");
        expect_same_time(model["modified_at"], tag["modified_at"]);
        for (auto const* const key : {"family", "parameter_size", "quantization_level"}) {
            EXPECT_EQ(text_of(model[key]), text_of(tag["details"][key])) << key;
        }
        auto const shown = Json(workload.post("/api/show", R"({"model":")" + name + R"("})"));
        EXPECT_EQ(
            simdjson::minify(model["capabilities"]), simdjson::minify(shown["/capabilities"]));
        EXPECT_EQ(
            std::int64_t(model["context_length"]),
            std::int64_t(shown["/model_info/llama.context_length"]));
    }
    EXPECT_EQ(std::int64_t(models.at("embed:latest")["context_length"]), 512);
    auto const metrics = snapshot["/metrics"];
    EXPECT_EQ(std::int64_t(metrics["models_total"]), 4);
    EXPECT_EQ(std::int64_t(metrics["models_local"]), 4);
    EXPECT_EQ(std::int64_t(metrics["models_cloud"]), 0);
    EXPECT_EQ(std::int64_t(metrics["models_with_tools"]), 1);
    EXPECT_EQ(std::int64_t(metrics["models_with_vision"]), 0);
    EXPECT_EQ(std::int64_t(metrics["max_context_length"]), 2048);
    EXPECT_EQ(std::int64_t(metrics["model_storage_bytes"]), sum(wanted, "size"));
    EXPECT_EQ(
        std::uint64_t(metrics["total_parameters"]),
        2 * workload.tiny.parameters + workload.embed.parameters + workload.broken.parameters);
}

void expect_loaded(Json const& snapshot, std::string const& response, bool any) {
    auto const ps = Json(response);
    auto const wanted = by_name(ps["/models"]);
    ASSERT_EQ(!wanted.empty(), any) << response;
    auto const metrics = snapshot["/metrics"];
    EXPECT_EQ(std::size_t(std::uint64_t(metrics["loaded_models"])), wanted.size());
    EXPECT_EQ(std::int64_t(metrics["loaded_model_bytes"]), sum(wanted, "size"));
    EXPECT_EQ(std::int64_t(metrics["loaded_vram_bytes"]), sum(wanted, "size_vram"));
    EXPECT_EQ(has(metrics, "context_window"), any);
    ASSERT_EQ(has(snapshot.root, "loaded_models"), any);
    for (auto const& [name, loaded] : wanted) {
        auto const model = by_name(snapshot["/loaded_models"]).at(name);
        auto const size = std::int64_t(loaded["size"]), vram = std::int64_t(loaded["size_vram"]);
        EXPECT_EQ(std::int64_t(model["size_bytes"]), size);
        EXPECT_EQ(std::int64_t(model["size_vram_bytes"]), vram);
        EXPECT_DOUBLE_EQ(double(model["vram_gb"]), static_cast<double>(vram) / 1e9);
        EXPECT_NEAR(
            double(model["cpu_percent"]),
            100 - 100 * static_cast<double>(vram) / static_cast<double>(size), 0.5);
        EXPECT_EQ(std::int64_t(model["context_length"]), std::int64_t(loaded["context_length"]));
        EXPECT_GE(std::int64_t(metrics["context_window"]), std::int64_t(loaded["context_length"]));
        expect_same_time(model["expires_at"], loaded["expires_at"]);
    }
}

// Adds the requests of ousage itself to the ledger.
void note_snapshot(OllamaWorkload& workload, Json const& tags, int status) {
    auto& client = workload.client();
    for (auto const* const path : {"/api/version", "/api/tags", "/api/ps"}) {
        client.record({"GET", path}, 200, {});
    }
    client.record({"GET", "/api/status"}, status, {});
    if (status == 404) { // before v0.16.2 the server does not report that the cloud is disabled
        client.record({"POST", "/api/me"}, 0, {});
    }
    for (auto const model : tags["/models"].get_array()) {
        if (!has(model, "capabilities")) {
            client.record({"POST", "/api/show"}, 200, {});
        }
    }
}

// Runs `ousage` between two equal responses of /api/ps and checks everything that it reports about
// the server. Returns the output.
std::string snapshot_of(OllamaWorkload& workload, bool loaded) {
    workload.wait_for_the_log();
    auto const version = Json(workload.get("/api/version"));
    auto const status = workload.client().send({"GET", "/api/status"}).status;
    auto const tags = Json(workload.get("/api/tags"));
    for (int attempt = 0; attempt < 10; ++attempt) {
        auto const before = workload.get("/api/ps");
        auto const finished = workload.ousage(
            "--timeout 30s --base-url " + workload.server().url() + " --config-dir " +
            workload.server().directory().string());
        EXPECT_EQ(finished.exit_code, 0);
        EXPECT_EQ(finished.error, "");
        note_snapshot(workload, tags, status);
        if (workload.get("/api/ps") == before) {
            auto const snapshot = Json(finished.out);
            for (auto const* const source : {"/sources/0", "/sources/1", "/sources/3"}) {
                EXPECT_EQ(text_of(snapshot[source]["state"]), "ok") << finished.out;
            }
            EXPECT_EQ(text_of(snapshot["/status"]), "OK");
            EXPECT_EQ(text_of(snapshot["/attributes/cli_version"]), text_of(version["/version"]));
            EXPECT_EQ(text_of(snapshot["/attributes/cloud_disabled"]), "true");
            EXPECT_GT(double(snapshot["/metrics/api_response_ms"]), 0);
            EXPECT_FALSE(has(snapshot.root, "diagnostics"));
            expect_loaded(snapshot, before, loaded);
            expect_requests(snapshot, workload.client().ledger());
            return finished.out;
        }
    }
    throw std::runtime_error("/api/ps does not come to rest");
}

TEST(RealOllama, ProgramMatchesClientLedgerAndLog) {
    auto const program = find_ollama();
    if (!program) {
        GTEST_SKIP() << "no ollama on the PATH, and OUSAGE_TEST_OLLAMA names none";
    }
    auto const start = floor<seconds>(system_clock::now());
    auto const watch = steady_clock::now();
    auto workload = OllamaWorkload(*program);

    auto const fresh = Json(snapshot_of(workload, false));
    EXPECT_EQ(std::int64_t(fresh["/metrics/models_total"]), 0);
    EXPECT_FALSE(has(fresh.root, "models"));

    workload.make_models();
    workload.chat();
    workload.generate();
    workload.embeddings();
    workload.send_inference_concurrently();
    workload.send_other_requests();
    workload.cancel_streams();
    auto const busy = Json(snapshot_of(workload, true));
    expect_models(busy, workload);
    EXPECT_GT(processes_of(workload.server()), 1u);

    workload.unload();
    snapshot_of(workload, false);

    workload.disconnect_early();
    workload.stop();
    EXPECT_EQ(processes_of(workload.server()), 0u);
    auto const& ledger = workload.client().ledger();
    auto const directory = workload.server().log_file().parent_path();
    auto const log = workload.ousage("log --logs-dir " + directory.string());
    EXPECT_EQ(log.exit_code, 0);
    auto const logged = read_log(log.out, start, floor<seconds>(system_clock::now()));
    expect_same(logged, read_ledger(ledger));

    // The server has ended and its log was moved: the log is still read to the last byte.
    auto const elsewhere = workload.server().home() / "old logs";
    std::filesystem::rename(directory, elsewhere);
    auto const after = workload.ousage(
        "--base-url " + workload.server().url() + " --logs-dir '" + elsewhere.string() + "'");
    EXPECT_EQ(after.exit_code, 0);
    auto const last = Json(after.out);
    EXPECT_EQ(text_of(last["/sources/0/state"]), "error");
    EXPECT_EQ(text_of(last["/sources/1/state"]), "ok");
    expect_requests(last, ledger);
    expect_latencies(last, logged);
    auto const text = read_file(elsewhere / "server.log");
    EXPECT_EQ(std::int64_t(last["/metrics/log_lines"]), std::count(text.begin(), text.end(), '\n'));
    EXPECT_EQ(std::size_t(std::uint64_t(last["/metrics/log_bytes"])), text.size());

    auto const seconds = duration<double>(steady_clock::now() - watch).count();
    std::printf(
        "%s: %zu requests in the log of %zu bytes (chat %lld, generate %lld, embed %lld, "
        "4xx %lld, 5xx %lld), %.1f s\n",
        program->c_str(), ledger.size(), text.size(),
        static_cast<long long>(std::int64_t(last["/metrics/chat_requests_5h"])),
        static_cast<long long>(std::int64_t(last["/metrics/generate_requests_5h"])),
        static_cast<long long>(std::int64_t(last["/metrics/embed_requests_5h"])),
        static_cast<long long>(std::int64_t(last["/metrics/http_4xx_5h"])),
        static_cast<long long>(std::int64_t(last["/metrics/http_5xx_5h"])), seconds);
}

} // namespace
