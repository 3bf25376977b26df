#include <ousage/core/duration.hpp>

#include <gtest/gtest.h>

namespace {

using ousage::parse_duration;
using namespace std::chrono_literals;

TEST(Duration, ParsesNumbersWithUnits) {
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("2s"), 2s);
    EXPECT_EQ(parse_duration("1m30s"), 90s);
    EXPECT_EQ(parse_duration("1.5h"), 90min);
    EXPECT_EQ(parse_duration("10us"), 10us);
    EXPECT_EQ(parse_duration("7d"), 168h);
    EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, RejectsMalformedText) {
    for (auto const* const text :
         {"", "5", "s", "-1s", "+1s", "1 s", "1s ", "1e3s", "nan", "infs", "1x", "1.2.3s",
          "99999999999d", "5S"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

} // namespace
