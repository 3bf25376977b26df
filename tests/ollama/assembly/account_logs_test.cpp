#include "support/process.hpp"
#include "support/unprivileged.hpp"
#include <ousage/core/run.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/assembly/account_logs.hpp>
#include <ousage/ollama/assembly/detail/account_sources.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

// An environment with only the prefix of Homebrew.
Environment with_prefix(std::filesystem::path const& prefix) {
    return [prefix](char const* name) {
        return name == std::string("HOMEBREW_PREFIX") ? std::optional(prefix.string())
                                                      : std::nullopt;
    };
}

std::vector<std::string> names(LogLocation const& location) {
    auto found = std::vector<std::string>{};
    auto const files = location.list();
    for (auto const& file : *files) {
        found.push_back(file.path.filename().string());
    }
    return found;
}

TEST(AccountLogs, DefaultDirectoryIsFollowedByHomebrew) {
    auto const directory = TemporaryDirectory();
    auto const environment = with_prefix(directory.path() / "brew");
    auto account = Account{};
    account.logs_dir = directory.path() / "logs";
    EXPECT_TRUE(names(log_location(account, environment)).empty());
    directory.write("brew/var/log/ollama.log", "");
    directory.write("brew/var/log/ollama.log.1.gz", "");
    EXPECT_TRUE(names(log_location(account, environment)).empty());
    account.default_logs = true;
    auto const location = log_location(account, environment);
    EXPECT_EQ(names(location), (std::vector<std::string>{"ollama.log.1.gz", "ollama.log"}));
    EXPECT_TRUE(location.missing.starts_with("no server*.log in ")) << location.missing;
    EXPECT_TRUE(location.missing.find("; no log ") != std::string::npos) << location.missing;
    directory.write("logs/server.log", "");
    EXPECT_EQ(names(location), std::vector<std::string>{"server.log"});
    account.log_files = {directory.path() / "x.log"};
    directory.write("x.log", "");
    EXPECT_EQ(names(log_location(account, environment)), std::vector<std::string>{"x.log"});
}

// Returns the states of these sources in a snapshot of the account with that server, in its order.
std::vector<State>
states_of(std::set<std::string> const& names, Account account, std::string const& url) {
    account.base_url = *io::parse_url(url);
    account.timeout = std::chrono::seconds(10);
    account.timeouts["local_api"] = std::chrono::milliseconds(500);
    auto configuration = Configuration{};
    configuration.environment = [](char const*) { return std::optional<std::string>(); };
    auto const outcome = run(snapshot(account, configuration));
    auto found = std::vector<State>{};
    for (auto const& source : outcome.value.sources) {
        if (names.contains(source.name)) {
            found.push_back(source.state);
        }
    }
    return found;
}

TEST(AccountLogs, LogOfThisMachineIsSkippedIfServerIsOnAnother) {
    auto const directory = TemporaryDirectory();
    directory.write(
        "logs/server.log",
        "[GIN] 2026/11/20 - 16:00:00 | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"\n");
    auto account = Account{};
    account.logs_dir = directory.path() / "logs";
    account.default_logs = true;
    auto const states = [&](std::string const& url) {
        return states_of({"server_log"}, account, url);
    };
    EXPECT_EQ(states("http://192.0.2.1:1"), std::vector{State::skipped});
    EXPECT_EQ(states("http://127.0.0.1:1"), std::vector{State::ok});
    account.default_logs = false;
    EXPECT_EQ(states("http://192.0.2.1:1"), std::vector{State::ok});
}

TEST(AccountLogs, FilesOfThisMachineAreSkippedIfServerIsOnAnother) {
    auto const directory = TemporaryDirectory();
    auto account = Account{};
    account.server_config = directory.write("server.json", R"({"disable_ollama_cloud":true})");
    account.db_path = directory.path() / "none.sqlite";
    auto const states = [&](std::string const& url) {
        return states_of({"desktop_db", "server_config"}, account, url);
    };
    auto const read = std::vector{State::absent, State::ok};
    EXPECT_EQ(states("http://192.0.2.1:1"), read);
    account.default_config = account.default_db = true;
    EXPECT_EQ(states("http://192.0.2.1:1"), (std::vector{State::skipped, State::skipped}));
    EXPECT_EQ(states("http://LOCALHOST.:1"), read);
}

// Thirty days until `end` with a request and a slog line every ten minutes. The whole is larger
// than what is always read completely.
std::string thirty_days(std::chrono::sys_seconds end) {
    using namespace std::chrono;
    auto text = std::string{};
    for (auto time = end - days(30); time <= end; time += minutes(10)) {
        auto const stamp = to_rfc3339(Timestamp{time, 0, 0});
        text += "time=" + stamp + " level=INFO source=a.go:1 msg=" + std::string(400, 'x') + '\n';
        auto date = stamp.substr(0, 10);
        std::replace(date.begin(), date.end(), '-', '/');
        text += "[GIN] " + date + " - " + stamp.substr(11, 8) +
                " | 200 |            1s |       127.0.0.1 | POST     \"/api/chat\"\n";
    }
    return text;
}

TEST(AccountLogs, LimitedHistoryEqualsAFullReadInItsWindows) {
    auto const now = parse_rfc3339("2026-11-20T16:00:00Z")->at;
    auto const directory = TemporaryDirectory();
    directory.write("logs/server.log", thirty_days(now));
    auto account = Account{};
    account.logs_dir = directory.path() / "logs";
    auto configuration = Configuration{};
    configuration.environment = [](char const*) { return std::optional<std::string>(); };
    configuration.now = [now] { return now; };
    auto const full = run(snapshot(account, configuration)).value.metrics.requests;
    account.log_history = LogHistory{0, std::chrono::hours(26)};
    auto const limited = run(snapshot(account, configuration)).value;
    auto const& windows = limited.metrics.requests;
    EXPECT_EQ(full.today.requests, 97u);
    EXPECT_EQ(full.five_hours.requests, 30u);
    EXPECT_EQ(windows.today.requests, full.today.requests);
    EXPECT_EQ(windows.five_hours.requests, full.five_hours.requests);
    EXPECT_EQ(windows.one_day.requests, full.one_day.requests);
    EXPECT_EQ(windows.today.p95_latency_ms, full.today.p95_latency_ms);
    EXPECT_EQ(full.seven_days.requests, 1008u);
    EXPECT_EQ(windows.seven_days.requests, std::nullopt);
    EXPECT_EQ(limited.diagnostics.count("server_log_skipped"), 1u);
}

#if OUSAGE_WITH_SYSTEMD

// A source that ends with `outcome`.
Source<ServerLog> fixed(Outcome<ServerLog> const& outcome) {
    auto collect = [outcome](Outcome<ServerLog>& into) -> asio::awaitable<void> {
        into = outcome;
        co_return;
    };
    return Source<ServerLog>(std::move(collect));
}

Outcome<ServerLog>
files_or_journal(Outcome<ServerLog> const& files, Outcome<ServerLog> const& journal) {
    auto const first = fixed(files);
    auto const second = fixed(journal);
    return run(Source<ServerLog>([first, second](Outcome<ServerLog>& into) {
        return ousage::ollama::detail::collect_first_log(first, second, into);
    }));
}

TEST(AccountLogs, UnreadableDirectoryDoesNotHideTheJournal) {
    auto unreadable = Outcome<ServerLog>{};
    unreadable.fail({}, Errc::file, "cannot list /x: Permission denied");
    auto missing = Outcome<ServerLog>{};
    missing.absent("no log");
    auto journal = Outcome<ServerLog>{};
    journal.value.log.log_lines = 3;
    auto const empty = [] {
        auto outcome = Outcome<ServerLog>{};
        outcome.absent("no message");
        return outcome;
    }();
    for (auto const& files : {unreadable, missing}) {
        auto const outcome = files_or_journal(files, journal);
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.log.log_lines, 3u);
    }
    auto const failed = files_or_journal(unreadable, empty);
    EXPECT_EQ(failed.state, State::error);
    EXPECT_EQ(describe(failed), "cannot list /x: Permission denied");
    auto const absent = files_or_journal(missing, empty);
    EXPECT_EQ(absent.state, State::absent);
    EXPECT_EQ(absent.note, "no log; no message");
}

#endif

TEST(AccountLogs, UnreadableLocationIsPassedOver) {
    auto const directory = TemporaryDirectory();
    directory.write("locked/server.log", "");
    directory.write("open/server.log", "");
    auto const file = directory.write("file", "");
    std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
    std::filesystem::permissions(directory.path() / "locked", std::filesystem::perms::none);
    auto const nobody = Unprivileged();
    auto const locked = log_directory(directory.path() / "locked");
    auto const open = log_directory(directory.path() / "open");
    EXPECT_EQ(names(first_location({locked, open})), std::vector<std::string>{"server.log"});
    EXPECT_EQ(
        to_string(
            first_location({locked, log_directory(directory.path() / "none")}).list().failure()),
        "cannot list " + (directory.path() / "locked").string() + ": Permission denied");
    // A default path of which a part is no directory does not exist; a named one is an error.
    EXPECT_TRUE(names(first_location({log_directory(file / "logs")})).empty());
    EXPECT_FALSE(log_directory(file / "logs").list());
}

} // namespace
