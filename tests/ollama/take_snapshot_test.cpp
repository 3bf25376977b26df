#include "support/process.hpp"
#include "support/threaded_peer.hpp"
#include <ousage/core/run.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/assembly/observers.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

// Takes a snapshot of a directory with the recording `closed` and, if it is not empty, this log;
// also of the server at `url`, if there is one.
Outcome<Snapshot> take(std::string const& log, std::string const& url = {}) {
    auto const directory = TemporaryDirectory();
    auto account = Account{};
    account.db_path = directory.path() / "db.sqlite";
    std::filesystem::copy_file(
        std::filesystem::path(OUSAGE_TEST_DATA) / "desktop/closed/db.sqlite", account.db_path);
    account.logs_dir = directory.path() / "logs";
    account.server_config = directory.path() / "server.json";
    account.observes_machine = false;
    if (!url.empty()) {
        account.base_url = *io::parse_url(url);
    }
    if (!log.empty()) {
        directory.write("logs/server.log", log);
    }
    auto configuration = Configuration{};
    configuration.accounts = {account};
    configuration.now = [] { return sys_seconds(sys_days(2026y / November / 20) + hours(15)); };
    return run(snapshot(configuration));
}

State state_of(Outcome<Snapshot> const& outcome, std::string const& name) {
    for (auto const& report : outcome.value.sources) {
        if (report.name == name) {
            return report.state;
        }
    }
    return State::error;
}

std::string const blob = std::string(64, 'a');

// The log of a loaded model and one task. `name` is the line that contains the model's name.
std::string engine_log(std::string const& name) {
    auto const slog = [](std::string const& text) {
        return "time=2026-11-20T14:30:00.000Z level=INFO source=sched.go:728 msg=" + text + "\n";
    };
    auto const task = std::string("slot x: id  0 | task 1 | ");
    return slog("\"starting llama-server\" cmd=\"x --model /b/sha256-" + blob + " -c 1\"") + name +
           slog("\"loaded runners\" count=1") + task + "processing task\n" + task +
           "new prompt, task.n_tokens = 20\n" + task + "eval time = 20.00 ms / 3 tokens\n" + task +
           "stop processing: n_tokens = 22, truncated = 0\n";
}

// The models of the rows of the log.
std::set<std::string> measured_models(Snapshot const& snapshot) {
    auto models = std::set<std::string>{};
    for (auto const& row : snapshot.model_usage) {
        if (!row.estimated) {
            models.insert(row.model);
        }
    }
    return models;
}

TEST(TakeSnapshot, LoadOfTheLogNamesItsModel) {
    auto const outcome =
        take(engine_log("time=2026-11-20T14:30:00.000Z level=INFO source=images.go:381 "
                        "msg=\"template selection\" "
                        "model=registry.ollama.ai/library/tiny:latest selected=x\n"));
    EXPECT_EQ(measured_models(outcome.value), std::set<std::string>{"tiny:latest"});
}

TEST(TakeSnapshot, ModelWithoutANameIsUnknown) {
    EXPECT_EQ(measured_models(take(engine_log("")).value), std::set<std::string>{"unknown"});
}

TEST(TakeSnapshot, ResponseThatWasReadAnywayNamesAModel) {
    auto server = ThreadedPeer([](ScriptedPeer& peer) {
        peer.on("GET /api/version", json(R"({"version":"0.30.0"})"))
            .on("GET /api/status", json(R"({"cloud":{"disabled":true}})"))
            .on("GET /api/tags", json(R"({"models":[{"name":"tiny:latest","digest":"d"}]})"))
            .on("GET /api/ps", json(R"({"models":[]})"))
            .on("POST /api/show", json(
                                      R"({"modelfile":"FROM /b/sha256-)" + blob +
                                      R"(\n","capabilities":["completion"]})"));
    });
    auto const url = server.url();
    auto const outcome = take(engine_log(""), url);
    EXPECT_EQ(measured_models(outcome.value), std::set<std::string>{"tiny:latest"});
    EXPECT_EQ(server.stop().count("POST /api/show"), 1u);
}

#if OUSAGE_WITH_SQLITE

TEST(TakeSnapshot, TakesRequestsFromDesktopDatabaseWithoutLog) {
    auto const outcome = take("");
    EXPECT_EQ(state_of(outcome, "server_log"), State::absent);
    EXPECT_EQ(state_of(outcome, "desktop_db"), State::ok);
    EXPECT_EQ(outcome.value.attributes.requests_from, "desktop_db");
    EXPECT_EQ(outcome.value.metrics.requests.five_hours.requests, 4u);
    EXPECT_EQ(outcome.value.metrics.requests.seven_days.requests, 10u);
    EXPECT_FALSE(outcome.value.metrics.requests.five_hours.chat_requests);
    EXPECT_TRUE(outcome.value.daily_series.contains("requests"));
    EXPECT_EQ(outcome.value.message, "12 msgs today, 6 req today, 4 req 5h, 8 req 1d");
}

TEST(TakeSnapshot, PrefersRequestsOfLog) {
    auto const outcome =
        take("[GIN] 2026/11/20 - 14:30:00 | 200 |            1s |       127.0.0.1 | POST     "
             "\"/api/chat\"\n");
    EXPECT_EQ(outcome.value.attributes.requests_from, "server_log");
    EXPECT_EQ(outcome.value.metrics.requests.five_hours.requests, 1u);
    EXPECT_EQ(outcome.value.metrics.requests.seven_days.requests, 1u);
    EXPECT_EQ(outcome.value.daily_series.at("requests").size(), 1u);
    EXPECT_GT(outcome.value.daily_series.at("requests_user").size(), 1u);
    EXPECT_EQ(outcome.value.metrics.desktop.total_messages, 30u);
}

TEST(TakeSnapshot, TakesRequestsFromDesktopDatabaseIfLogHasNoAccessLine) {
    auto const outcome = take("nothing of interest\n");
    EXPECT_EQ(state_of(outcome, "server_log"), State::ok);
    EXPECT_EQ(outcome.value.attributes.requests_from, "desktop_db");
    EXPECT_EQ(outcome.value.metrics.requests.seven_days.requests, 10u);
    EXPECT_EQ(outcome.value.metrics.log.log_lines, 1u);
    EXPECT_TRUE(outcome.value.diagnostics.contains("server_log_no_access_line"));
}

TEST(TakeSnapshot, PrefersLogWithoutInference) {
    auto const outcome =
        take("[GIN] 2026/11/20 - 14:30:00 | 200 |            1s |       127.0.0.1 | GET      "
             "\"/api/tags\"\n");
    EXPECT_EQ(outcome.value.attributes.requests_from, "server_log");
    EXPECT_EQ(outcome.value.metrics.requests.seven_days.requests, 0u);
    EXPECT_TRUE(outcome.value.daily_series.at("requests").empty());
    EXPECT_FALSE(outcome.value.daily_series.at("requests_user").empty());
}

TEST(TakeSnapshot, RepeatsValuesOfSourcesThatAreNotDue) {
    auto const directory = TemporaryDirectory();
    auto account = Account{};
    account.db_path = directory.path() / "db.sqlite";
    std::filesystem::copy_file(
        std::filesystem::path(OUSAGE_TEST_DATA) / "desktop/closed/db.sqlite", account.db_path);
    account.logs_dir = directory.path() / "logs";
    account.server_config = directory.path() / "server.json";
    account.observes_machine = false;
    auto const line = std::string(
        "[GIN] 2026/11/20 - 14:30:00 | 200 |            1s |       127.0.0.1 | POST     "
        "\"/api/chat\"\n");
    directory.write("logs/server.log", line);
    auto configuration = Configuration{};
    configuration.now = [] { return sys_seconds(sys_days(2026y / November / 20) + hours(15)); };
    auto const is_due = std::make_shared<bool>(true);
    auto observers = Observers{};
    observers.rest_due = [is_due] { return *is_due; };
    auto const source = snapshot(account, configuration, observers);
    EXPECT_EQ(run(source).value.metrics.desktop.total_messages, 30u);
    std::filesystem::remove(account.db_path);
    directory.write("logs/server.log", line + line);
    *is_due = false;
    auto outcome = run(source);
    EXPECT_EQ(outcome.value.metrics.desktop.total_messages, 30u);
    EXPECT_EQ(outcome.value.metrics.requests.seven_days.requests, 2u);
    *is_due = true;
    outcome = run(source);
    EXPECT_EQ(state_of(outcome, "desktop_db"), State::absent);
}

#else

TEST(TakeSnapshot, BuildWithoutSqliteReportsIt) {
    auto const outcome = take("");
    EXPECT_EQ(state_of(outcome, "desktop_db"), State::skipped);
    EXPECT_FALSE(outcome.value.attributes.requests_from);
    for (auto const& report : outcome.value.sources) {
        if (report.name == "desktop_db") {
            EXPECT_NE(report.error.value_or("").find("OUSAGE_WITH_SQLITE"), std::string::npos);
        }
    }
}

#endif

} // namespace
