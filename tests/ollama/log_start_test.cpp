#include "support/process.hpp"
#include <ousage/core/timestamp.hpp>
#include <ousage/io/time_zone.hpp>
#include <ousage/ollama/access_log.hpp>
#include <ousage/ollama/log_start.hpp>

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

// A line every minute of thirty days in local time, a slog line every hour or at the beginning.
std::string make_log(seconds offset, bool slog_by_the_hour, minutes backwards_at = minutes::max()) {
    auto text = std::string{};
    for (auto minute = minutes(0); minute < days(30); ++minute) {
        auto const shown = minute == backwards_at ? minute - days(20) : minute;
        auto const local = sys_seconds(start) + shown + offset;
        auto const time = std::chrono::system_clock::to_time_t(local);
        if (minute == minutes(0) || (slog_by_the_hour && minute % hours(1) == minutes(0))) {
            auto const stamp =
                Timestamp{start + shown, 0, static_cast<std::int32_t>(offset.count())};
            text += "time=" + to_rfc3339(stamp) + " level=INFO msg=x\n";
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
    std::set<sys_seconds> times; // of what is read from there on
};

Found find(TemporaryFolder const& folder, std::string const& text, sys_seconds oldest) {
    auto const file = io::LogFile{folder.write("server.log", text)};
    auto bytes = io::LogBytes::open(file);
    auto found = Found{find_log_start(**bytes, Calendar::utc(), oldest), {}};
    auto log = AccessLog(Calendar::utc());
    log.assume_offset(found.start.zone_offset);
    auto const sink = [&](AccessEntry const& entry) { found.times.insert(entry.time); };
    log.feed(std::string_view(text).substr(found.start.offset), sink);
    log.finish(sink);
    return found;
}

TEST(LogStart, EverythingOfTheWindowIsBehindItAndLittleElse) {
    auto const folder = TemporaryFolder();
    for (auto const offset : {hours(0), hours(9), hours(-7)}) {
        for (auto const by_the_hour : {true, false}) {
            auto const text = make_log(offset, by_the_hour);
            for (auto const back : {hours(1), hours(24), hours(24 * 8)}) {
                auto const oldest = sys_seconds(start) + days(30) - back;
                auto const found = find(folder, text, oldest);
                EXPECT_GT(found.start.offset, 0u);
                EXPECT_EQ(found.start.zone_offset, seconds(offset));
                EXPECT_TRUE(found.start.offset == 0 || text[found.start.offset - 1] == '\n');
                EXPECT_LT(*found.times.begin(), oldest);
                // A step of the search is 256 KiB, which is two days here.
                EXPECT_GT(*found.times.begin(), oldest - days(3));
                for (auto time = ceil<minutes>(oldest); time < start + days(30);
                     time += minutes(1)) {
                    ASSERT_TRUE(found.times.contains(time));
                }
            }
        }
    }
}

TEST(LogStart, IsTheBeginningWhereTimeGoesBackwards) {
    auto const folder = TemporaryFolder();
    auto text = make_log(hours(0), true);
    // A clock that was wrong for the first third: months ahead.
    auto wrong = make_log(hours(24 * 200), false);
    wrong.resize(wrong.rfind('\n', wrong.size() / 3) + 1);
    auto const found = find(folder, wrong + text, sys_seconds(start) + days(29));
    EXPECT_EQ(found.start.offset, 0u);
}

TEST(LogStart, IsTheBeginningOfWhatIsSmallOrYoungOrHasNoTime) {
    auto const folder = TemporaryFolder();
    auto const text = make_log(hours(0), true);
    EXPECT_EQ(find(folder, text.substr(0, 500'000), start + days(29)).start.offset, 0u);
    EXPECT_EQ(find(folder, text, sys_seconds(start) - days(1)).start.offset, 0u);
    EXPECT_EQ(find(folder, std::string(3'000'000, '\n'), start).start.offset, 0u);
    EXPECT_EQ(find(folder, std::string(3'000'000, 'x'), start).start.offset, 0u);
    EXPECT_EQ(find(folder, "", start).start.offset, 0u);
}

} // namespace
