#include "example/history/history_store.hpp"
#include "example/ousage/history_command.hpp"
#include "support/process.hpp"
#include <ousage/testing/fake_log.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono;

constexpr sys_seconds now = sys_days(2026y / November / 25) + hours(16);

HistoryPeriod row(std::string const& period, std::uint64_t requests, HistoryOrigin from) {
    auto made = HistoryPeriod{};
    made.period = period;
    made.requests = requests;
    made.errors = 0;
    made.from = from;
    return made;
}

TEST(HistoryCommand, CsvLeavesAbsentValuesEmpty) {
    auto rows = std::vector{row("2026-11-24", 3, HistoryOrigin::stored)};
    EXPECT_EQ(
        history_csv(rows), "period,requests,input_tokens,output_tokens,errors,from\n"
                           "2026-11-24,3,,,0,stored\n");
    rows[0].account = "a,\"b\"";
    EXPECT_EQ(
        history_csv(rows), "account,period,requests,input_tokens,output_tokens,errors,from\n"
                           "\"a,\"\"b\"\"\",2026-11-24,3,,,0,stored\n");
    EXPECT_EQ(history_csv({}), "period,requests,input_tokens,output_tokens,errors,from\n");
}

TEST(HistoryCommand, TableHasATotalAndNoEmptyColumn) {
    auto style = TextStyle{};
    style.width = 80;
    auto const rows = std::vector{
        row("2026-11-24", 3, HistoryOrigin::stored), row("2026-11-25", 120, HistoryOrigin::log)};
    EXPECT_EQ(
        history_table(rows, HistoryUnit::daily, style), "   Day         Requests  Errors  From\n"
                                                        "   2026-11-24         3       0  stored\n"
                                                        "   2026-11-25       120       0  log\n"
                                                        "   Total            123       0\n");
    EXPECT_EQ(history_table({}, HistoryUnit::daily, style), "");
}

TEST(HistoryCommand, NarrowTableKeepsPeriodAndRequests) {
    auto style = TextStyle{};
    style.width = 40;
    auto rows = std::vector{row("2026-11-24", 3, HistoryOrigin::stored)};
    rows[0].input_tokens = rows[0].output_tokens = 1'000'000'000;
    auto const table = history_table(rows, HistoryUnit::weekly, style);
    EXPECT_NE(table.find("Week of"), table.npos) << table;
    EXPECT_NE(table.find("Requests"), table.npos) << table;
    EXPECT_EQ(table.find("From"), table.npos) << table;
}

class HistoryRun : public testing::Test {
protected:
    HistoryRun() {
        auto account = ollama::Account{};
        account.base_url = io::Url{"http", "127.0.0.1", "11434", ""};
        account.logs_dir = directory.path();
        configuration.accounts = {account};
        configuration.environment = [](char const*) { return std::optional<std::string>(); };
        configuration.now = [] { return now; };
        configuration.history_db = directory.path() / "history.db";
    }

    // Runs the command and returns its standard output.
    std::string run(std::string const& format, int expected = 0) {
        auto options = Options{};
        options.history.emplace();
        options.format_name = format;
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        EXPECT_EQ(run_history(options, configuration), expected);
        error = testing::internal::GetCapturedStderr();
        return testing::internal::GetCapturedStdout();
    }

    void store(sys_seconds time, std::uint64_t requests, std::string const& account = "ollama") {
        auto hour = StoredHour{};
        hour.hour = ollama::hour_number(time);
        hour.sums.requests = requests;
        hour.is_complete = true;
        EXPECT_FALSE(HistoryStore(*configuration.history_db)
                         .record(account, "http://127.0.0.1:11434", {hour}, now));
    }

    TemporaryDirectory directory;
    ollama::Configuration configuration;
    std::string error;
};

TEST_F(HistoryRun, ReadsTheLogWhereItCoversTheHoursAndElseTheDatabase) {
    auto log = FakeLog(directory.path());
    log.start(now - 5h).add({.time = now - 5h}).add({.time = now - 3h, .status = 500});
    store(now - 24h, 7);
    store(now - 3h, 99); // the log covers this hour
    store(now - 2h, 5);  // and this one, without a request
    EXPECT_EQ(
        run("csv"), "period,requests,input_tokens,output_tokens,errors,from\n"
                    "2026-11-24,7,,,,stored\n"
                    "2026-11-25,2,,,1,log\n");
    EXPECT_EQ(error, "");
    auto const json = run("");
    EXPECT_NE(json.find("\"period\": \"2026-11-25\""), json.npos) << json;
    EXPECT_NE(json.find("\"from\": \"stored\""), json.npos) << json;
    EXPECT_EQ(json.find("account"), json.npos) << json;
    EXPECT_NE(run("table").find("Total"), std::string::npos);
}

TEST_F(HistoryRun, RowsOfSeveralAccountsBeginWithTheirIds) {
    configuration.accounts.push_back(configuration.accounts[0]);
    configuration.accounts[1].id = "other";
    store(now, 7);
    store(now, 8, "other");
    EXPECT_EQ(
        run("csv"), "account,period,requests,input_tokens,output_tokens,errors,from\n"
                    "ollama,2026-11-25,7,,,,stored\n"
                    "other,2026-11-25,8,,,,stored\n");
}

TEST_F(HistoryRun, NothingIsAnEmptyListAndExitCode1) {
    EXPECT_EQ(run("json", 1), "[]\n");
    EXPECT_EQ(error, "ousage: no request in the log, and nothing is stored\n");
    EXPECT_FALSE(std::filesystem::exists(*configuration.history_db));
}

TEST_F(HistoryRun, DamagedDatabaseIsNamedAndTheLogIsPrinted) {
    auto const file = directory.write("history.db", std::string(5000, 'x'));
    FakeLog(directory.path()).start(now - 5h).add({.time = now - 3h});
    EXPECT_EQ(
        run("csv", 2), "period,requests,input_tokens,output_tokens,errors,from\n"
                       "2026-11-25,1,,,0,log\n");
    EXPECT_EQ(error, "ousage: " + file.string() + ": file is not a database\n");
}

TEST_F(HistoryRun, WithoutStateOnlyTheLogIsRead) {
    store(now - 24h, 7);
    configuration.history_db.reset();
    EXPECT_EQ(run("json", 1), "[]\n");
}

} // namespace
