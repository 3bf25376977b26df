#include "example/ousage/status_command.hpp"
#include "support/cloud_peer.hpp"
#include "support/process.hpp"
#include "support/view_snapshots.hpp"
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
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
    EXPECT_TRUE(limited.accounts[0].cloud_cached_only);
}

TEST(StatusCommand, FirstReadOfALogHasItsOwnDeadline) {
    auto const directory = TemporaryDirectory();
    directory.write("logs/server.log", "[GIN]");
    auto made = configuration();
    made.accounts[0].logs_dir = directory.path() / "logs";
    made.accounts[0].timeout = 2s;
    made.state_directory = directory.path() / "state";
    auto first = made;
    limit_for_status(first);
    EXPECT_EQ(first.accounts[0].timeout, 300ms);
    EXPECT_EQ(first.accounts[0].timeouts.at("server_log"), 2s);
    auto const checkpoint = first.accounts[0].log_history.checkpoint;
    EXPECT_EQ(checkpoint.parent_path(), directory.path() / "state");
    directory.write("state/" + checkpoint.filename().string(), "xx");
    auto second = made;
    limit_for_status(second);
    EXPECT_FALSE(second.accounts[0].timeouts.contains("server_log"));
    // A mark that the log cannot be resumed holds for ten minutes.
    directory.write("state/" + checkpoint.filename().string(), "-");
    auto third = made;
    limit_for_status(third);
    EXPECT_FALSE(third.accounts[0].timeouts.contains("server_log"));
    std::filesystem::last_write_time(
        checkpoint, std::filesystem::file_time_type::clock::now() - 11min);
    auto fourth = made;
    limit_for_status(fourth);
    EXPECT_TRUE(fourth.accounts[0].timeouts.contains("server_log"));
    made.state_directory.reset();
    limit_for_status(made);
    EXPECT_TRUE(made.accounts[0].log_history.checkpoint.empty());
    EXPECT_EQ(made.accounts[0].timeouts.at("server_log"), 2s);
}

TEST(StatusCommand, LogWithoutAStoredPositionHasTheDeadlineOfAllSources) {
    auto const directory = TemporaryDirectory();
    directory.write("logs/server.log", "[GIN]");
    auto const elsewhere = directory.path() / "elsewhere";
    std::filesystem::create_directory(elsewhere);
    std::filesystem::create_directory_symlink(elsewhere, directory.path() / "state");
    auto made = configuration();
    made.accounts[0].logs_dir = directory.path() / "logs";
    made.accounts[0].timeout = 2s;
    made.state_directory = directory.path() / "state"; // is a link, so nothing is stored
    limit_for_status(made);
    EXPECT_FALSE(made.accounts[0].timeouts.contains("server_log"));
}

TEST(StatusCommand, LateLogIsReadAnew) {
    auto const directory = TemporaryDirectory();
    directory.write("logs/server.log", "[GIN]");
    auto made = configuration();
    made.accounts[0].logs_dir = directory.path() / "logs";
    made.state_directory = directory.path() / "state";
    auto limited = made;
    limit_for_status(limited);
    auto const checkpoint = limited.accounts[0].log_history.checkpoint;
    auto snapshot = busy_snapshot();
    for (auto& report : snapshot.sources) {
        report.state = report.name == "server_log" ? State::timeout : report.state;
    }
    int exit_code = 0;
    // With its own deadline it was late, too: marked.
    status_text(snapshot, limited, StatusOptions{}, exit_code);
    EXPECT_EQ(read_file(checkpoint), "-");
    directory.write("state/" + checkpoint.filename().string(), "position");
    limited = made;
    limit_for_status(limited);
    status_text(snapshot, limited, StatusOptions{}, exit_code);
    EXPECT_EQ(read_file(checkpoint), "");
}

TEST(StatusCommand, KeyOfTheCloudIsReadableForTheServer) {
    auto limited = configuration();
    limited.accounts[0].bearer_env = "KEY";
    limit_for_status(limited);
    EXPECT_EQ(limited.environment("KEY"), "KEY");
    EXPECT_EQ(limited.environment("OLLAMA_SESSION_COOKIE"), "OLLAMA_SESSION_COOKIE");
}

TEST(StatusCommand, AccountOfTheCloudShowsItsStoredQuota) {
    auto const directory = TemporaryDirectory();
    auto context = asio::io_context();
    auto peer = ScriptedPeer(context);
    script_cloud(peer);
    auto of_cloud = ollama::Configuration{};
    of_cloud.environment = access_to(peer.url(), {{"OLLAMA_API_KEY", "x"}}).environment;
    of_cloud.state_directory = directory.path();
    auto& account = of_cloud.accounts.emplace_back();
    account.auth = ollama::Auth::api_key;
    account.has_api_key = true;
    account.observes_machine = false;
    account.cloud_base_url = io::to_string(peer.url());
    auto limited = of_cloud;
    limit_for_status(limited);
    int exit_code = -1;
    auto options = StatusOptions{};
    options.format = StatusFormat::tmux;
    auto before = poll_once(context, ollama::snapshot(limited.accounts[0], limited));
    EXPECT_EQ(status_text(before.value, limited, options, exit_code), "Ollama Cloud\n");
    poll_once(context, ollama::snapshot(of_cloud.accounts[0], of_cloud));
    auto const requests = peer.requests().size();
    auto after = poll_once(context, ollama::snapshot(limited.accounts[0], limited));
    EXPECT_EQ(
        status_text(after.value, limited, options, exit_code),
        "Ollama Cloud  5 h 25 %  week 60 %\n");
    EXPECT_EQ(peer.requests().size(), requests);
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

TEST(StatusCommand, StateContainsNoPartOfTheUrl) {
    auto const directory = TemporaryDirectory();
    auto with_state = configuration();
    with_state.accounts[0].base_url->path = "planted";
    with_state.state_directory = directory.path();
    int exit_code = -1;
    status_text(busy_snapshot(), with_state, {}, exit_code);
    auto count = 0;
    for (auto const& entry : std::filesystem::directory_iterator(directory.path())) {
        EXPECT_EQ(read_file(entry.path()).find("planted"), std::string::npos);
        ++count;
    }
    EXPECT_EQ(count, 1);
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
