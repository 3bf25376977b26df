#include "example/exporter/exporter_target.hpp"
#include "example/history/history_store.hpp"
#include "support/process.hpp"
#include <ousage/io/file/process_facts.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono_literals;
using std::chrono::November;

// An account that has no files, and a server that does not respond.
ollama::Account account(std::string const& id, io::Url const& url) {
    auto account = ollama::Account{};
    account.id = id;
    account.base_url = url;
    account.logs_dir = "/nonexistent/logs";
    account.server_config = "/nonexistent/server.json";
    account.db_path = "/nonexistent/db.sqlite";
    return account;
}

ollama::Configuration configuration(std::vector<ollama::Account> accounts) {
    auto made = ollama::Configuration{};
    made.environment = [](char const*) { return std::optional<std::string>(); };
    made.accounts = std::move(accounts);
    return made;
}

// Polls and returns the events.
std::string poll(Target& target) {
    testing::internal::CaptureStderr();
    auto context = asio::io_context();
    asio::co_spawn(context, target.poll(10s), asio::detached);
    context.run();
    return testing::internal::GetCapturedStderr();
}

auto const nowhere = io::Url{"http", "127.0.0.1", "1", ""};

TEST(ExporterTarget, WritesChangesOfStatesOnce) {
    auto const accounts = configuration({account("own", nowhere)});
    auto const target = std::make_shared<Target>(accounts.accounts[0], accounts);
    auto const first = poll(*target);
    auto const event = std::string(
        "level=WARN msg=\"a source changed its state\" target=own source=local_api from=none "
        "to=error error=\"");
    EXPECT_NE(first.find(event), first.npos) << first;
    EXPECT_EQ(first.find("source=desktop_db"), first.npos) << first; // absent is no failure
    EXPECT_EQ(poll(*target), "");
    EXPECT_EQ(target->polls(), 2u);
}

// A server whose responses can be held.
class ExporterTargetPolls : public testing::Test {
protected:
    ExporterTargetPolls() {
        respond();
        auto own = account("own", peer_.url());
        own.observes_machine = false;
        auto const accounts = configuration({own});
        target_ = std::make_shared<Target>(accounts.accounts[0], accounts);
    }

    void respond() {
        peer_.only("GET /api/version", test::json(R"({"version":"1.2.3"})"));
        peer_.only("GET /api/status", test::json(R"({"cloud":{"disabled":true,"source":"env"}})"));
        peer_.only("GET /api/tags", test::json(R"({"models":[]})"));
        peer_.only("GET /api/ps", test::json(R"({"models":[]})"));
    }

    void hang() {
        for (auto const* const path : {"/api/version", "/api/status", "/api/tags", "/api/ps"}) {
            peer_.only(std::string("GET ") + path, test::fault::hang());
        }
    }

    // Runs polls until all have ended, and returns their results in the order of their ends. After
    // the first one, all responses are released.
    std::vector<bool> run(std::vector<asio::awaitable<bool>> polls) {
        auto results = std::vector<bool>();
        auto const count = polls.size();
        for (auto& poll : polls) {
            asio::co_spawn(
                context_, std::move(poll), [&, count](std::exception_ptr thrown, bool result) {
                    EXPECT_FALSE(thrown);
                    results.push_back(result);
                    peer_.release();
                    if (results.size() == count) {
                        context_.stop();
                    }
                });
        }
        context_.restart();
        context_.run();
        return results;
    }

    std::vector<bool> run(asio::awaitable<bool> poll) {
        auto polls = std::vector<asio::awaitable<bool>>();
        polls.push_back(std::move(poll));
        return run(std::move(polls));
    }

    asio::io_context context_;
    test::ScriptedPeer peer_{context_};
    std::shared_ptr<Target> target_;
};

TEST_F(ExporterTargetPolls, ShortLimitDoesNotShortenThePollOfOthers) {
    auto held = test::json(R"({"version":"1.2.3"})");
    held.delivery = test::Reply::Delivery::hold;
    peer_.only("GET /api/version", held);
    auto polls = std::vector<asio::awaitable<bool>>();
    polls.push_back(target_->poll(1ms));
    polls.push_back(target_->poll(60s));
    EXPECT_EQ(run(std::move(polls)), (std::vector<bool>{false, true}));
    EXPECT_EQ(target_->polls(), 1u);
    EXPECT_EQ(peer_.count("GET /api/version"), 1u);
    EXPECT_EQ(target_->snapshot().sources.at(0).state, State::ok) << target_->snapshot().message;
}

TEST_F(ExporterTargetPolls, PollThatAClientEndsEarlyDoesNotReplaceRegularOnes) {
    EXPECT_EQ(run(target_->poll_regularly()), std::vector<bool>{true});
    auto const facts = io::ProcessFacts{};
    auto const text = ExpositionFormat::text;
    EXPECT_NE(target_->exposition(text, &facts).find("\nollama_up 1\n"), std::string::npos);
    hang();
    EXPECT_EQ(run(target_->poll(1ms)), std::vector<bool>{true});
    EXPECT_NE(target_->exposition(text, &facts).find("\nollama_up 1\n"), std::string::npos);
    EXPECT_NE(target_->probe_exposition(text).find("\nollama_up 0\n"), std::string::npos);
    EXPECT_EQ(target_->polls(), 1u);
    respond();
    EXPECT_EQ(run(target_->poll(60s)), std::vector<bool>{true});
    EXPECT_NE(target_->probe_exposition(text).find("\nollama_up 1\n"), std::string::npos);
    EXPECT_EQ(target_->polls(), 2u);
}

TEST_F(ExporterTargetPolls, WritesNoEventForAPollThatAClientEndsEarly) {
    testing::internal::CaptureStderr();
    run(target_->poll(60s));
    hang();
    EXPECT_EQ(run(target_->poll(1ms)), std::vector<bool>{true});
    EXPECT_NE(target_->snapshot().sources.at(0).state, State::ok);
    respond();
    run(target_->poll(60s));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(ExporterTargetPolls, LimitsTheEventsThatProbesCause) {
    testing::internal::CaptureStderr();
    for (int count = 0; count < 16; ++count) {
        peer_.only("GET /api/version", test::fault::close());
        run(target_->poll(60s));
        peer_.only("GET /api/version", test::json(R"({"version":"1.2.3"})"));
        run(target_->poll(60s));
    }
    auto const text = testing::internal::GetCapturedStderr();
    auto const events = std::count(text.begin(), text.end(), '\n');
    EXPECT_GE(events, 21) << text; // the first one is no change
    EXPECT_LT(events, 30) << text; // of 32: one more for each minute that this test takes
}

// Anybody who may probe chooses the targets of patterns.
TEST(ExporterTarget, WritesNoChangesOfTargetsThatAreNoAccounts) {
    auto targets = Targets(
        configuration({account("own", nowhere)}), std::vector<std::string>{"http://127.0.0.2:*"});
    auto const other = targets.find("127.0.0.2:1");
    ASSERT_NE(other, nullptr);
    EXPECT_EQ(poll(*other), "");
}

TEST(ExporterTargets, FindsServersRegardlessOfCase) {
    auto targets = Targets(
        configuration({account("own", io::Url{"http", "GPU.example.org", "11434", ""})}),
        std::vector<std::string>{"http://*.Example.net:80"});
    EXPECT_EQ(targets.find("own"), targets.own());
    EXPECT_EQ(targets.find("gpu.EXAMPLE.org"), targets.own());
    EXPECT_EQ(targets.find("http://gpu.example.org:11434"), targets.own());
    EXPECT_EQ(targets.find("Own"), nullptr); // a name, not a host name of a pattern
    auto const other = targets.find("http://A.example.NET");
    ASSERT_NE(other, nullptr);
    EXPECT_EQ(targets.find("http://a.example.net:80"), other);
    EXPECT_EQ(targets.find("http://b.a.example.net:80"), nullptr);
}

#if OUSAGE_WITH_SQLITE
TEST(ExporterTarget, StoresTheHistoryOfAccountsAndReportsAFailureOnce) {
    auto const directory = test::TemporaryDirectory();
    auto accounts = configuration({account("own", nowhere)});
    auto& own = accounts.accounts[0];
    own.logs_dir = directory.path();
    directory.write(
        "server.log",
        "time=2026-11-25T08:00:00.000Z level=INFO source=routes.go:1 msg=other\n"
        "[GIN] 2026/11/25 - 09:10:00 | 200 |            1s |       127.0.0.1 | POST     "
        "\"/api/chat\"\n");
    accounts.history_db = directory.path() / "history.db";
    accounts.now = [] { return std::chrono::sys_days(2026y / November / 25) + 10h; };
    std::filesystem::create_directory(*accounts.history_db);
    auto const target = std::make_shared<Target>(own, accounts);
    auto const first = poll(*target);
    EXPECT_NE(first.find("the history cannot be stored\" target=own error="), first.npos) << first;
    EXPECT_EQ(poll(*target), "");
    std::filesystem::remove(*accounts.history_db);
    EXPECT_EQ(poll(*target), "");
    auto const stored =
        HistoryStore(*accounts.history_db).read("own", "http://127.0.0.1:1", 0, 1'000'000);
    ASSERT_TRUE(stored) << to_string(stored.failure());
    ASSERT_EQ(stored->size(), 1u);
    EXPECT_EQ(stored->begin()->second.requests, 1u);
}

TEST(ExporterTarget, ChartsShowTheLogAndStoredDaysBefore) {
    auto const directory = test::TemporaryDirectory();
    auto accounts = configuration({account("own", nowhere)});
    auto& own = accounts.accounts[0];
    own.logs_dir = directory.path();
    directory.write(
        "server.log",
        "time=2026-11-24T21:00:00.000Z level=INFO source=routes.go:1 msg=other\n"
        "[GIN] 2026/11/25 - 09:10:00 | 404 |            1s |       127.0.0.1 | POST     "
        "\"/api/chat\"\n");
    accounts.history_db = directory.path() / "history.db";
    accounts.calendar = Calendar::utc();
    auto const now = std::chrono::sys_days(2026y / November / 25) + 10h;
    accounts.now = [now] { return now; };
    auto stored = StoredHour{};
    stored.hour = ollama::hour_number(now - 48h);
    stored.sums.requests = 7;
    stored.sums.output_tokens = 90;
    auto const store = HistoryStore(*accounts.history_db);
    EXPECT_FALSE(store.record("own", "http://127.0.0.1:1", {stored}, now));
    auto const target = std::make_shared<Target>(own, accounts);
    EXPECT_EQ(target->days().from, "");
    poll(*target);
    auto const& rows = target->view(15s, false).history.rows;
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].label, "requests");
    EXPECT_EQ(rows[0].values, (std::vector<std::uint64_t>{7, 0, 1}));
    EXPECT_EQ(rows[1].label, "errors");
    EXPECT_EQ(rows[1].values, (std::vector<std::uint64_t>{1}));
    EXPECT_EQ(rows[2].label, "output tokens");
    EXPECT_EQ(rows[2].values, (std::vector<std::uint64_t>{90, 0, 0}));
    EXPECT_EQ(target->days().from, "from the log since 11-24, stored before");
    EXPECT_FALSE(target->snapshot().daily_series.contains("errors")); // /snapshot is as it was
}

#endif

TEST(ExporterTarget, StoresNothingOfServersGivenByUrl) {
    auto const directory = test::TemporaryDirectory();
    auto accounts = configuration({account("own", nowhere)});
    accounts.history_db = directory.path() / "history.db";
    auto targets = Targets(accounts, {"http://127.0.0.1:2"});
    auto const other = targets.find("http://127.0.0.1:2");
    ASSERT_TRUE(other);
    poll(*other);
    EXPECT_FALSE(std::filesystem::exists(*accounts.history_db));
}

} // namespace
