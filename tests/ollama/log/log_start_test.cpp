#include "support/process.hpp"
#include <ousage/core/timestamp.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/time_zone.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/log_start.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

constexpr auto start = sys_days(2026y / October / 20);

// A log of thirty days in local time with one line a minute and a slog line every hour or only at
// the beginning. The clock runs ahead by `ahead`.
std::string make_log(seconds offset, bool slog_by_the_hour, hours ahead = {}) {
    auto text = std::string{};
    for (auto minute = minutes(0); minute < days(30); ++minute) {
        auto const shown = minute + ahead;
        auto const local = sys_seconds(start) + shown + offset;
        auto const time = std::chrono::system_clock::to_time_t(local);
        if (minute == minutes(0) || (slog_by_the_hour && minute % hours(1) == minutes(0))) {
            auto const stamp =
                Timestamp{start + shown, 0, static_cast<std::int32_t>(offset.count())};
            text += "time=" + to_rfc3339(stamp) + " level=INFO source=a.go:1 msg=x\n";
        }
        fmt::format_to(
            std::back_inserter(text),
            "[GIN] {:%Y/%m/%d - %H:%M:%S} | 200 |            1s |       127.0.0.1 | POST     "
            "\"/api/chat\"\n",
            fmt::gmtime(time));
    }
    return text;
}

struct Found {
    LogStart start;
    std::set<sys_seconds> times; // of the entries read from the start on
};

Found find(
    TemporaryDirectory const& directory, std::string const& text, std::optional<sys_seconds> oldest,
    LogZone const& zone = {}) {
    auto const file = io::LogFile{directory.write("server.log", text)};
    auto bytes = io::LogBytes::open(file);
    auto found = Found{find_log_start(**bytes, zone, oldest), {}};
    auto log = AccessLog(zone.of_lines(), zone.forced.has_value());
    log.assume_offset(found.start.zone_offset);
    auto const sink = [&](AccessEntry const& entry) { found.times.insert(entry.time); };
    log.feed(std::string_view(text).substr(found.start.offset), sink);
    log.finish(sink);
    return found;
}

TEST(LogStart, IncludesWholeWindowAndLittleElse) {
    auto const directory = TemporaryDirectory();
    for (auto const offset : {hours(0), hours(9), hours(-7)}) {
        auto const text = make_log(offset, true);
        for (auto const back : {hours(1), hours(24), hours(24 * 8)}) {
            auto const oldest = sys_seconds(start) + days(30) - back;
            auto const found = find(directory, text, oldest);
            EXPECT_GT(found.start.offset, 0u);
            EXPECT_EQ(found.start.zone_offset, seconds(offset));
            EXPECT_TRUE(found.start.offset == 0 || text[found.start.offset - 1] == '\n');
            EXPECT_LT(*found.times.begin(), oldest);
            // One search step is 128 KiB, which is about a day in this log.
            EXPECT_GT(*found.times.begin(), oldest - days(2));
            for (auto time = ceil<minutes>(oldest); time < start + days(30); time += minutes(1)) {
                ASSERT_TRUE(found.times.contains(time));
            }
        }
    }
}

// The zone at an offset cannot be determined from the lines near it.
TEST(LogStart, IsZeroIfSlogLinesAreRareOrZoneIsForced) {
    auto const directory = TemporaryDirectory();
    auto const oldest = sys_seconds(start) + days(29);
    auto const rare = find(directory, make_log(hours(9), false), oldest);
    EXPECT_EQ(rare.start.offset, 0u);
    EXPECT_EQ(rare.start.zone_offset, hours(9));
    auto const text = make_log(hours(9), true);
    EXPECT_EQ(find(directory, make_log(hours(9), false) + text, oldest).start.offset, 0u);
    auto const forced = LogZone{Calendar::utc(), Calendar::fixed(hours(-8))};
    EXPECT_EQ(find(directory, text, oldest, forced).start.offset, 0u);
    EXPECT_GT(find(directory, text, oldest).start.offset, 0u);
}

// A section of about one percent of the log whose clock is days fast or slow.
TEST(LogStart, IsZeroIfClockWasTemporarilyWrong) {
    auto const directory = TemporaryDirectory();
    auto const text = make_log(hours(0), true);
    for (auto const wrong : {hours(24 * 12), hours(-24 * 4)}) {
        auto other = make_log(hours(0), true, wrong);
        other = other.substr(other.find("time=", other.size() / 2), text.size() / 60);
        other.resize(other.rfind('\n') + 1);
        auto const position = text.find("time=", text.size() / 2);
        auto const found = find(
            directory, text.substr(0, position) + other + text.substr(position),
            sys_seconds(start) + days(29));
        EXPECT_EQ(found.start.offset, 0u) << wrong.count();
    }
}

TEST(LogStart, TakesZoneOfFirstSlogLineAtAnyDistance) {
    auto const directory = TemporaryDirectory();
    auto const gin =
        std::string("[GIN] 2026/10/01 - 12:00:00 | 200 |            1s |       127.0.0.1 | "
                    "POST     \"/time=2026-10-01T12:00:00-05:00 level=x\"\n");
    auto const slog =
        std::string("time=2026-10-01T12:00:00.000+09:00 level=INFO source=a.go:1 msg=x\n");
    auto const overlong = "time=2026-10-01T12:00:00.000-03:00 level=" + std::string(70'000, 'x');
    // The block sizes of the reads are 8 KiB and 256 KiB.
    for (std::size_t const offset : {0u, 8'150u, 8'192u, 262'140u, 400'000u, 3'000'000u}) {
        auto text = std::string();
        while (text.size() < offset) {
            text += gin;
        }
        auto const found = find(directory, text + overlong + "\n" + slog + gin, std::nullopt);
        EXPECT_EQ(found.start.offset, 0u);
        EXPECT_EQ(found.start.zone_offset, hours(9));
        EXPECT_EQ(found.times, std::set{sys_seconds(sys_days(2026y / October / 1) + hours(3))});
    }
    for (auto const& none : {std::string(), gin, overlong, slog.substr(0, 35)}) {
        EXPECT_EQ(find(directory, none, std::nullopt).start.zone_offset, std::nullopt);
    }
    auto const unterminated = slog.substr(0, slog.size() - 1);
    EXPECT_EQ(find(directory, unterminated, std::nullopt).start.zone_offset, hours(9));
}

TEST(LogStart, StopEndsSearchAndNextCallResumes) {
    auto const directory = TemporaryDirectory();
    auto const gin = std::string("[GIN] 2026/10/01 - 12:00:00 | 200 | 1s | ::1 | GET \"/\"\n");
    auto const file = io::LogFile{directory.write(
        "server.log", gin + "time=2026-10-01T12:00:00.000+09:00 level=INFO source=a.go:1 msg=x\n")};
    auto bytes = io::LogBytes::open(file);
    auto search = LogStartSearch();
    auto stop = std::stop_source();
    stop.request_stop();
    EXPECT_FALSE(search.run(**bytes, {}, std::nullopt, stop.get_token()));
    auto const found = search.run(**bytes, {}, std::nullopt, {});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->zone_offset, hours(9));
}

TEST(LogStart, IsZeroIfTimeGoesBackwards) {
    auto const directory = TemporaryDirectory();
    auto text = make_log(hours(0), true);
    // The clock is months ahead in the first third.
    auto wrong = make_log(hours(0), true, hours(24 * 200));
    wrong.resize(wrong.rfind('\n', wrong.size() / 3) + 1);
    auto const found = find(directory, wrong + text, sys_seconds(start) + days(29));
    EXPECT_EQ(found.start.offset, 0u);
}

TEST(LogStart, IsZeroIfLogIsSmallOrRecentOrHasNoTime) {
    auto const directory = TemporaryDirectory();
    auto const text = make_log(hours(0), true);
    EXPECT_EQ(find(directory, text.substr(0, 500'000), start + days(29)).start.offset, 0u);
    EXPECT_EQ(find(directory, text, sys_seconds(start) - days(1)).start.offset, 0u);
    EXPECT_EQ(find(directory, std::string(3'000'000, '\n'), start).start.offset, 0u);
    EXPECT_EQ(find(directory, std::string(3'000'000, 'x'), start).start.offset, 0u);
    EXPECT_EQ(find(directory, "", start).start.offset, 0u);
}

} // namespace
