#include <ousage/core/reflect.hpp>
#include <ousage/core/secret.hpp>

#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <string_view>

namespace {

using namespace ousage;

template <class T>
concept Streamed = requires(std::ostream& out, T const& value) { out << value; };

// No output function of ousage accepts a Secret: such a call does not compile.
static_assert(!Reflectable<Secret>);
static_assert(!Streamed<Secret>);
static_assert(!std::convertible_to<Secret, std::string>);
static_assert(!std::convertible_to<Secret, std::string_view>);
static_assert(!std::equality_comparable<Secret>);

TEST(Secret, TrimmedRemovesSurroundingWhitespace) {
    EXPECT_EQ(Secret::trimmed(" \tkey with space\r\n").reveal(), "key with space");
    EXPECT_EQ(Secret::trimmed("key").reveal(), "key");
    EXPECT_TRUE(Secret::trimmed(" \n").empty());
    EXPECT_EQ(Secret(" key ").reveal(), " key ");
    EXPECT_TRUE(Secret("").empty());
    EXPECT_TRUE(Secret().empty());
}

TEST(Secret, MoveLeavesSourceEmpty) {
    auto one = Secret("a key that is longer than any small string");
    auto const copy = one;
    auto two = std::move(one);
    EXPECT_TRUE(one.empty()); // NOLINT: checks the moved-from state
    EXPECT_EQ(two.reveal(), copy.reveal());
    one = std::move(two);
    EXPECT_EQ(one.reveal(), copy.reveal());
    one = Secret("other");
    EXPECT_EQ(one.reveal(), "other");
}

} // namespace
