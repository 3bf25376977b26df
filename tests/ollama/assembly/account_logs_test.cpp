#include "support/process.hpp"
#include <ousage/core/run.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/assembly/account_logs.hpp>
#include <ousage/ollama/assembly/detail/this_machine.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
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

TEST(AccountLogs, LogOfThisMachineIsSkippedIfServerIsOnAnother) {
    auto const directory = TemporaryDirectory();
    directory.write(
        "logs/server.log",
        "[GIN] 2026/11/20 - 16:00:00 | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"\n");
    auto account = Account{};
    account.logs_dir = directory.path() / "logs";
    account.default_logs = true;
    account.timeout = std::chrono::seconds(10);
    account.timeouts["local_api"] = std::chrono::milliseconds(500);
    auto configuration = Configuration{};
    configuration.environment = [](char const*) { return std::optional<std::string>(); };
    auto const state = [&](std::string const& url) {
        account.base_url = *io::parse_url(url);
        auto const outcome = run(snapshot(account, configuration));
        for (auto const& source : outcome.value.sources) {
            if (source.name == "server_log") {
                return source.state;
            }
        }
        return State::error;
    };
    EXPECT_EQ(state("http://192.0.2.1:1"), State::skipped);
    EXPECT_EQ(state("http://127.0.0.1:1"), State::ok);
    account.default_logs = false;
    EXPECT_EQ(state("http://192.0.2.1:1"), State::ok);
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

TEST(ThisMachine, IsLoopbackOwnNameAndOwnAddress) {
    char name[256] = {};
    ASSERT_EQ(::gethostname(name, sizeof(name) - 1), 0);
    for (auto const& host :
         {std::string("127.0.0.1"), std::string("::1"), std::string("localhost"),
          std::string("LocalHost."), std::string("127.8.9.1"), std::string("0.0.0.0"),
          std::string("::"), std::string(name)}) {
        EXPECT_TRUE(ousage::ollama::detail::is_this_machine(host)) << host;
    }
    for (auto const* const host : {"192.0.2.1", "2001:db8::1", "ollama.example", "", "1.2.3"}) {
        EXPECT_FALSE(ousage::ollama::detail::is_this_machine(host)) << host;
    }
}

} // namespace
