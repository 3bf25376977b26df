#include "example/exporter/account_polls.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono_literals;

// An account that has no server and no files.
ollama::Account account(std::string const& id, std::chrono::nanoseconds interval) {
    auto account = ollama::Account{};
    account.id = id;
    account.logs_dir = "/nonexistent/logs";
    account.server_config = "/nonexistent/server.json";
    account.db_path = "/nonexistent/db.sqlite";
    account.observes_machine = false;
    account.poll_interval = interval;
    return account;
}

ollama::Configuration configuration_of(std::vector<ollama::Account> accounts) {
    auto configuration = ollama::Configuration{};
    configuration.environment = [](char const*) { return std::optional<std::string>(); };
    configuration.accounts = std::move(accounts);
    return configuration;
}

TEST(AccountPolls, PollEachAtItsIntervalAndNotTheOwnServer) {
    auto const targets = std::make_shared<Targets>(
        configuration_of({account("own", 1ms), account("often", 1ms), account("once", 1h)}),
        std::vector<std::string>{});
    auto context = asio::io_context();
    auto const ignore = [](std::exception_ptr) {};
    asio::co_spawn(context, poll_accounts(targets), ignore);
    asio::co_spawn(context, poll_accounts(targets), ignore);
    auto const polls = [&](std::string const& id) { return targets->find(id)->polls(); };
    while (polls("often") < 3 || polls("once") < 1) {
        ASSERT_EQ(context.run_one_for(30s), 1u);
    }
    EXPECT_EQ(polls("once"), 1u);
    EXPECT_EQ(polls("own"), 0u);
    // An account that a reload adds.
    auto const added = account("added", 1h);
    targets->reload(configuration_of({account("own", 1ms), account("once", 1h), added}));
    while (polls("added") < 1) {
        ASSERT_EQ(context.run_one_for(30s), 1u);
    }
    EXPECT_EQ(polls("once"), 1u);
}

} // namespace
