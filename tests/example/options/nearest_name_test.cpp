#include "example/options/nearest_name.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace ousage::program;

std::vector<std::string> const names{"--base-url", "--account", "--timeout", "--now", "status"};

TEST(NearestName, FindsMisspelledName) {
    EXPECT_EQ(nearest_name("--basurl", names), "--base-url");
    EXPECT_EQ(nearest_name("--acount", names), "--account");
    EXPECT_EQ(nearest_name("--timeuot", names), "--timeout");
    EXPECT_EQ(nearest_name("-now", names), "--now");
    EXPECT_EQ(nearest_name("satus", names), "status");
}

TEST(NearestName, IsEmptyIfNoNameIsNear) {
    EXPECT_EQ(nearest_name("--tail", names), "");
    EXPECT_EQ(nearest_name("", names), "");
    EXPECT_EQ(nearest_name("--x", names), "");
    EXPECT_EQ(nearest_name("--base-url", {}), "");
    EXPECT_EQ(nearest_name(std::string(100'000, 'a'), names), "");
}

} // namespace
