#include <ousage/core/tzif.hpp>
#include <ousage/io/file/time_zone.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <random>

namespace {

using namespace ousage;
using namespace std::chrono;
using namespace std::chrono_literals;

Calendar zone(std::string_view name) {
    auto loaded = io::load_time_zone(name);
    EXPECT_TRUE(loaded) << name;
    return loaded ? *loaded : Calendar::utc();
}

// The reference is the C library, which reads the same files with its own parser.
TEST(TimeZone, AgreesWithCLibrary) {
    auto random = std::mt19937_64(7);
    for (auto const* const name :
         {"Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns",
          "Africa/Casablanca", "America/New_York", "Pacific/Apia", "UTC", "Europe/Dublin"}) {
        ::setenv("TZ", name, 1);
        ::tzset();
        auto const calendar = zone(name);
        for (int round = 0; round < 5000; ++round) {
            auto const at = static_cast<std::time_t>(random() % 4'102'444'800u);
            auto local = std::tm{};
            ::localtime_r(&at, &local);
            ASSERT_EQ(calendar.offset_at(sys_seconds(seconds(at))).count(), local.tm_gmtoff)
                << name << " at " << at;
        }
    }
    ::unsetenv("TZ");
}

TEST(TimeZone, RepeatedHourMapsToEarlierAndLaterInstant) {
    auto const berlin = zone("Europe/Berlin");
    auto const local = local_days(2026y / October / 25) + 2h + 30min;
    EXPECT_EQ(berlin.to_sys(local), sys_days(2026y / October / 25) + 30min);
    EXPECT_EQ(berlin.later(local), sys_days(2026y / October / 25) + 1h + 30min);
    EXPECT_EQ(berlin.later(local + 1h), std::nullopt);
    EXPECT_EQ(berlin.later(local - 1h), std::nullopt);
}

TEST(TimeZone, SkippedTimeMovesForward) {
    auto const berlin = zone("Europe/Berlin");
    auto const local = local_days(2026y / March / 29) + 2h + 30min;
    EXPECT_EQ(berlin.to_sys(local), sys_days(2026y / March / 29) + 1h + 30min);
    EXPECT_EQ(berlin.later(local), std::nullopt);
}

TEST(TimeZone, LocalTimeMapsBackToItsInstant) {
    auto random = std::mt19937_64(8);
    for (auto const* const name : {"Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"}) {
        auto const calendar = zone(name);
        for (int round = 0; round < 20000; ++round) {
            auto const at = sys_seconds(seconds(random() % 2'000'000'000u));
            auto const local = local_seconds((at + calendar.offset_at(at)).time_since_epoch());
            auto const later = calendar.later(local);
            ASSERT_TRUE(calendar.to_sys(local) == at || later == at) << name;
        }
    }
}

TEST(TimeZone, SteadyOffsetAppliesToWholeRange) {
    auto random = std::mt19937_64(9);
    for (auto const* const name :
         {"Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "UTC"}) {
        auto const calendar = zone(name);
        int steady = 0;
        for (int round = 0; round < 2000; ++round) {
            auto const from = floor<hours>(local_seconds(seconds(random() % 4'102'444'800u)));
            auto const offset = calendar.steady_offset(from, from + 1h);
            steady += offset ? 1 : 0;
            for (auto local = local_seconds(from); offset && local < from + 1h; local += 7min) {
                ASSERT_EQ(
                    calendar.to_sys(local).time_since_epoch() + *offset, local.time_since_epoch());
                ASSERT_EQ(calendar.later(local), std::nullopt);
            }
        }
        EXPECT_GT(steady, 1'900) << name;
    }
    auto const berlin = zone("Europe/Berlin");
    for (auto const day : {2026y / March / 29, 2026y / October / 25}) {
        for (auto hour = 1h; hour < 4h; ++hour) {
            auto const from = local_days(day) + hour;
            EXPECT_EQ(berlin.steady_offset(from, from + 1h), std::nullopt);
        }
    }
}

TEST(TimeZone, MidnightIsFirstInstantOfDay) {
    auto const berlin = zone("Europe/Berlin");
    auto const noon = sys_days(2026y / October / 25) + 11h;
    EXPECT_EQ(berlin.midnight(noon), sys_days(2026y / October / 24) + 22h);
    EXPECT_EQ(berlin.midnight(noon - 1s + 12h), sys_days(2026y / October / 24) + 22h);
    EXPECT_EQ(
        berlin.midnight(sys_days(2026y / October / 25) + 23h),
        sys_days(2026y / October / 25) + 23h);
    EXPECT_EQ(berlin.date(noon), 2026y / October / 25);
    // In Beirut, 2024-03-31 starts at 01:00.
    auto const beirut = zone("Asia/Beirut");
    EXPECT_EQ(
        beirut.midnight(sys_days(2024y / March / 31) + 10h), sys_days(2024y / March / 30) + 22h);
}

TEST(TimeZone, ParsesOffsetsAndRejectsUnknownZones) {
    EXPECT_EQ(zone("+02:00").offset_at({}), 2h);
    EXPECT_EQ(zone("-0330").offset_at({}), -(3h + 30min));
    EXPECT_EQ(zone("+09").offset_at({}), 9h);
    EXPECT_EQ(zone("Z").offset_at({}), 0h);
    EXPECT_EQ(zone("+05:30").name(), "+05:30");
    for (auto const* const bad :
         {"", "Europe/Berlim", "../etc/passwd", "/etc/localtime", "+2", "+25:00"}) {
        EXPECT_FALSE(io::load_time_zone(bad)) << bad;
    }
}

TEST(TimeZone, SystemZoneFollowsTzVariable) {
    EXPECT_EQ(io::system_time_zone("Asia/Kolkata").offset_at({}), 5h + 30min);
    EXPECT_EQ(io::system_time_zone(":UTC").offset_at({}), 0h);
    EXPECT_EQ(
        io::system_time_zone("EST5EDT,M3.2.0,M11.1.0").offset_at(sys_days(2026y / July / 1)), -4h);
    EXPECT_EQ(io::system_time_zone("<+0330>-3:30").offset_at({}), 3h + 30min);
    EXPECT_EQ(io::system_time_zone("nonsense!").offset_at({}), 0h);
    EXPECT_EQ(io::system_time_zone("").offset_at({}), 0h);
}

TEST(TimeZone, MalformedFileNeverCrashes) {
    auto file = std::ifstream("/usr/share/zoneinfo/Europe/Berlin", std::ios::binary);
    auto const whole = std::string(std::istreambuf_iterator<char>(file), {});
    ASSERT_GT(whole.size(), 100u);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        auto const cut = parse_tzif(whole.substr(0, size), "cut");
        if (cut) {
            (void)cut->offset_at({});
        }
    }
    auto random = std::mt19937_64(9);
    for (int round = 0; round < 20000; ++round) {
        auto bytes = whole;
        for (int change = 0; change < 3; ++change) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        if (auto const zone = parse_tzif(bytes, "mutated")) {
            (void)zone->offset_at(sys_seconds(seconds(random() % 4'000'000'000u)));
        }
    }
}

} // namespace
