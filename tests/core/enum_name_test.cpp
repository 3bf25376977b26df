#include <ousage/core/enum_name.hpp>

#include <gtest/gtest.h>

namespace {

enum class Colour { red, green_and_blue, UPPER };

enum class Sparse { three = 3 };

TEST(EnumName, ReturnsNameOfEnumerator) {
    static_assert(ousage::enum_name(Colour::red) == "red");
    static_assert(ousage::enum_name(Colour::green_and_blue) == "green_and_blue");
    static_assert(ousage::enum_name(Colour::UPPER) == "UPPER");
    static_assert(ousage::enum_name(Sparse::three) == "three");
}

TEST(EnumName, UnknownValueYieldsEmptyName) {
    EXPECT_EQ(ousage::enum_name(static_cast<Colour>(3)), "");
    EXPECT_EQ(ousage::enum_name(static_cast<Colour>(-1)), "");
    EXPECT_EQ(ousage::enum_name(static_cast<Sparse>(0)), "");
}

TEST(EnumName, ParsesOnlyExactNames) {
    EXPECT_EQ(ousage::enum_from_name<Colour>("UPPER"), Colour::UPPER);
    EXPECT_EQ(ousage::enum_from_name<Sparse>("three"), Sparse::three);
    EXPECT_EQ(ousage::enum_from_name<Colour>("upper"), std::nullopt);
    EXPECT_EQ(ousage::enum_from_name<Colour>(""), std::nullopt);
}

} // namespace
