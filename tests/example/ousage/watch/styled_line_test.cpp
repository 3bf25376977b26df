#include "example/ousage/watch/styled_line.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::program;

TEST(StyledLine, ReadsWhatPaintedWrites) {
    auto const style = TextStyle{80, true, true};
    auto const text = " a " + painted("red", Role::warning, style) + painted("é", Role::dim, style);
    auto const expected = StyledLine{Span{" a "}, Span{"red", Role::warning}, Span{"é", Role::dim}};
    EXPECT_EQ(read_painted(text), expected);
}

TEST(StyledLine, EveryRoleSurvives) {
    for (auto const role :
         {Role::plain, Role::dim, Role::ok, Role::notice, Role::warning, Role::accent}) {
        auto const line = read_painted(painted("x", role, TextStyle{80, true, true}));
        EXPECT_EQ(line, StyledLine{(Span{"x", role})});
    }
}

TEST(StyledLine, RemovesUnfinishedSequence) {
    EXPECT_EQ(text_of(read_painted("a\x1b[3")), "a");
    EXPECT_EQ(text_of(read_painted("a\x1b")), "a");
    EXPECT_EQ(read_painted(""), StyledLine{});
}

TEST(StyledLine, FitsToAWidthWithoutDividingGraphemes) {
    auto const line = StyledLine{Span{"ab"}, Span{"漢字", Role::ok}};
    EXPECT_EQ(width_of(line), 6u);
    EXPECT_EQ(text_of(fitted(line, 8)), "ab漢字  ");
    EXPECT_EQ(text_of(fitted(line, 5)), "ab漢 ");
    EXPECT_EQ(text_of(fitted(line, 4)), "ab漢");
    EXPECT_EQ(text_of(fitted(line, 0)), "");
    EXPECT_EQ(fitted(line, 4).back().role, Role::ok);
}

} // namespace
