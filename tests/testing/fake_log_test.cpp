#include "support/process.hpp"
#include <ousage/core/run.hpp>
#include <ousage/ollama/server_log.hpp>
#include <ousage/testing/fake_log.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono;
using namespace std::chrono_literals;

auto const noon = sys_seconds(sys_days(2026y / November / 20) + 12h);

TEST(FakeLog, IsReadByServerLogInItsZone) {
    auto const directory = TemporaryDirectory();
    auto log = FakeLog(directory.path(), 330min);
    log.start(noon);
    auto chat = FakeRequest{noon + 1s};
    chat.latency = 1'234'567'891ns;
    auto failed = FakeRequest{noon + 2s, "/api/generate?x=1"};
    failed.status = 500;
    failed.latency = 90min + 250ms;
    failed.errors = {"no memory", "aborted"};
    log.add(chat).add(failed).add(FakeRequest{noon + 3s, "/api/tags", "GET"});

    auto const entries = std::make_shared<std::vector<ollama::AccessEntry>>();
    auto observer = ollama::LogObserver{};
    observer.entry = [entries](ollama::AccessEntry const& entry) { entries->push_back(entry); };
    auto const source = ollama::server_log(
        directory.path(), ollama::LogZone{}, [] { return noon + 1h; }, {}, observer);
    auto const outcome = run(source);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.requests.five_hours.requests, 2u);
    EXPECT_EQ(outcome.value.requests.five_hours.http_5xx, 1u);
    ASSERT_EQ(entries->size(), 3u);
    EXPECT_EQ((*entries)[0].time, noon + 1s);
    EXPECT_EQ((*entries)[0].offset, 330min);
    EXPECT_EQ((*entries)[0].line.latency_ns, 1'234'567'891);
    EXPECT_EQ((*entries)[1].line.latency_ns, nanoseconds(90min + 250ms).count());
    EXPECT_EQ((*entries)[1].errors, failed.errors);

    log.rotate();
    log.start(noon + 4s).add(FakeRequest{noon + 5s});
    EXPECT_EQ(run(source).value.requests.five_hours.requests, 3u);
    EXPECT_EQ(entries->size(), 4u);
}

TEST(FakeLog, LinesHaveTheFormOfGin) {
    auto const directory = TemporaryDirectory();
    auto request = FakeRequest{noon};
    request.latency = 63'220ns;
    FakeLog(directory.path()).add(request);
    EXPECT_EQ(
        read_file(directory.path() / "server.log"),
        "[GIN] 2026/11/20 - 12:00:00 | 200 |       63.22µs |       127.0.0.1 | POST     "
        "\"/api/chat\"\n");
}

TEST(FakeLog, DurationsAreThoseOfGo) {
    EXPECT_EQ(ousage::test::detail::go_duration(0ns), "0s");
    EXPECT_EQ(ousage::test::detail::go_duration(999ns), "999ns");
    EXPECT_EQ(ousage::test::detail::go_duration(1us), "1µs");
    EXPECT_EQ(ousage::test::detail::go_duration(1'500'000ns), "1.5ms");
    EXPECT_EQ(ousage::test::detail::go_duration(59s), "59s");
    EXPECT_EQ(ousage::test::detail::go_duration(2min), "2m0s");
    EXPECT_EQ(ousage::test::detail::go_duration(25h + 1s + 1ns), "25h0m1.000000001s");
}

} // namespace
