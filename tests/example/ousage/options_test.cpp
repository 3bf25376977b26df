#include "example/options/shared_options.hpp"
#include "example/ousage/options.hpp"
#include "support/option_checks.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono_literals;

Read<Options> ousage(std::vector<char const*> arguments) {
    arguments.insert(arguments.begin(), "ousage");
    return test::read(&read_options, std::move(arguments));
}

void expect_rejected(Read<Options> const& result, std::string const& error) {
    EXPECT_FALSE(result.options);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.error, "ousage: " + error + "\n");
}

TEST(Options, HelpListsEveryOption) {
    auto const help = ousage({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_EQ(help.error, "");
    expect_listed(shared_options(), help.out, 0);
    expect_listed(ousage_options(), help.out, 0);
    EXPECT_NE(help.out.find("\n  snapshot "), std::string::npos);
    EXPECT_NE(help.out.find("\n  log "), std::string::npos);
    EXPECT_NE(help.out.find("Examples:\n  ousage "), std::string::npos);
    for (auto const* const section : {"Server", "Cloud", "Files", "Output", "Options"}) {
        EXPECT_NE(help.out.find("\n" + std::string(section) + ":\n"), std::string::npos) << section;
    }
}

TEST(Options, HelpOfLogListsEveryOptionThatAffectsALog) {
    auto const help = ousage({"log", "--help"});
    EXPECT_EQ(help.exit_code, 0);
    expect_listed(shared_options(), help.out, for_log);
    expect_listed(ousage_options(), help.out, for_log);
    expect_listed(log_options(), help.out, 0);
    EXPECT_NE(help.out.find("\n  files "), std::string::npos);
}

TEST(Options, GuideDocumentsEveryOption) {
    expect_documented(shared_options(), "guide.md");
    expect_documented(ousage_options(), "guide.md");
    expect_documented(log_options(), "guide.md");
    expect_documented(status_options(), "guide.md");
    expect_documented(watch_options(), "guide.md");
}

TEST(Options, RejectsUnknownNameOnOneLine) {
    expect_rejected(
        ousage({"--basurl"}),
        "The following argument was not expected: --basurl (did you mean --base-url?)");
    expect_rejected(
        ousage({"docter"}),
        "The following argument was not expected: docter (did you mean doctor?)");
    expect_rejected(ousage({"log", "--tail"}), "The following argument was not expected: --tail");
}

TEST(Options, RejectsEmptyValueOfEveryOptionThatNeedsOne) {
    auto const check = [](std::span<Option<Options> const> table, bool is_log) {
        for (auto const& option : table) {
            auto arguments = std::vector<char const*>{option.text.name, ""};
            if (is_log) {
                arguments.insert(arguments.begin(), "log");
            }
            if (*option.text.value != '\0') {
                expect_rejected(
                    ousage(arguments), std::string(option.text.name) + ": the value is empty");
            }
        }
    };
    check(ousage_options(), false);
    check(log_options(), true);
    for (auto const& option : shared_options()) {
        if (*option.text.value != '\0' && *option.text.value != '[') {
            expect_rejected(
                ousage({option.text.name, ""}),
                std::string(option.text.name) + ": the value is empty");
        }
    }
}

TEST(Options, ReadsTheIntervalOfWatch) {
    EXPECT_FALSE(ousage({}).options->watch);
    EXPECT_FALSE(ousage({"watch"}).options->watch->interval);
    EXPECT_EQ(
        ousage({"watch", "--interval", "5s"}).options->watch->interval, std::chrono::seconds(5));
    for (auto const* const value : {"5", "0s", "99ms"}) {
        expect_rejected(
            ousage({"watch", "--interval", value}),
            std::string("--interval: \"") + value +
                "\" is no duration of 100ms or more, such as 30s");
    }
}

TEST(Options, RejectsInvalidValue) {
    expect_rejected(
        ousage({"--timeout", "5"}), "--timeout: \"5\" is no duration such as 500ms or 2s");
    expect_rejected(
        ousage({"--format", "xml"}),
        "--format: \"xml\" is neither json, compact, table nor prometheus");
    expect_rejected(
        ousage({"log", "--status", "7xx0"}), "--status: \"7xx0\" is neither 4xx, 5xx nor a code");
    for (auto const* const status : {"9xx", "6xx", "0xx", "099", "4x", "4XX", "-40"}) {
        expect_rejected(
            ousage({"log", "--status", status}),
            "--status: \"" + std::string(status) + "\" is neither 4xx, 5xx nor a code");
    }
    for (auto const* const status : {"1xx", "5xx", "100", "404", "999"}) {
        EXPECT_TRUE(ousage({"log", "--status", status}).options) << status;
    }
    // The value may be a key that was passed by mistake.
    auto const no_name =
        std::string(": the name of an environment variable is needed, which contains no \"=\"");
    expect_rejected(ousage({"--api-key-env", "A=B"}), "--api-key-env" + no_name);
    expect_rejected(ousage({"--bearer-env", "=s3cret"}), "--bearer-env" + no_name);
    expect_rejected(
        ousage({"--header-env", "X-Key=A=B"}),
        "--header-env: HEADER=NAME is needed, such as X-Api-Key=GATE_KEY");
    expect_rejected(
        ousage({"log", "--follow", "--summary"}), "--summary: a log that is followed has no end");
    expect_rejected(
        ousage({"log", "--format", "table"}),
        "--format: entries are JSON lines; table is for --summary");
}

TEST(Options, StoresEveryValue) {
    auto const read = ousage(
        {"--config",
         "/c",
         "--account",
         "a",
         "--account",
         "b",
         "--base-url",
         "http://x",
         "--cloud-base-url",
         "http://y",
         "--api-key-env",
         "KEY",
         "--config-dir",
         "/d",
         "--logs-dir",
         "/l",
         "--log-file",
         "/a.log",
         "--log-file",
         "-",
         "--server-config",
         "/s",
         "--db-path",
         "/db",
         "--log-timezone",
         "+02:00",
         "--timeout",
         "2s",
         "--timeout",
         "cloud=10s",
         "--format",
         "compact",
         "--now",
         "2026-11-20T12:00:00Z",
         "--no-state",
         "--runner-slots",
         "--demo"});
    ASSERT_TRUE(read.options) << read.error;
    auto const& over = read.options->overrides;
    EXPECT_EQ(over.config, "/c");
    EXPECT_TRUE(over.runner_slots);
    EXPECT_EQ(over.accounts, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(over.base_url, "http://x");
    EXPECT_EQ(over.cloud_base_url, "http://y");
    EXPECT_EQ(over.api_key_env, "KEY");
    EXPECT_EQ(over.config_dir, "/d");
    EXPECT_EQ(over.logs_dir, "/l");
    EXPECT_EQ(over.log_files, (std::vector<std::filesystem::path>{"/a.log", "-"}));
    EXPECT_EQ(over.server_config, "/s");
    EXPECT_EQ(over.db_path, "/db");
    EXPECT_EQ(over.log_timezone, "+02:00");
    EXPECT_EQ(over.timeout, 2s);
    EXPECT_EQ(over.timeouts.at("cloud"), 10s);
    EXPECT_EQ(over.now, parse_rfc3339("2026-11-20T12:00:00Z"));
    EXPECT_TRUE(over.no_state);
    EXPECT_TRUE(read.options->demo);
    EXPECT_EQ(read.options->format, Format::compact);
    EXPECT_FALSE(read.options->log);
    EXPECT_FALSE(over.journal);
}

TEST(Options, JournalUnitIsOptional) {
    auto const journal = [](std::vector<char const*> arguments) {
        return ousage(std::move(arguments)).options.value().overrides.journal.value().name;
    };
    EXPECT_EQ(journal({"--journal"}), "ollama");
    EXPECT_EQ(journal({"--journal", "--no-state"}), "ollama");
    EXPECT_EQ(journal({"--journal", "other"}), "other");
    EXPECT_EQ(journal({"log", "--journal"}), "ollama");
    EXPECT_EQ(journal({"--journal-dir", "/j", "log"}), "ollama");
}

TEST(Options, LogTakesSharedOptionsBeforeAndAfterItsName) {
    auto const read = ousage(
        {"--logs-dir", "/l", "log", "--since", "1h", "--now", "2026-11-20T12:00:00Z", "--no-state",
         "a.log", "-"});
    ASSERT_TRUE(read.options) << read.error;
    EXPECT_EQ(read.options->overrides.logs_dir, "/l");
    EXPECT_TRUE(read.options->overrides.no_state);
    auto const& log = read.options->log.value();
    EXPECT_EQ(log.files, (std::vector<std::string>{"a.log", "-"}));
    EXPECT_EQ(log.since, parse_rfc3339("2026-11-20T11:00:00Z")->at);
}

TEST(Options, HistoryTakesOneUnitAndItsFormats) {
    auto const read = ousage({"history", "--weekly", "--format", "csv", "--history-db", "/h.db"});
    ASSERT_TRUE(read.options && read.options->history) << read.error;
    EXPECT_EQ(read.options->history->unit, HistoryUnit::weekly);
    EXPECT_EQ(read.options->format_name, "csv");
    EXPECT_EQ(read.options->overrides.history_db, "/h.db");
    EXPECT_FALSE(ousage({"history"}).options.value().history.value().unit);
    EXPECT_FALSE(ousage({"snapshot"}).options.value().history);
    expect_rejected(
        ousage({"history", "--weekly", "--daily"}),
        "--weekly: only one of --hourly, --daily, --weekly and --monthly");
    expect_rejected(
        ousage({"history", "--format", "prometheus"}), "--format: a history is json, table or csv");
    expect_rejected(
        ousage({"history", "--format", "waybar"}), "--format: waybar is for ousage status");
    expect_listed(history_options(), ousage({"history", "--help"}).out, 0);
    expect_rejected(ousage({"--format", "csv"}), "--format: csv is for ousage history");
}

TEST(Options, StatusTakesItsFormatsOrATemplate) {
    auto const read = ousage({"status", "--format", "waybar", "--no-state"});
    ASSERT_TRUE(read.options && read.options->status) << read.error;
    EXPECT_EQ(read.options->status->format, StatusFormat::waybar);
    EXPECT_EQ(ousage({"status"}).options.value().status.value().format, StatusFormat::plain);
    auto const filled = ousage({"status", "--template", "{loaded} {vram}"});
    ASSERT_TRUE(filled.options && filled.options->status) << filled.error;
    EXPECT_EQ(filled.options->status->text_template, "{loaded} {vram}");
    EXPECT_FALSE(ousage({"snapshot"}).options.value().status);
    expect_rejected(
        ousage({"status", "--format", "table"}),
        "--format: a status line is plain, waybar, i3blocks or tmux");
    expect_rejected(ousage({"--format", "tmux"}), "--format: tmux is for ousage status");
    expect_rejected(
        ousage({"status", "--template", "{x}"}),
        "--template: \"x\" is no field; ousage status --help lists them");
    expect_rejected(
        ousage({"status", "--template", "{vram}", "--format", "plain"}),
        "--template: it replaces --format");
}

TEST(Options, HelpOfStatusListsEveryField) {
    auto const help = ousage({"status", "--help"});
    EXPECT_EQ(help.exit_code, 0);
    for (auto const& field : status_fields) {
        EXPECT_NE(help.out.find("{" + std::string(field.name) + "}: "), std::string::npos)
            << field.name;
    }
}

TEST(Options, DoctorIsACommand) {
    EXPECT_TRUE(ousage({"doctor"}).options.value().doctor);
    EXPECT_FALSE(ousage({}).options.value().doctor);
}

} // namespace
