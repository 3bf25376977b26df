#include "example/history/polled_history.hpp"
#include "support/process.hpp"
#include <ousage/core/source_report.hpp>

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono;

constexpr sys_seconds start = sys_days(2026y / November / 20) + hours(15) + minutes(30);

// An account, its log as a test feeds it, and a clock.
class PolledHistoryTest : public testing::Test {
protected:
    std::filesystem::path database() const { return directory.path() / "history.db"; }

    ollama::Configuration configuration() {
        auto made = ollama::Configuration{};
        made.now = [this] { return now; };
        made.history_db = database();
        return made;
    }

    std::shared_ptr<PolledHistory> history(ollama::Configuration const& with) {
        auto made = std::make_shared<PolledHistory>(ollama::Account{}, with, true);
        auto next = ollama::LogObserver{};
        next.entry = [this](ollama::AccessEntry const&) { ++passed; };
        observer = made->observer(next);
        return made;
    }

    void add_request(sys_seconds time) const {
        auto entry = ollama::AccessEntry{};
        entry.time = time;
        entry.route = ollama::Route::chat;
        entry.line.status = 200;
        observer.entry(entry);
    }

    // The end of a poll that has read the log.
    void poll(PolledHistory& history) {
        auto progress = ollama::LogProgress{};
        progress.caught_up = true;
        progress.bytes = ++bytes;
        if (observer.polled) {
            observer.polled(progress);
        }
        auto outcome = Outcome<ollama::Snapshot>{};
        auto& report = outcome.value.sources.emplace_back();
        report.name = "server_log";
        report.state = State::ok;
        history.observe(outcome);
        history.start_work(context.get_executor());
        context.restart();
        context.run();
    }

    ollama::HourlySums stored() const {
        auto const read = HistoryStore(database()).read("ollama", "", 0, ollama::hour_number(now));
        EXPECT_TRUE(read) << to_string(read.failure());
        return read ? *read : ollama::HourlySums{};
    }

    TemporaryDirectory directory;
    sys_seconds now = start;
    asio::io_context context;
    ollama::LogObserver observer;
    int passed = 0;
    std::uint64_t bytes = 0;
};

TEST_F(PolledHistoryTest, StoresTheLogAndPassesItOn) {
    auto const written = history(configuration());
    add_request(start - hours(1));
    add_request(start);
    add_request(start);
    poll(*written);
    EXPECT_EQ(passed, 3);
    EXPECT_EQ(written->failure(), "");
    EXPECT_EQ(stored().at(ollama::hour_number(start)).requests, 2u);
    EXPECT_EQ(stored().at(ollama::hour_number(start) - 1).requests, 1u);
}

TEST_F(PolledHistoryTest, StoresAtMostEveryThirtySeconds) {
    auto const written = history(configuration());
    add_request(start);
    poll(*written);
    add_request(start + 10s);
    now = start + 29s;
    poll(*written);
    EXPECT_EQ(stored().at(ollama::hour_number(start)).requests, 1u);
    now = start + 30s;
    poll(*written);
    EXPECT_EQ(stored().at(ollama::hour_number(start)).requests, 2u);
}

TEST_F(PolledHistoryTest, StoresTheFirstPollOfAnHourAtOnce) {
    now = start + minutes(29) + 55s;
    auto const written = history(configuration());
    add_request(now);
    poll(*written);
    now += 6s;
    add_request(now);
    poll(*written);
    EXPECT_EQ(stored().at(ollama::hour_number(now)).requests, 1u);
}

TEST_F(PolledHistoryTest, FailureIsReportedUntilTheNextSuccess) {
    std::filesystem::create_directory(database());
    auto const written = history(configuration());
    add_request(start);
    poll(*written);
    EXPECT_NE(written->failure().find("history.db: "), std::string::npos) << written->failure();
    now = start + 30s;
    poll(*written);
    EXPECT_NE(written->failure(), "");
    std::filesystem::remove(database());
    now = start + 60s;
    poll(*written);
    EXPECT_EQ(written->failure(), "");
    EXPECT_EQ(stored().at(ollama::hour_number(start)).requests, 1u);
}

TEST_F(PolledHistoryTest, WithoutADatabaseNothingIsStored) {
    auto without = configuration();
    without.history_db.reset();
    auto const written = history(without);
    add_request(start);
    poll(*written);
    EXPECT_EQ(passed, 1);
    auto const hours = written->changed_hours();
    ASSERT_TRUE(hours);
    EXPECT_EQ(hours->at(ollama::hour_number(start)).sums.requests, 1u);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST_F(PolledHistoryTest, CombinesTheLogWithStoredHours) {
    auto const hour = ollama::hour_number(start);
    auto earlier = std::vector<StoredHour>(2);
    for (auto& stored_hour : earlier) {
        stored_hour.sums.requests = 7;
        stored_hour.is_complete = true;
    }
    earlier[0].hour = hour - 100;
    earlier[1].hour = hour; // the log covers it
    ASSERT_FALSE(HistoryStore(database()).record("ollama", "", earlier, start));
    auto const read = history(configuration());
    add_request(start - hours(2));
    add_request(start);
    poll(*read);
    auto const combined = read->changed_hours();
    ASSERT_TRUE(combined);
    EXPECT_EQ(combined->at(hour - 100).sums.requests, 7u);
    EXPECT_EQ(combined->at(hour - 100).from, HistoryOrigin::stored);
    EXPECT_EQ(combined->at(hour).sums.requests, 1u);
    EXPECT_EQ(combined->at(hour).from, HistoryOrigin::log);
}

TEST_F(PolledHistoryTest, HoursAreCombinedAgainIfTheyChange) {
    auto const read = history(configuration());
    add_request(start);
    poll(*read);
    EXPECT_TRUE(read->changed_hours());
    EXPECT_FALSE(read->changed_hours());
    poll(*read); // the log has grown
    EXPECT_TRUE(read->changed_hours());
    now += hours(1);
    EXPECT_TRUE(read->changed_hours());
    EXPECT_FALSE(read->changed_hours());
}

TEST_F(PolledHistoryTest, StoredHoursAreReadInEachNewHour) {
    auto const read = history(configuration());
    add_request(start);
    poll(*read);
    read->changed_hours();
    auto later = std::vector<StoredHour>(1);
    later[0].hour = ollama::hour_number(start) - 50;
    later[0].sums.requests = 3;
    ASSERT_FALSE(HistoryStore(database()).record("ollama", "", later, start));
    now += 60s;
    poll(*read);
    EXPECT_FALSE(read->changed_hours()->contains(later[0].hour));
    now += hours(1);
    poll(*read);
    EXPECT_TRUE(read->changed_hours()->contains(later[0].hour));
}

} // namespace
