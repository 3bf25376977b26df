// Runs the program as a user does: exit code, standard output and standard error are checked
// separately.
#include "support/exposition_reader.hpp"
#include "support/instances.hpp"
#include "support/process.hpp"
#include "support/truth.hpp"
#include <ousage/json/reader.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace ousage;
using namespace ousage::test;

std::string const program = OUSAGE_TEST_PROGRAM;
std::string const nowhere = " --base-url http://127.0.0.1:1 --config-dir /nonexistent";

Finished ousage_program(std::string const& arguments, std::string const& input = {}) {
    return run_command(
        "env -u OLLAMA_HOST -u OLLAMA_API_KEY -u OLLAMA_SESSION_COOKIE "
        "XDG_CONFIG_HOME=/nonexistent " +
            program + " " + arguments,
        input);
}

ollama::Snapshot snapshot_of(Finished const& finished) {
    auto snapshot = ollama::Snapshot{};
    auto const failure = read_json(finished.out, snapshot);
    EXPECT_FALSE(failure) << failure->text << "\n" << finished.out << finished.error;
    return snapshot;
}

TEST(Program, DemoPrintsEverySection) {
    auto const finished = ousage_program("--demo");
    EXPECT_EQ(finished.exit_code, 0);
    EXPECT_EQ(finished.error, "");
    auto const snapshot = snapshot_of(finished);
    EXPECT_EQ(snapshot.status, ollama::Status::OK);
    ASSERT_EQ(snapshot.sources.size(), 7u);
    EXPECT_EQ(snapshot.sources[0].name, "local_api");
    EXPECT_EQ(snapshot.sources[0].state, State::ok);
    EXPECT_EQ(snapshot.sources[1].state, State::ok);
    EXPECT_EQ(snapshot.sources[3].state, State::ok);
    EXPECT_EQ(snapshot.sources[4].state, State::ok);
    EXPECT_EQ(snapshot.metrics.cloud.cloud_catalog_models, 3u);
    EXPECT_EQ(snapshot.limits.usage_five_hour->used, 12);
    EXPECT_EQ(snapshot.metrics.server.models_total, 3u);
    EXPECT_EQ(snapshot.metrics.server.models_cloud, 1u);
    EXPECT_EQ(snapshot.metrics.requests.seven_days.requests, 8u);
    EXPECT_EQ(snapshot.metrics.requests.one_day.http_5xx, 1u);
    EXPECT_EQ(snapshot.models[0].context_length, 131072);
    EXPECT_EQ(snapshot.loaded_models.size(), 1u);
    EXPECT_FALSE(snapshot.daily_series.at("requests").empty());
    EXPECT_TRUE(snapshot.diagnostics.empty());
}

TEST(Program, WritesEveryFormat) {
    auto const compact = ousage_program("--demo --format compact");
    EXPECT_EQ(std::count(compact.out.begin(), compact.out.end(), '\n'), 1);
    EXPECT_EQ(snapshot_of(compact).metrics.server.models_total, 3u);
    auto const table = ousage_program("--demo --format table");
    EXPECT_NE(table.out.find("llama3.2:latest"), table.out.npos);
    EXPECT_EQ(table.out.find('\x1b'), table.out.npos);
    EXPECT_TRUE(table.out.starts_with(" Ollama 0.33.0   127.0.0.1:")) << table.out;
    auto const prometheus = ousage_program("--demo --format prometheus");
    EXPECT_EQ(prometheus.exit_code, 0);
    EXPECT_EQ(ExpositionReader(prometheus.out, false).number("ollama_model_count"), "3");
}

TEST(Program, TableFollowsColumnsAndLocale) {
    auto const narrow = run_command(
        "env -u OLLAMA_HOST XDG_CONFIG_HOME=/nonexistent LC_ALL=C COLUMNS=40 " + program +
        " --demo --format table");
    EXPECT_EQ(narrow.exit_code, 0);
    EXPECT_NE(narrow.out.find("\n- Loaded ----"), narrow.out.npos) << narrow.out;
    for (auto const& line : split_lines(narrow.out)) {
        EXPECT_LE(line.size(), 40u) << line;
    }
    EXPECT_TRUE(std::all_of(narrow.out.begin(), narrow.out.end(), [](char byte) {
        return byte == '\n' || (byte >= ' ' && byte <= '~');
    })) << narrow.out;
}

TEST(Program, TableStatesWhyThereIsNoData) {
    auto const finished = ousage_program(nowhere + " --format table");
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_NE(finished.out.find("Ollama at 127.0.0.1:1 is down: "), finished.out.npos)
        << finished.out;
    EXPECT_NE(finished.out.find("log absent"), finished.out.npos) << finished.out;
}

TEST(Program, DoctorReportsEverySource) {
    auto const finished = ousage_program("doctor --demo");
    EXPECT_EQ(finished.exit_code, 0);
    EXPECT_EQ(finished.error, "");
    for (auto const* const part :
         {"Versions", "ousage", "Sources", "api", "log", "desktop", "config", "cloud", "gpu",
          "runners", "found: Ollama 0.33.0, 3 models, 1 loaded"}) {
        EXPECT_NE(finished.out.find(part), finished.out.npos) << part << "\n" << finished.out;
    }
    EXPECT_EQ(finished.out.find('@'), finished.out.npos) << finished.out;
}

TEST(Program, DoctorStatesWhatToDoWithoutAnyData) {
    auto const finished = ousage_program("doctor" + nowhere);
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_EQ(finished.error, "");
    EXPECT_NE(finished.out.find("do: start Ollama"), finished.out.npos) << finished.out;
}

TEST(Program, StatusIsOneLineAndSucceedsWithoutData) {
    auto const plain = ousage_program("status --no-state" + nowhere);
    EXPECT_EQ(plain.exit_code, 0);
    EXPECT_EQ(plain.out, "Ollama down\n");
    EXPECT_EQ(plain.error, "");
    auto const block = ousage_program("status --format i3blocks --no-state" + nowhere);
    EXPECT_EQ(block.exit_code, 33);
    EXPECT_EQ(block.out, "Ollama down\nOllama down\n#FF0000\n");
    auto const filled =
        ousage_program("status --template '[{loaded}|{vram}]' --no-state" + nowhere);
    EXPECT_EQ(filled.exit_code, 0);
    EXPECT_EQ(filled.out, "[Ollama down|]\n");
    auto const demo = ousage_program("status --demo");
    EXPECT_EQ(demo.exit_code, 0);
    EXPECT_EQ(std::count(demo.out.begin(), demo.out.end(), '\n'), 1);
}

TEST(Program, HistoryHasRowsOrExitsWithOne) {
    auto const demo = ousage_program("history --demo --format csv");
    EXPECT_EQ(demo.exit_code, 0);
    EXPECT_EQ(demo.error, "");
    EXPECT_EQ(demo.out.find("period,requests,input_tokens,output_tokens,errors,from\n"), 0u)
        << demo.out;
    EXPECT_NE(demo.out.find(",log\n"), demo.out.npos) << demo.out;
    auto const none = ousage_program("history --no-state" + nowhere);
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_EQ(none.out, "[]\n");
    EXPECT_EQ(none.error, "ousage: no request in the log, and nothing is stored\n");
    auto const broken = ousage_program("history --history-db /dev/null" + nowhere);
    EXPECT_EQ(broken.exit_code, 2);
    EXPECT_NE(broken.error.find("/dev/null: "), broken.error.npos) << broken.error;
}

TEST(Program, ExitsWithOneWithoutAnyData) {
    auto const finished = ousage_program(nowhere);
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_EQ(finished.error, "");
    auto const snapshot = snapshot_of(finished);
    EXPECT_EQ(snapshot.status, ollama::Status::UNKNOWN);
    EXPECT_EQ(snapshot.sources[0].state, State::error);
    EXPECT_EQ(snapshot.sources[1].state, State::absent);
    EXPECT_EQ(snapshot.diagnostics.count("local_api_error"), 1u);
}

TEST(Program, RejectsInvalidOptionOnOneLine) {
    struct Row {
        char const* arguments;
        char const* names;
    };

    Row const rows[] = {
        {"--basurl x", "--basurl"},
        {"--timeout 5", "--timeout"},
        {"--timeout clod=5s", "clod"},
        {"--now yesterday", "--now"},
        {"--format xml", "--format"},
        {"log --format prometheus -", "--format"},
        {"--base-url ftp://x", "--base-url"},
        {"--cloud-base-url x", "--cloud-base-url"},
        {"--log-timezone Mars/Base", "--log-timezone"},
        {"--account nobody", "nobody"},
        {"--config /nonexistent", "/nonexistent"},
        {"--logs-dir ''", "--logs-dir"},
        {"log --status 7", "--status"},
        {"log --since soon", "--since"},
        {"status --format json", "--format"},
        {"status --template '{lodaed}'", "lodaed"},
        {"--format waybar", "--format"},
        {"log /nonexistent/server.log", "server.log"},
    };
    for (auto const& row : rows) {
        auto const finished = ousage_program(row.arguments);
        EXPECT_EQ(finished.exit_code, 2) << row.arguments;
        EXPECT_EQ(finished.out, "") << row.arguments;
        EXPECT_EQ(std::count(finished.error.begin(), finished.error.end(), '\n'), 1)
            << finished.error;
        EXPECT_NE(finished.error.find(row.names), std::string::npos) << finished.error;
    }
}

TEST(Program, PrintsAccountsAsArrayAndSelectsOne) {
    auto const directory = TemporaryDirectory();
    auto const file = directory.write("config.json", R"({"accounts":[
        {"id":"one","base_url":"http://127.0.0.1:1","config_dir":"/nonexistent"},
        {"id":"two","auth":"api_key","api_key_env":"NO_SUCH_KEY","config_dir":"/nonexistent"}]})");
    auto const both = ousage_program("--format compact --config " + file.string());
    EXPECT_EQ(both.exit_code, 1);
    EXPECT_TRUE(both.out.starts_with("[{"));
    auto const two = ousage_program("--account two --config " + file.string());
    EXPECT_EQ(two.exit_code, 1);
    auto const snapshot = snapshot_of(two);
    EXPECT_EQ(snapshot.account_id, "two");
    EXPECT_EQ(snapshot.status, ollama::Status::AUTH_REQUIRED);
    EXPECT_EQ(snapshot.sources[0].state, State::skipped);
}

constexpr char const* log_text =
    "time=2026-11-20T15:00:00.000+01:00 level=INFO source=a.go:1 msg=x\n"
    "[GIN] 2026/11/20 - 16:04:05 | 200 |    1.234567ms |       127.0.0.1 | POST     "
    "\"/api/chat?a=b\"\n"
    "Error #01: broken pipe\n"
    "[GIN] 2026/11/20 - 16:04:06 | 500 |            2s |             ::1 | GET      "
    "\"/api/tags\"\n";

TEST(Program, WritesLogAsJsonLines) {
    auto const all = ousage_program("log -", log_text);
    EXPECT_EQ(all.exit_code, 0);
    EXPECT_EQ(
        all.out, "{\"time\":\"2026-11-20T16:04:05+01:00\",\"status\":200,\"latency_ns\":1234567,"
                 "\"client\":\"127.0.0.1\","
                 "\"method\":\"POST\",\"path\":\"/api/"
                 "chat\",\"query\":\"a=b\",\"route\":\"chat\",\"errors\":[\"broken pipe\"]}\n"
                 "{\"time\":\"2026-11-20T16:04:06+01:00\",\"status\":500,\"latency_ns\":2000000000,"
                 "\"client\":\"::1\","
                 "\"method\":\"GET\",\"path\":\"/api/"
                 "tags\",\"query\":\"\",\"route\":\"other\",\"errors\":[]}\n");
}

TEST(Program, FiltersLogByOptions) {
    auto const count = [](std::string const& options) {
        auto const finished = ousage_program("log - " + options, log_text);
        EXPECT_EQ(finished.exit_code, 0) << options;
        return std::count(finished.out.begin(), finished.out.end(), '\n');
    };
    EXPECT_EQ(count("--inference"), 1);
    EXPECT_EQ(count("--status 5xx"), 1);
    EXPECT_EQ(count("--status 200"), 1);
    EXPECT_EQ(count("--status 404"), 0);
    EXPECT_EQ(count("--path /api/chat"), 1);
    EXPECT_EQ(count("--since 2026-11-20T15:04:06Z"), 1);
    EXPECT_EQ(count("--until 2026-11-20T15:04:05Z"), 1);
    EXPECT_EQ(count("--since 1h --now 2026-11-20T17:04:05+01:00"), 2);
}

TEST(Program, ReadsConfiguredLogsAtGivenTime) {
    auto const directory = TemporaryDirectory();
    directory.write("logs/server.log", log_text);
    directory.write("logs/server-1.log", log_text);
    directory.write("server.json", "{\"disable_ollama_cloud\": \"yes\"}");
    auto const finished = ousage_program(
        "--base-url 127.0.0.1:1 --now 2026-11-20T16:30:00+01:00 --config-dir " +
        directory.path().string());
    EXPECT_EQ(finished.exit_code, 0);
    auto const snapshot = snapshot_of(finished);
    EXPECT_EQ(snapshot.metrics.requests.five_hours.requests, 2u);
    EXPECT_EQ(snapshot.metrics.requests.five_hours.avg_latency_ms, 1.234567);
    EXPECT_EQ(snapshot.metrics.log.log_lines, 8u);
    EXPECT_EQ(snapshot.attributes.cloud_disabled, false);
    EXPECT_EQ(snapshot.diagnostics.count("server_config_error"), 1u);
}

TEST(Program, HelpAndVersionSucceed) {
    EXPECT_EQ(ousage_program("--help").exit_code, 0);
    EXPECT_EQ(ousage_program("--version").out, "ousage 0.1.0\n");
}

} // namespace
