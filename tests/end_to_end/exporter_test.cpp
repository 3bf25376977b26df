// Tests the exporter with the requests of Prometheus and of misbehaving clients.
#include "support/exporter_process.hpp"
#include "support/exposition_reader.hpp"
#include "support/fake_ollama.hpp"
#include "support/gunzip.hpp"
#include "support/instances.hpp"
#include "support/process.hpp"
#include "support/raw_client.hpp"
#include <ousage/json/reader.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <gtest/gtest.h>

#include <set>

#ifdef OUSAGE_TEST_EXPORTER

namespace {

using namespace ousage;
using namespace ousage::test;

using Exporter = ExporterProcess;

std::string line(std::string const& method, std::string const& path, int status) {
    return "[GIN] 2026/11/20 - 16:04:05 | " + std::to_string(status) +
           " |            2s |       127.0.0.1 | " + method + "     \"" + path + "\"\n";
}

TEST(Exporter, EveryPathRespondsWithoutServer) {
    auto exporter = Exporter(nowhere);
    auto const read = exporter.metrics();
    EXPECT_EQ(read.number("ollama_up"), "0");
    EXPECT_EQ(
        read.number("ousage_source_state", {{"source", "local_api"}, {"state", "error"}}), "1");
    EXPECT_EQ(
        read.number("ousage_source_state", {{"source", "server_log"}, {"state", "absent"}}), "1");
    EXPECT_EQ(
        read.number(
            "ollama_api_errors_total", {{"endpoint", "/api/ps"}, {"error_kind", "connect"}}),
        "1");

    struct Row {
        char const* path;
        int status;
        char const* type;
    };

    Row const rows[] = {
        {"/metrics", 200, "text/plain; version=0.0.4; charset=utf-8"},
        {"/metrics?x=y", 200, "text/plain; version=0.0.4; charset=utf-8"},
        {"/snapshot", 200, "application/json"},
        {"/sd", 200, "application/json"},
        {"/-/healthy", 200, "text/plain; charset=utf-8"},
        {"/-/ready", 200, "text/plain; charset=utf-8"},
        {"/", 200, "text/html; charset=utf-8"},
        {"/probe", 400, "text/plain; charset=utf-8"},
        {"/probe?target=", 400, "text/plain; charset=utf-8"},
        {"/probe?target=%zz", 400, "text/plain; charset=utf-8"},
        {"/probe?target=a&target=b", 400, "text/plain; charset=utf-8"},
        {"/probe?target=elsewhere", 403, "text/plain; charset=utf-8"},
        {"/nothing", 404, "text/plain; charset=utf-8"},
        {"/metrics/", 404, "text/plain; charset=utf-8"},
        {"/../etc/passwd", 404, "text/plain; charset=utf-8"},
    };
    for (auto const& [path, status, type] : rows) {
        auto const response = exporter.get(path);
        EXPECT_EQ(status_of(response), status) << path;
        EXPECT_EQ(header_of(response, "Content-Type"), type) << path;
        EXPECT_EQ(header_of(response, "Content-Length"), std::to_string(body_of(response).size()));
        auto const head = http_get(exporter.port(), path, {}, "HEAD");
        EXPECT_EQ(status_of(head), status) << path;
        EXPECT_EQ(body_of(head), "") << path;
        EXPECT_NE(header_of(head, "Content-Length"), "0") << path;
    }
    for (auto const* const method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"}) {
        auto const response = http_get(exporter.port(), "/metrics", {}, method);
        EXPECT_EQ(status_of(response), 405) << method;
        EXPECT_EQ(header_of(response, "Allow"), "GET, HEAD") << method;
    }
    auto snapshot = ollama::Snapshot{};
    EXPECT_FALSE(read_json(body_of(exporter.get("/snapshot")), snapshot));
    EXPECT_EQ(snapshot.sources.size(), 7u);
    auto const ended = exporter.end();
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_FALSE(ended.by_signal);
}

// What identifies a series in a page, of the families that both pages have.
std::set<std::string> series_of(ExpositionReader const& page, ExpositionReader const& other) {
    auto series = std::set<std::string>{};
    for (auto const& sample : page.samples()) {
        auto text = sample.name;
        for (auto const& [label, value] : sample.labels) {
            text += "," + label + "=" + value;
        }
        if (other.count(sample.name) > 0) {
            series.insert(std::move(text));
        }
    }
    return series;
}

TEST(Exporter, WritesSameSeriesAsProgram) {
    auto const server = FakeOllama();
    auto const exporter = Exporter({"--ollama-host", server.url()});
    exporter.wait_for("ollama_up", {}, "1");
    auto const directory = (exporter.directory().path() / "ollama").string();
    auto const run = run_command(
        "env HOME=" + exporter.directory().path().string() + " " OUSAGE_TEST_PROGRAM " --no-state" +
        " --format prometheus --base-url " + server.url() + " --config-dir " + directory);
    EXPECT_EQ(run.exit_code, 0) << run.error;
    auto const program = ExpositionReader(run.out, false);
    auto const page = exporter.metrics();
    EXPECT_EQ(series_of(program, page), series_of(page, program));
    EXPECT_EQ(
        program.number(
            "ollama_model_info", {{"model", "tiny:latest"},
                                  {"family", "llama"},
                                  {"parameter_size", "1B"},
                                  {"quantization", "Q4_0"},
                                  {"format", "gguf"}}),
        "1");
    // Whatever the program writes, the exporter writes too.
    for (auto const& sample : program.samples()) {
        EXPECT_GT(page.count(sample.name), 0u) << sample.name;
    }
}

TEST(Exporter, KeepsExactCountsOfDeletedLog) {
    auto server = FakeOllama();
    auto exporter = Exporter({"--ollama-host", server.url()}, {{"SCRAPE_INTERVAL", "100ms"}});
    exporter.wait_for("ollama_up", {}, "1");
    exporter.log(
        line("POST", "/api/chat", 200) + line("POST", "/api/chat", 500) +
        line("GET", "/api/tags", 200) + line("BREW", "/x", 200) + "[GIN] broken\n");
    exporter.wait_for("ollama_inference_requests_total", {}, "2");
    exporter.log(line("POST", "/v1/embeddings", 200));
    exporter.wait_for("ollama_inference_requests_total", {}, "3");
    auto const check = [](ExpositionReader const& read) {
        auto const requests = [&](char const* route, char const* method, char const* code) {
            return read.number(
                "ollama_requests_total", {{"route", route}, {"method", method}, {"code", code}});
        };
        EXPECT_EQ(requests("chat", "POST", "200"), "1");
        EXPECT_EQ(requests("chat", "POST", "500"), "1");
        EXPECT_EQ(requests("embed", "POST", "200"), "1");
        EXPECT_EQ(requests("other", "GET", "200"), "1");
        EXPECT_EQ(requests("other", "other", "200"), "1");
        EXPECT_EQ(read.number("ollama_request_duration_seconds_sum", {{"route", "chat"}}), "4");
        EXPECT_EQ(read.number("ollama_log_lines_total", {{"outcome", "unparsed"}}), "1");
        EXPECT_EQ(read.number("ollama_log_lines_total", {{"outcome", "read"}}), "5");
    };
    auto const up = exporter.metrics();
    check(up);
    EXPECT_EQ(
        up.number(
            "ollama_model_info", {{"model", "tiny:latest"},
                                  {"family", "llama"},
                                  {"parameter_size", "1B"},
                                  {"quantization", "Q4_0"},
                                  {"format", "gguf"}}),
        "1");
    EXPECT_EQ(up.number("ollama_loaded_model_vram_bytes", {{"model", "tiny:latest"}}), "60");
    EXPECT_GE(
        up.value("ollama_api_response_time_seconds_count", {{"endpoint", "/api/version"}}), 1);
    // The model is replaced, then the server fails: its series disappear, the counters remain.
    server.respond("GET /api/tags", json(R"({"models":[{"name":"new:1","size":1}]})"));
    server.respond("POST /api/show", json("{}"));
    server.respond("GET /api/ps", json(R"({"models":[]})"));
    exporter.wait_for("ollama_model_size_bytes", {{"model", "new:1"}}, "1");
    exporter.wait_for("ollama_loaded_models", {}, "0");
    EXPECT_EQ(exporter.metrics().number("ollama_model_size_bytes", {{"model", "tiny:latest"}}), "");
    for (auto const* const path : {"version", "status", "tags", "ps"}) {
        server.respond(std::string("GET /api/") + path, fault::reset());
    }
    exporter.wait_for("ollama_up", {}, "0");
    auto const down = exporter.metrics();
    check(down);
    EXPECT_EQ(down.count("ollama_model_size_bytes"), 0u);
    EXPECT_EQ(down.count("ollama_model_count"), 0u);
    std::filesystem::remove_all(exporter.directory().path() / "ollama");
    exporter.wait_for("ollama_inference_requests_total", {}, "3");
    check(exporter.metrics());
}

TEST(Exporter, CountsRequestsByExpiryWithoutLog) {
    auto server = FakeOllama();
    auto exporter = Exporter({"--ollama-host", server.url(), "--scrape-interval", "0.1"});
    exporter.wait_for("ollama_inference_requests_total", {}, "0");
    exporter.wait_for("ollama_gpu_likely_active", {}, "0");
    server.respond("GET /api/ps", FakeOllama::loaded("2099-01-01T00:05:00Z"));
    exporter.wait_for("ollama_inference_requests_total", {}, "1");
    EXPECT_GT(exporter.metrics().value("ollama_gpu_likely_active"), 0);
    server.respond("GET /api/ps", json(R"({"models":[]})"));
    exporter.wait_for("ollama_model_unloads_total", {{"model", "tiny:latest"}}, "1");
    server.respond("GET /api/ps", FakeOllama::loaded("2099-01-01T00:05:00Z"));
    exporter.wait_for("ollama_model_loads_total", {{"model", "tiny:latest"}}, "1");
    EXPECT_EQ(exporter.metrics().number("ollama_inference_requests_total"), "1");
}

TEST(Exporter, OpenTaskOfTheLogIsAnInferenceUntilItsRelease) {
    auto server = FakeOllama();
    auto exporter = Exporter({"--ollama-host", server.url(), "--scrape-interval", "0.1"});
    exporter.wait_for("ollama_inference_active", {}, "0");
    auto const task = std::string("slot x: id  0 | task 1 | ");
    exporter.log(task + "processing task\n" + task + "new prompt, task.n_tokens = 20\n");
    exporter.wait_for("ollama_inference_active", {}, "1");
    EXPECT_GT(exporter.metrics().value("ollama_gpu_likely_active"), 0);
    exporter.log(task + "stop processing: n_tokens = 20, truncated = 0\n");
    exporter.wait_for("ollama_inference_active", {}, "0");
}

TEST(Exporter, NegotiatesFormatAndEncoding) {
    auto server = FakeOllama();
    auto exporter = Exporter({"--ollama-host", server.url()});
    auto const open = exporter.get(
        "/metrics", "Accept: application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1\r\n");
    EXPECT_EQ(
        header_of(open, "Content-Type"),
        "application/openmetrics-text; version=1.0.0; charset=utf-8");
    auto const read = ExpositionReader(body_of(open), true);
    EXPECT_EQ(read.number("ollama_up"), "1");
    EXPECT_EQ(read.types().at("ollama_inference_requests"), "counter");
    auto const packed = exporter.get(
        "/metrics", "Accept-Encoding: gzip\r\nAccept: application/openmetrics-text\r\n");
    EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
    EXPECT_EQ(header_of(packed, "Vary"), "Accept, Accept-Encoding");
    EXPECT_EQ(ExpositionReader(gunzip(body_of(packed)), true).number("ollama_up"), "1");
    for (auto const* const broken :
         {"Accept: ;;;q=,,,", "Accept: application/openmetrics-text;q=x", "Accept: \x01\xff",
          "Accept: image/png", "Accept:"}) {
        auto const response = exporter.get("/metrics", std::string(broken) + "\r\n");
        // A control character in a header is invalid HTTP.
        auto const is_http = std::string_view(broken).find('\x01') == std::string_view::npos;
        EXPECT_EQ(status_of(response), is_http ? 200 : 400) << broken;
        if (is_http) {
            EXPECT_NO_THROW(ExpositionReader(body_of(response), false)) << broken;
        }
    }
}

TEST(Exporter, QueriesAllowedTargetsOnly) {
    auto server = FakeOllama();
    auto const directory = TemporaryDirectory();
    auto const file = directory.write(
        "config.json", R"({"accounts":[{"id":"first","base_url":"http://127.0.0.1:1"},
            {"id":"second","base_url":")" +
                           server.url() + R"("}]})");
    auto exporter = Exporter(
        {"--config", file.string(), "--allow-target", "http://localhost:*", "--allow-target",
         "https://*.example.org"});
    auto const probe = [&](std::string const& target) {
        return exporter.get("/probe?target=" + target);
    };
    auto const second = ExpositionReader(body_of(probe("second")), false);
    EXPECT_EQ(second.number("ollama_up"), "1");
    EXPECT_EQ(second.count("process_start_time_seconds"), 0u);
    EXPECT_EQ(ExpositionReader(body_of(probe("first")), false).number("ollama_up"), "0");
    auto const port = server.url().substr(server.url().rfind(':') + 1);
    EXPECT_EQ(
        ExpositionReader(body_of(probe("localhost:" + port)), false).number("ollama_up"), "1");
    EXPECT_EQ(
        ExpositionReader(body_of(probe("http://localhost:" + port)), false).number("ollama_up"),
        "1");
    EXPECT_EQ(status_of(probe(server.url())), 200); // the same server as `second`
    for (auto const* const refused :
         {"file:///etc/passwd", "http://user:secret@localhost:1", "http://127.0.0.1:9",
          "http://localhost:1/x%0d%0aX-Evil:%201", "localhost%00", "http://localhost@evil:1",
          "%F0%9F%98%80", "gopher://localhost:1", "http://localhost:*", "https://a.b:1.example.org",
          "https://evil/.example.org", "*", "http://localhost:1%2F..", "third", "localhost:99999",
          "http://localhost:1?x=y", "http://localhost:1%23", "%20localhost:1", "//localhost:1"}) {
        auto const response = probe(refused);
        EXPECT_EQ(status_of(response), 403) << refused;
        EXPECT_EQ(response.find("secret"), response.npos) << refused;
        EXPECT_EQ(response.find("X-Evil"), response.npos) << refused;
    }
    auto const list = body_of(exporter.get("/sd"));
    EXPECT_NE(list.find("\"second\""), list.npos);
    EXPECT_NE(list.find(server.url()), list.npos);
    EXPECT_EQ(exporter.errors().find("secret"), std::string::npos);
}

TEST(Exporter, ProbeEndsAtScrapeTimeout) {
    auto server = FakeOllama();
    server.respond("GET /api/ps", fault::hang());
    auto exporter = Exporter(
        {"--ollama-host", "127.0.0.1:1", "--allow-target", "127.0.0.1:*", "--timeout", "55s"});
    auto const response = exporter.get(
        "/probe?target=" + server.url(), "X-Prometheus-Scrape-Timeout-Seconds: 0.6\r\n");
    auto const read = ExpositionReader(body_of(response), false);
    EXPECT_EQ(read.number("ollama_up"), "1");
    EXPECT_EQ(read.number("ollama_model_count"), "1");
    EXPECT_EQ(read.count("ollama_loaded_models"), 0u);
}

TEST(Exporter, MoreProbesThanTheLimitAreRefused) {
    auto server = FakeOllama();
    server.respond("GET /api/ps", fault::hang());
    auto exporter = Exporter(
        {"--ollama-host", "127.0.0.1:1", "--allow-target", "127.0.0.1:*", "--timeout", "55s",
         "--web.max-requests", "2"});
    exporter.metrics();
    auto const probe = "GET /probe?target=" + server.url() +
                       " HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 30\r\n\r\n";
    auto first = RawClient(exporter.port());
    auto second = RawClient(exporter.port());
    first.send(probe);
    second.send(probe);
    // The exporter reads these requests after the probes.
    EXPECT_EQ(body_of(exporter.get("/-/healthy")), "healthy\n");
    EXPECT_EQ(body_of(exporter.get("/-/healthy")), "healthy\n");
    auto third = RawClient(exporter.port());
    third.send(probe);
    auto const refused = third.read_response();
    EXPECT_EQ(status_of(refused), 503);
    EXPECT_EQ(body_of(refused), "too many concurrent requests\n");
    EXPECT_EQ(body_of(exporter.get("/-/healthy")), "healthy\n");
    EXPECT_EQ(exporter.end().exit_code, 0);
}

TEST(Exporter, SignalCompletesOpenScrapesBeforeExit) {
    auto server = FakeOllama();
    server.respond("GET /api/ps", fault::hang());
    auto exporter = Exporter(
        {"--ollama-host", "127.0.0.1:1", "--allow-target", "127.0.0.1:*", "--timeout", "55s"});
    exporter.metrics();
    auto client = RawClient(exporter.port());
    client.send("GET /probe?target=" + server.url() + " HTTP/1.1\r\nHost: x\r\n\r\n");
    // The exporter reads this request after the probe, so the probe is in progress once it
    // responds.
    while (body_of(exporter.get("/-/healthy")).empty()) {
    }
    auto const ended = exporter.end();
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_FALSE(ended.by_signal);
    EXPECT_EQ(status_of(client.read_response()), 200);
}

// Hash of the password `secret`.
constexpr char const* hash = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

TEST(Exporter, RequiresPasswordOfConfiguredUsers) {
    auto const directory = TemporaryDirectory();
    auto const file = directory.write(
        "web.yml", "basic_auth_users:\n  alice: " + std::string(hash) +
                       "\nhttp_server_config:\n  headers:\n"
                       "    X-Frame-Options: deny\n");
    auto exporter = Exporter({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});

    struct Row {
        char const* header;
        int status;
    };

    Row const rows[] = {
        {"", 401},
        {"Authorization: Basic YWxpY2U6c2VjcmV0\r\n", 200}, // alice:secret
        {"Authorization: Basic YWxpY2U6c2VjcmV0\r\n", 200},
        {"authorization: basic YWxpY2U6c2VjcmV0\r\n", 200},
        {"Authorization: Basic YWxpY2U6c2VjcmVU\r\n", 401}, // alice:secreT
        {"Authorization: Basic YWxpY2U6\r\n", 401},         // alice:
        {"Authorization: Basic Ym9iOnNlY3JldA==\r\n", 401}, // bob:secret
        {"Authorization: Basic YWxpY2U=\r\n", 401},         // alice
        {"Authorization: Basic ====\r\n", 401},
        {"Authorization: Basic !!!!\r\n", 401},
        {"Authorization: Bearer YWxpY2U6c2VjcmV0\r\n", 401},
        {"Authorization: Basic YWxpY2U6c2VjcmV0AA==\r\n", 401},
    };
    for (auto const& [header, status] : rows) {
        for (auto const* const path : {"/metrics", "/probe?target=x", "/-/healthy", "/"}) {
            auto const response = exporter.get(path, header);
            auto const expected =
                status == 200 && std::string_view(path).starts_with("/probe") ? 403 : status;
            EXPECT_EQ(status_of(response), expected) << header << path;
            EXPECT_EQ(header_of(response, "X-Frame-Options"), "deny");
            EXPECT_EQ(header_of(response, "WWW-Authenticate").empty(), status == 200);
        }
    }
    EXPECT_EQ(exporter.errors().find("c2VjcmV0"), std::string::npos);
}

TEST(Exporter, ServesTlsWithConfiguredCertificate) {
    auto const directory = TemporaryDirectory();
    auto const in = directory.path().string();
    if (run_command(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
            "-keyout " +
            in + "/key.pem -out " + in + "/cert.pem")
            .exit_code != 0) {
        GTEST_SKIP() << "openssl was not found";
    }
    auto const file = directory.write(
        "web.yml", "tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n"
                   "  min_version: TLS13\n");
    auto exporter = Exporter({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    auto const ask = [&](std::string const& options) {
        return run_command(
            "openssl s_client -quiet -connect 127.0.0.1:" + std::to_string(exporter.port()) + " " +
                options,
            "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    };
    auto const good = ask("-CAfile " + in + "/cert.pem -verify_return_error");
    EXPECT_EQ(status_of(good.out), 200) << good.error;
    EXPECT_EQ(body_of(good.out), "healthy\n");
    EXPECT_EQ(ask("-tls1_2").out, "");
    EXPECT_EQ(status_of(exporter.get("/metrics")), 0); // no response without TLS
}

TEST(Exporter, HangupReloadsAccountsAndKeepsCounters) {
    auto server = FakeOllama();
    auto const directory = TemporaryDirectory();
    auto const write = [&](std::string const& more) {
        return directory.write(
            "config.json",
            R"({"accounts":[{"id":"own","base_url":")" + server.url() + R"("})" + more + "]}");
    };
    auto const file = write(R"(,{"id":"old","base_url":"http://127.0.0.1:1"})");
    auto exporter = Exporter({"--config", file.string()}, {{"SCRAPE_INTERVAL", "100ms"}});
    exporter.wait_for("ousage_config_last_reload_successful", {}, "1");
    auto const requests = [&] {
        return exporter.metrics().value(
            "ollama_api_response_time_seconds_count", {{"endpoint", "/api/version"}});
    };
    wait_until("some polls", [&] { return requests() >= 2; });
    EXPECT_EQ(status_of(exporter.get("/probe?target=old")), 200);
    auto const before = requests();
    write(R"(,{"id":"new","base_url":"http://127.0.0.1:1"})");
    exporter.child().signal(SIGHUP);
    wait_until(
        "the new account", [&] { return status_of(exporter.get("/probe?target=new")) == 200; });
    EXPECT_EQ(status_of(exporter.get("/probe?target=old")), 403);
    EXPECT_GE(requests(), before);
    EXPECT_NE(exporter.errors().find("added=1 removed=1 kept=1"), std::string::npos);
    write(R"(,{"id":1})");
    exporter.child().signal(SIGHUP);
    exporter.wait_for("ousage_config_last_reload_successful", {}, "0");
    EXPECT_EQ(status_of(exporter.get("/probe?target=new")), 200);
    EXPECT_EQ(exporter.end().exit_code, 0);
}

TEST(Exporter, CountsRequestsByPage) {
    auto const exporter = Exporter(nowhere);
    exporter.metrics();
    exporter.get("/probe?target=elsewhere");
    exporter.get("/nothing");
    auto const requests = [](ExpositionReader const& read, char const* handler, char const* code) {
        return read.number("ousage_http_requests_total", {{"handler", handler}, {"code", code}});
    };
    exporter.wait_for("ousage_http_requests_total", {{"handler", "probe"}, {"code", "403"}}, "1");
    auto const read = exporter.metrics();
    EXPECT_EQ(requests(read, "other", "404"), "1");
    EXPECT_EQ(requests(read, "sd", "200"), "0");
    EXPECT_GE(
        read.value("ousage_http_requests_total", {{"handler", "metrics"}, {"code", "200"}}), 1);
    EXPECT_EQ(read.number("ousage_http_connections_dropped_total", {{"reason", "evicted"}}), "0");
    EXPECT_GT(read.value("ousage_config_last_reload_success_timestamp_seconds"), 1e9);
    EXPECT_NE(exporter.errors().find("msg=\"refused a target\""), std::string::npos);
}

TEST(Exporter, RejectsInvalidConfigurationOnOneLine) {
    auto const directory = TemporaryDirectory();
    auto const web = [&](std::string const& text) {
        return "--web.config.file " + directory.write("web.yml", text).string();
    };

    struct Row {
        std::string arguments;
        char const* names;
    };

    auto const check = [](Row const& row) {
        auto const finished = run_command(
            "env -u OLLAMA_HOST " OUSAGE_TEST_EXPORTER " --listen 127.0.0.1:0 " + row.arguments);
        EXPECT_EQ(finished.exit_code, 2) << row.arguments;
        EXPECT_EQ(finished.out, "");
        EXPECT_EQ(std::count(finished.error.begin(), finished.error.end(), '\n'), 1)
            << finished.error;
        EXPECT_NE(finished.error.find(row.names), finished.error.npos) << finished.error;
        EXPECT_EQ(finished.error.find("hunter2"), finished.error.npos) << finished.error;
    };
    check({"--nope", "--nope"});
    check({"--port x", "--port"});
    check({"--ollama-port 99999", "--ollama-port"});
    check({"--scrape-interval soon", "--scrape-interval"});
    check({"--scrape-interval 1ms", "--scrape-interval"});
    check({"--allow-target file:///x", "--allow-target"});
    check({"--timeout cloud=x", "--timeout"});
    check({"--config /nonexistent", "/nonexistent"});
    check({"--web.config.file /nonexistent", "/nonexistent"});
    check({web("basic_auth_users: {alice: hunter2}\n"), "line 1: basic_auth_users"});
    check({web("a: 1\n"), "unknown key a"});
    check({web("tls_server_config:\n  cert_file: x\n"), "key_file"});
    check(
        {web("tls_server_config:\n  cert_file: x\n  key_file: y\n  min_version: SSL3\n"),
         "line 4: min_version"});
    check(
        {web("tls_server_config: {cert_file: x, key_file: y,"
             " client_auth_type: RequireAndVerifyClientCert}\n"),
         "client_ca_file"});
    check({web("tls_server_config: {cert_file: nowhere, key_file: y}\n"), "tls_server_config"});
    check({web("{{{{\n"), "web.yml: line 2"});
    check({web("- 1\n"), "not a map"});
    check({"--listen 127.0.0.1", "--listen"});
}

TEST(Exporter, ReadsOptionsFromEnvironment) {
    auto server = FakeOllama();
    auto const url = server.url();
    auto const port = url.substr(url.rfind(':') + 1);
    auto exporter = Exporter({}, {{"OLLAMA_HOST", "127.0.0.1"}, {"OLLAMA_PORT", port}});
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "1");
    auto const whole = Exporter({}, {{"OLLAMA_HOST", url}, {"OLLAMA_PORT", "1"}});
    EXPECT_EQ(whole.metrics().number("ollama_up"), "1");
}

TEST(Exporter, PassesPromtoolLint) {
    if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "promtool was not found (package prometheus)";
    }
    auto const lint = [](Exporter const& exporter) {
        auto const finished =
            run_command("promtool check metrics", body_of(exporter.get("/metrics")));
        auto lines = std::istringstream(finished.out + finished.error);
        auto one = std::string{};
        while (std::getline(lines, one)) {
            // The only accepted finding: `ollama_model_count` is a gauge whose fixed name ends in
            // `_count`.
            EXPECT_TRUE(one.empty() || one.starts_with("ollama_model_count ")) << one;
        }
    };
    auto server = FakeOllama();
    auto exporter = Exporter({"--ollama-host", server.url()}, {{"SCRAPE_INTERVAL", "100ms"}});
    exporter.wait_for("ollama_up", {}, "1");
    lint(exporter);
    exporter.log(line("POST", "/api/chat", 200));
    exporter.wait_for("ollama_inference_requests_total", {}, "1");
    lint(exporter);
    lint(Exporter(nowhere));
}

TEST(Exporter, AlertRulesPassPromtoolTests) {
    if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "promtool was not found (package prometheus)";
    }
    auto const rules = std::string(OUSAGE_TEST_DATA "/../../example/deploy/prometheus");
    for (auto const* const command :
         {"test rules alerts_test.yml fleet_test.yml", "check config prometheus.yml",
          "check config --agent agent.yml"}) {
        auto const finished = run_command("sh -c 'cd " + rules + " && promtool " + command + "'");
        EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.error;
    }
}

} // namespace

#endif
