#include "io/file/log_following.hpp"
#include "support/process.hpp"
#include "support/unprivileged.hpp"
#include <ousage/core/run.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>
#include <ousage/ollama/server_log.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

constexpr auto now = sys_days(2026y / November / 20) + hours(16) + minutes(30);
LogZone const zone{};

std::string line(sys_seconds time) {
    return fmt::format(
        "[GIN] {:%Y/%m/%d - %H:%M:%S} | 200 |            1s |       127.0.0.1 | POST     "
        "\"/api/chat\"\n",
        fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

void append(std::filesystem::path const& file, std::string const& text) {
    std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

TEST(ServerLogReader, CountsNewLinesAndKeepsEarlierCounts) {
    auto const directory = TemporaryDirectory();
    auto const live = directory.path() / "server.log";
    auto reader = ServerLogReader(directory.path(), zone);
    EXPECT_EQ(reader.poll(now, {}).state, State::absent);
    append(live, line(now - 1h));
    EXPECT_EQ(reader.poll(now, {}).value.requests.five_hours.requests, 1u);
    append(live, line(now - 1min));
    std::filesystem::rename(live, directory.path() / "server-1.log");
    append(live, line(now));
    auto const third = reader.poll(now, {});
    EXPECT_EQ(third.value.requests.five_hours.requests, 3u);
    EXPECT_EQ(third.value.log.log_lines, 3u);
    // The windows move with the query time, whether or not there are new lines.
    EXPECT_EQ(reader.poll(now + 4h + 30min, {}).value.requests.five_hours.requests, 2u);
    EXPECT_EQ(reader.poll(now + hours(6), {}).value.requests.five_hours.requests, 0u);
    EXPECT_EQ(reader.poll(now + hours(6), {}).value.requests.one_day.requests, 3u);
    // All logs were deleted: the lines read earlier still count.
    std::filesystem::remove(live);
    std::filesystem::remove(directory.path() / "server-1.log");
    for (int poll = 0; poll < 4; ++poll) {
        EXPECT_EQ(reader.poll(now, {}).value.log.log_lines, 3u);
    }
}

TEST(ServerLogReader, WindowsAreRightAfterPollWithWrongClock) {
    auto const directory = TemporaryDirectory();
    auto const live = directory.path() / "server.log";
    auto reader = ServerLogReader(directory.path(), zone);
    append(live, line(now));
    EXPECT_EQ(reader.poll(now + seconds(1), {}).value.requests.today.requests, 1u);
    EXPECT_EQ(reader.poll(now + days(10), {}).value.requests.seven_days.requests, 0u);
    append(live, line(now + seconds(60)));
    auto const outcome = reader.poll(now + seconds(61), {});
    EXPECT_EQ(outcome.value.requests.today.requests, 2u);
    EXPECT_EQ(outcome.value.requests.five_hours.requests, 2u);
    EXPECT_EQ(outcome.value.requests.seven_days.requests, 2u);
}

TEST(ServerLogReader, LogWithoutAccessLineHasNoRequests) {
    auto const directory = TemporaryDirectory();
    auto const live = directory.write(
        "server.log", "time=2026-11-20T16:00:00.000Z level=INFO source=a.go:1 msg=x\n");
    auto reader = ServerLogReader(directory.path(), zone);
    auto const without = reader.poll(now, {});
    EXPECT_EQ(without.state, State::ok);
    EXPECT_EQ(without.value.log.log_lines, 1u);
    EXPECT_EQ(without.value.requests.today.requests, std::nullopt);
    EXPECT_EQ(without.value.requests_from, std::nullopt);
    EXPECT_TRUE(without.value.daily_series.empty());
    EXPECT_TRUE(without.value.diagnostics.contains("server_log_no_access_line"));
    append(live, line(now - 1min));
    auto const with = reader.poll(now, {});
    EXPECT_EQ(with.value.requests.today.requests, 1u);
    EXPECT_TRUE(with.value.diagnostics.empty());
}

TEST(ServerLogReader, StopDuringSearchForZoneLosesNothing) {
    auto const directory = TemporaryDirectory();
    directory.write("server.log", line(now - 1min));
    auto reader = ServerLogReader(directory.path(), zone);
    auto stop = std::stop_source();
    stop.request_stop();
    EXPECT_EQ(reader.poll(now, stop.get_token()).value.requests.today.requests, std::nullopt);
    EXPECT_EQ(reader.poll(now, {}).value.requests.today.requests, 1u);
}

TEST(ServerLogReader, ReadsNamedLogsWithTheirRotatedFiles) {
    auto const directory = TemporaryDirectory();
    directory.write("ollama.log", line(now - 1min));
    directory.write("ollama.log.0", line(now - 2min));
    directory.write("ollama.log.1", line(now - 3min));
    directory.write("ollama-1.log", line(now - 4min));
    directory.write("ollama.log.20261119-160405", line(now - 24h));
    directory.write("ollama.log.old", line(now - 1min));
    directory.write("other.log", line(now - 1min));
    directory.write("0.log", line(now - 5min));
    auto reader = ServerLogReader(
        named_logs({directory.path() / "ollama.log", directory.path() / "0.log"}), zone);
    auto const outcome = reader.poll(now, {});
    EXPECT_EQ(outcome.value.log.log_lines, 6u);
    EXPECT_EQ(outcome.value.requests.today.requests, 5u);
    auto none = ServerLogReader(named_logs({directory.path() / "x.log"}), zone);
    EXPECT_EQ(none.poll(now, {}).note, "no log " + (directory.path() / "x.log").string());
}

TEST(ServerLogReader, CompressedLogThatIsNamedIsComplete) {
    auto const directory = TemporaryDirectory();
    auto text = line(now - 1min);
    text.pop_back();
    auto const path = directory.write("x.log.gz", gzip(text));
    auto reader = ServerLogReader(named_logs({path}), zone);
    for (int poll = 0; poll < 2; ++poll) {
        EXPECT_EQ(reader.poll(now, {}).value.requests.today.requests, 1u);
    }
}

TEST(ServerLogReader, NamesUnreadableDirectory) {
    auto const directory = TemporaryDirectory();
    append(directory.path() / "server.log", line(now));
    std::filesystem::permissions(directory.path(), std::filesystem::perms::none);
    auto const nobody = Unprivileged();
    auto const outcome = ServerLogReader(directory.path(), zone).poll(now, {});
    ASSERT_EQ(outcome.failures.size(), 1u);
    EXPECT_EQ(
        to_string(outcome.failures[0]),
        "cannot list " + directory.path().string() + ": Permission denied");
}

TEST(ServerLogReader, NamesUnreadableFileAndReadsTheOthers) {
    auto const directory = TemporaryDirectory();
    append(directory.path() / "server.log", line(now));
    append(directory.path() / "server-1.log", line(now));
    std::filesystem::create_symlink("nowhere", directory.path() / "server-2.log");
    std::filesystem::create_symlink("server-3.log", directory.path() / "server-3.log");
    std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
    std::filesystem::permissions(directory.path() / "server-1.log", std::filesystem::perms::none);
    auto const nobody = Unprivileged();
    auto const outcome = ServerLogReader(directory.path(), zone).poll(now, {});
    EXPECT_EQ(outcome.value.log.log_lines, 1u);
    auto failures = std::vector<std::string>{};
    for (auto const& failure : outcome.failures) {
        failures.push_back(to_string(failure));
    }
    EXPECT_THAT(
        failures, testing::UnorderedElementsAre(
                      "server-1.log: cannot read server-1.log: Permission denied",
                      "server-2.log: cannot read server-2.log: No such file or directory",
                      "server-3.log: cannot read server-3.log: Too many levels of symbolic links"));
}

TEST(ServerLogReader, FileInPlaceOfDirectoryIsError) {
    auto const directory = TemporaryDirectory();
    directory.write("file", "");
    auto const outcome = ServerLogReader(directory.path() / "file", zone).poll(now, {});
    ASSERT_EQ(outcome.failures.size(), 1u);
    EXPECT_EQ(outcome.failures[0].code, std::errc::not_a_directory);
}

// Writes thirty days with one request a minute into two files.
void write_month(TemporaryDirectory const& directory) {
    auto text = std::string{};
    for (auto time = sys_seconds(now) - days(30); time <= now; time += 1min) {
        if (time == sys_seconds(now) - days(15)) {
            directory.write("server-1.log", text);
            text.clear();
        }
        if (floor<hours>(time) == time) {
            text += "time=" + to_rfc3339({time, 0, 0}) + " level=INFO source=a.go:1 msg=x\n";
        }
        text += line(time);
    }
    directory.write("server.log", text);
}

TEST(ServerLogReader, PartialReadOfLargeLogsGivesSameWindows) {
    auto const directory = TemporaryDirectory();
    write_month(directory);
    auto const whole = ServerLogReader(directory.path(), zone).poll(now, {}).value;
    auto const part = ServerLogReader(directory.path(), zone, {0, days(8)}).poll(now, {}).value;
    EXPECT_EQ(part.requests.seven_days.requests, 7u * 24 * 60);
    EXPECT_EQ(part.requests.seven_days.requests, whole.requests.seven_days.requests);
    EXPECT_EQ(part.requests.seven_days.p95_latency_ms, whole.requests.seven_days.p95_latency_ms);
    EXPECT_EQ(part.requests.today.requests, whole.requests.today.requests);
    EXPECT_EQ(part.requests.five_hours.requests, whole.requests.five_hours.requests);
    EXPECT_EQ(part.log.log_bytes, whole.log.log_bytes);
    // Values that depend on the skipped part are absent.
    EXPECT_FALSE(part.log.log_lines);
    EXPECT_TRUE(part.diagnostics.contains("server_log_skipped"));
    auto const& days_read = part.daily_series.at("requests");
    auto const& all_days = whole.daily_series.at("requests");
    ASSERT_EQ(days_read.size(), 8u);
    for (std::size_t index = 0; index < days_read.size(); ++index) {
        auto const& same = all_days[all_days.size() - days_read.size() + index];
        EXPECT_EQ(days_read[index].date, same.date);
        EXPECT_EQ(days_read[index].value, same.value);
    }
}

// A forced zone applies to time stamps only; days begin at the midnight of this machine's zone.
TEST(ServerLogReader, ForcedZoneKeepsLocalMidnight) {
    auto const directory = TemporaryDirectory();
    auto const at = sys_days(2026y / November / 20) + 23h;
    directory.write("server.log", line(at + 30min) + line(at + 70min));
    auto const tokyo = LogZone{Calendar::fixed(9h), Calendar::utc()};
    auto const part = ServerLogReader(directory.path(), tokyo).poll(at + 2h, {}).value;
    EXPECT_EQ(part.requests.today.requests, 2u);
    auto const& series = part.daily_series.at("requests");
    ASSERT_EQ(series.size(), 1u);
    EXPECT_EQ(series[0].date, "2026-11-21");
    EXPECT_EQ(series[0].value, 2u);
}

TEST(ServerLogReader, WindowsLongerThanReadRangeHaveNoValue) {
    auto const directory = TemporaryDirectory();
    write_month(directory);
    auto const part = ServerLogReader(directory.path(), zone, {0, hours(18)}).poll(now, {}).value;
    EXPECT_EQ(part.requests.today.requests, 16u * 60 + 31);
    EXPECT_EQ(part.requests.five_hours.requests, 300u);
    EXPECT_FALSE(part.requests.one_day.requests);
    EXPECT_FALSE(part.requests.seven_days.avg_latency_ms);
    EXPECT_FALSE(part.log.recent_requests);
}

TEST(ServerLogReader, SourceResumesAtOffsetAcrossCollections) {
    auto const directory = TemporaryDirectory();
    auto const live = directory.path() / "server.log";
    append(live, line(now) + "[GIN] cut\n");
    auto const source = server_log(directory.path(), zone, [] { return sys_seconds(now); });
    EXPECT_EQ(run(source).value.log.log_lines, 2u);
    std::filesystem::rename(live, directory.path() / "server-1.log");
    append(live, line(now));
    auto const second = run(source);
    EXPECT_EQ(second.value.log.log_lines, 3u);
    EXPECT_EQ(second.value.diagnostics.at("server_log_first_unparsed"), "server.log:2");
}

} // namespace
