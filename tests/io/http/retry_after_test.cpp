#include <ousage/io/http/retry_after.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace ousage;
using namespace ousage::io;
using std::chrono_literals::operator""s;

// 1994-11-06T08:49:37Z, the example date of RFC 9110.
std::chrono::sys_seconds const date{784111777s};

TEST(RetryAfter, ParsesThreeDateFormats) {
    for (auto const* const text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994"}) {
        ASSERT_TRUE(parse_http_date(text)) << text;
        EXPECT_EQ(*parse_http_date(text), date) << text;
    }
    EXPECT_EQ(*parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), std::chrono::sys_seconds(0s));
    EXPECT_EQ(
        *parse_http_date("Fri, 01-Jan-38 00:00:00 GMT"),
        *parse_http_date("Fri, 01 Jan 2038 00:00:00 GMT"));
}

TEST(RetryAfter, RejectsMalformedDates) {
    for (auto const* const text :
         {"", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 6 Nov 1994 8:49:37 GMT", "1994-11-06T08:49:37Z",
          "Sun, 06 Nov 1994 08:49:37 GMT and more", "Sun, -6 Nov 1994 08:49:37 UTC", ",,,,",
          "- - - - - -", "Sun, 06 Nov 99999999999 08:49:37 GMT"}) {
        EXPECT_FALSE(parse_http_date(text)) << text;
    }
}

TEST(RetryAfter, ParsesSecondsOrDateUpToOneDay) {
    EXPECT_EQ(parse_retry_after("0", date), 0s);
    EXPECT_EQ(parse_retry_after("17", date), 17s);
    EXPECT_EQ(parse_retry_after("86400", date), 86400s);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", date - 90s), 90s);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", date + 90s), 0s);
    // The result is limited to one day.
    EXPECT_EQ(parse_retry_after("86401", date), 86400s);
    EXPECT_EQ(parse_retry_after(std::string(400, '9'), date), 86400s);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 2094 08:49:37 GMT", date), 86400s);
    for (auto const* const text : {"", "-1", "1.5", "1 s", "soon", "+5"}) {
        EXPECT_FALSE(parse_retry_after(text, date)) << text;
    }
}

} // namespace
