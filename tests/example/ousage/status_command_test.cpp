#include "example/ousage/status_command.hpp"
#include "support/process.hpp"
#include "support/view_snapshots.hpp"
#include <ousage/ollama/local_api/local_api_cache.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono_literals;

ollama::Configuration configuration() {
    auto made = ollama::Configuration{};
    made.environment = [](char const* name) { return std::optional<std::string>(name); };
    made.accounts.resize(2);
    made.accounts[0].base_url = io::Url{"http", "127.0.0.1", "11434", ""};
    made.accounts[0].api_key_env = "KEY";
    return made;
}

TEST(StatusCommand, LimitsDeadlinesAccountsAndTheCloud) {
    auto limited = configuration();
    limited.accounts[0].timeouts["gpu"] = 10ms;
    limited.accounts[0].timeouts["cloud"] = 10s;
    limit_for_status(limited);
    ASSERT_EQ(limited.accounts.size(), 1u);
    EXPECT_EQ(limited.accounts[0].timeout, 300ms);
    EXPECT_EQ(limited.accounts[0].timeouts.at("gpu"), 10ms);
    EXPECT_EQ(limited.accounts[0].timeouts.at("cloud"), 300ms);
    EXPECT_EQ(limited.accounts[0].log_history.period, 26h);
    EXPECT_EQ(limited.environment("KEY"), std::nullopt);
    EXPECT_EQ(limited.environment("OLLAMA_SESSION_COOKIE"), std::nullopt);
    EXPECT_EQ(limited.environment("HOME"), "HOME");
}

TEST(StatusCommand, ShorterDeadlineIsKept) {
    auto limited = configuration();
    limited.accounts[0].timeout = 50ms;
    limit_for_status(limited);
    EXPECT_EQ(limited.accounts[0].timeout, 50ms);
}

TEST(StatusCommand, ServerReceivesGetRequestsAlone) {
    EXPECT_TRUE(status_observers(configuration().accounts[0]).server->get_only);
    EXPECT_FALSE(status_observers(configuration().accounts[1]).server);
}

TEST(StatusCommand, LateServerIsShownFromTheLastRun) {
    auto const directory = TemporaryDirectory();
    auto with_state = configuration();
    with_state.state_directory = directory.path();
    auto const options = StatusOptions{};
    int exit_code = -1;
    auto snapshot = busy_snapshot();
    EXPECT_EQ(
        status_text(snapshot, with_state, options, exit_code),
        "! llama3.2:3b +1  12.8 GiB  41 tok/s  184 today\n");
    EXPECT_EQ(exit_code, 0);
    snapshot.timestamp.at += 7300s;
    snapshot.sources[0].state = State::timeout;
    snapshot.loaded_models.clear();
    snapshot.metrics.server = {};
    EXPECT_EQ(
        status_text(snapshot, with_state, options, exit_code),
        "! llama3.2:3b +1  12.8 GiB  41 tok/s  184 today ?2 h\n");
    EXPECT_EQ(status_text(snapshot, configuration(), options, exit_code), "Ollama down\n");
}

TEST(StatusCommand, OnlyI3blocksHasAnUrgentExitCode) {
    auto options = StatusOptions{};
    int exit_code = -1;
    options.format = StatusFormat::i3blocks;
    status_text(busy_snapshot(), configuration(), options, exit_code);
    EXPECT_EQ(exit_code, 33);
    status_text(idle_snapshot(), configuration(), options, exit_code);
    EXPECT_EQ(exit_code, 0);
    options.format = StatusFormat::waybar;
    status_text(busy_snapshot(), configuration(), options, exit_code);
    EXPECT_EQ(exit_code, 0);
    options.text_template = "{loaded}";
    EXPECT_EQ(
        status_text(busy_snapshot(), configuration(), options, exit_code), "llama3.2:3b +1\n");
}

} // namespace
