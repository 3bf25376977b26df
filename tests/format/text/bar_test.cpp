#include <ousage/format/text/bar.hpp>
#include <ousage/format/text/text_width.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using namespace ousage;

TextStyle const unicode{80, false, true};
TextStyle const ascii{80, false, false};

TEST(Bar, DrawsEighths) {
    EXPECT_EQ(bar(0, 4, unicode), "    ");
    EXPECT_EQ(bar(0.5, 4, unicode), "██  ");
    EXPECT_EQ(bar(0.53125, 4, unicode), "██▏ ");
    EXPECT_EQ(bar(1, 4, unicode), "████");
    EXPECT_EQ(bar(0.5, 4, ascii), "##  ");
}

TEST(Bar, ShareBetweenZeroAndOneIsNeitherEmptyNorFull) {
    EXPECT_EQ(bar(0.0001, 4, unicode), "▏   ");
    EXPECT_EQ(bar(0.9999, 4, unicode), "███▉");
    EXPECT_EQ(bar(0.0001, 4, ascii), "#   ");
    EXPECT_EQ(bar(0.9999, 4, ascii), "### ");
    EXPECT_EQ(split_bar(0.0001, 4, unicode), "█▒▒▒");
    EXPECT_EQ(split_bar(0.9999, 4, unicode), "███▒");
}

TEST(Bar, IgnoresSharesOutsideItsRange) {
    EXPECT_EQ(bar(-1, 2, ascii), "  ");
    EXPECT_EQ(bar(7, 2, ascii), "##");
    EXPECT_EQ(bar(std::nan(""), 2, ascii), "  ");
    EXPECT_EQ(bar(0.5, 0, ascii), "");
    EXPECT_EQ(bar(0.5, 1, ascii), "#");
}

TEST(Bar, HasItsWidthForEveryShare) {
    for (int percent = 0; percent <= 100; ++percent) {
        EXPECT_EQ(text_width(bar(percent / 100.0, 20, unicode)), 20u) << percent;
        EXPECT_EQ(text_width(split_bar(percent / 100.0, 20, unicode)), 20u) << percent;
    }
}

TEST(SplitBar, DrawsTwoParts) {
    EXPECT_EQ(split_bar(0.75, 4, unicode), "███▒");
    EXPECT_EQ(split_bar(0.75, 4, ascii), "###.");
    EXPECT_EQ(split_bar(0, 4, unicode), "▒▒▒▒");
    EXPECT_EQ(split_bar(1, 4, unicode), "████");
}

TEST(Sparkline, DrawsOneColumnForEachValue) {
    auto const values = std::vector<std::uint64_t>{0, 1, 3, 6, 0};
    EXPECT_EQ(sparkline(values, unicode), "▁▃▅█▁");
    EXPECT_EQ(sparkline(values, ascii), "_:=#_");
    EXPECT_EQ(sparkline(std::vector<std::uint64_t>{0, 0}, unicode), "▁▁");
    EXPECT_EQ(sparkline({}, unicode), "");
}

TEST(Sparkline, SmallValueDiffersFromZero) {
    EXPECT_EQ(sparkline(std::vector<std::uint64_t>{1, 1'000'000}, unicode), "▂█");
    EXPECT_EQ(sparkline(std::vector<std::uint64_t>{UINT64_MAX}, unicode), "█");
}

} // namespace
