#include <ousage/core/calendar.hpp>
#include <ousage/core/timestamp.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace std::chrono;

TEST(Timestamp, ParsesRfc3339FormsOfOllama) {
    auto const time = parse_rfc3339("2026-08-21T18:48:22.123456789-07:00");
    ASSERT_TRUE(time);
    EXPECT_EQ(time->at, sys_days(2026y / August / 22) + 1h + 48min + 22s);
    EXPECT_EQ(time->nanoseconds, 123456789);
    EXPECT_EQ(time->offset_seconds, -7 * 3600);
    EXPECT_EQ(parse_rfc3339("0001-01-01T00:00:00Z")->at, sys_days(1y / January / 1));
    EXPECT_EQ(parse_rfc3339("2319-03-02T10:30:02.5+01:00")->nanoseconds, 500000000);
    EXPECT_EQ(parse_rfc3339("2026-08-21 18:48:22z"), parse_rfc3339("2026-08-21t18:48:22Z"));
    EXPECT_EQ(parse_rfc3339("2026-08-21T18:48:22.1234567891234Z")->nanoseconds, 123456789);
    EXPECT_EQ(parse_rfc3339("2026-12-31T23:59:60Z")->at, sys_days(2027y / January / 1));
}

TEST(Timestamp, FormatsShortestForm) {
    for (auto const* const text :
         {"2026-08-21T18:48:22Z", "2026-08-21T18:48:22.5+05:30",
          "2319-03-02T10:30:02.000000001-03:30", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.9Z",
          "9999-12-31T23:59:59Z"}) {
        EXPECT_EQ(to_rfc3339(*parse_rfc3339(text)), text);
    }
}

TEST(Timestamp, HasNoYearBefore1OrAfter9999) {
    EXPECT_FALSE(parse_rfc3339("9999-12-31T23:59:60Z"));
    EXPECT_FALSE(parse_rfc3339("9999-12-31T23:59:60+01:00"));
    auto late = *parse_rfc3339("9999-12-31T23:30:00-01:00");
    EXPECT_EQ(to_rfc3339(late), "9999-12-31T23:30:00-01:00");
    late.offset_seconds = 0;
    EXPECT_EQ(to_rfc3339(late), "9999-12-31T23:59:59Z");
    auto early = *parse_rfc3339("0001-01-01T00:30:00+01:00");
    EXPECT_EQ(to_rfc3339(early), "0001-01-01T00:30:00+01:00");
    early.offset_seconds = 0;
    EXPECT_EQ(to_rfc3339(early), "0001-01-01T00:00:00Z");
    auto const last = *parse_rfc3339("9999-12-31T23:59:59.5Z");
    EXPECT_EQ(to_rfc3339({last.at, last.nanoseconds, 3600}), "9999-12-31T23:59:59.5Z");
    auto const ahead = Calendar::fixed(14h).at(last.at);
    EXPECT_EQ(to_rfc3339(ahead), "9999-12-31T23:59:59Z");
}

TEST(Timestamp, RejectsMalformedText) {
    for (auto const* const text :
         {"", "2026", "2026-08-21", "2026-08-21T18:48:22", "2026-08-21T18:48Z",
          "2026-13-21T18:48:22Z", "2026-02-29T18:48:22Z", "2026-08-21T24:00:00Z",
          "2026-08-21T18:60:22Z", "2026-08-21T18:48:61Z", "2026-08-21T18:48:22.Z",
          "2026-08-21T18:48:22+24:00", "2026-08-21T18:48:22+0", "2026-08-21T18:48:22Z ",
          "0000-01-01T00:00:00Z", "+026-08-21T18:48:22Z", "2026/08/21T18:48:22Z",
          "2026-08-21X18:48:22Z"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
    EXPECT_FALSE(parse_rfc3339(std::string_view("2026-08-21T18:48:22\0", 20)));
}

TEST(Timestamp, OrdersByInstant) {
    auto const early = *parse_rfc3339("2026-08-21T12:00:00+02:00");
    auto const late = *parse_rfc3339("2026-08-21T11:00:00Z");
    EXPECT_TRUE(is_before(early, late));
    EXPECT_FALSE(is_before(late, early));
    EXPECT_FALSE(is_before(late, late));
}

} // namespace
