#include <ousage/core/error.hpp>

#include <gtest/gtest.h>

#include <string>
#include <system_error>

namespace {

using namespace ousage;

// The category of a library that has another object for the same name.
class SameName : public std::error_category {
public:
    char const* name() const noexcept override { return "ousage"; }

    std::string message(int) const override { return ""; }
};

TEST(Error, CodeEqualsItsEnumerator) {
    EXPECT_EQ(make_error_code(Errc::timeout), Errc::timeout);
    EXPECT_NE(make_error_code(Errc::timeout), Errc::cancelled);
    EXPECT_NE(std::error_code(), Errc::resolve);
}

TEST(Error, CodeOfSameNamedCategoryEqualsEnumeratorAndCondition) {
    auto const category = SameName();
    auto const code = std::error_code(static_cast<int>(Errc::timeout), category);
    EXPECT_EQ(code, Errc::timeout);
    EXPECT_NE(code, Errc::cancelled);
    EXPECT_EQ(code, std::error_condition(static_cast<int>(Errc::timeout), error_category()));
    EXPECT_EQ(
        make_error_code(Errc::timeout),
        std::error_condition(static_cast<int>(Errc::timeout), category));
}

TEST(Error, CodeOfOtherCategoryDiffers) {
    auto const code = std::error_code(static_cast<int>(Errc::timeout), std::generic_category());
    EXPECT_NE(code, Errc::timeout);
    EXPECT_NE(code, std::error_condition(static_cast<int>(Errc::timeout), error_category()));
}

TEST(Error, FailureWithoutTextHasMessageOfCode) {
    EXPECT_EQ(
        to_string(Failure{"tags", make_error_code(Errc::receive), {}}),
        "tags: the response is incomplete");
    EXPECT_EQ(to_string(Failure{{}, make_error_code(Errc::rate_limited), {}}), "too many requests");
    EXPECT_EQ(to_string(Failure{{}, make_error_code(Errc::status), "HTTP 500"}), "HTTP 500");
}

} // namespace
