#include "example/ousage/watch/account_poller.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono_literals;

// An account without a server, a log or a database.
struct AccountPollerTest : testing::Test {
    AccountPollerTest() {
        account.observes_machine = false;
        account.default_logs = false;
        account.logs_dir = "/nonexistent/logs";
        account.server_config = "/nonexistent/server.json";
        account.db_path = "/nonexistent/db.sqlite";
        configuration.environment = [](char const*) { return std::optional<std::string>(); };
    }

    ollama::Account account;
    ollama::Configuration configuration;
    asio::io_context context;
};

TEST_F(AccountPollerTest, RefreshBeforeAPausePollsOnceThePauseEnds) {
    auto poller = AccountPoller(context.get_executor(), account, configuration, 1h, false);
    int polls = 0;
    auto const changed = [&] {
        ++polls;
        if (polls == 1) {
            poller.refresh();
            poller.pause(true);
            asio::post(context, [&] { poller.pause(false); });
        } else {
            context.stop();
        }
    };
    asio::co_spawn(context, poller.run(changed), asio::detached);
    context.run();
    EXPECT_EQ(polls, 2);
}

} // namespace
