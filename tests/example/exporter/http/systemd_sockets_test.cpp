#include "example/exporter/http/systemd_sockets.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace {

using ousage::program::http::systemd_sockets;

TEST(SystemdSockets, ReturnsDescriptorsFromThreeOn) {
    EXPECT_EQ(systemd_sockets("42", "1", 42), (std::vector<int>{3}));
    EXPECT_EQ(systemd_sockets("42", "3", 42), (std::vector<int>{3, 4, 5}));
}

TEST(SystemdSockets, IgnoresValuesOfOtherProcessesAndInvalidOnes) {
    EXPECT_TRUE(systemd_sockets("41", "1", 42).empty());
    EXPECT_TRUE(systemd_sockets(std::nullopt, "1", 42).empty());
    EXPECT_TRUE(systemd_sockets("42", std::nullopt, 42).empty());
    for (auto const* const count : {"", "0", "-1", "1x", "x", "65", "99999999999999999999"}) {
        EXPECT_TRUE(systemd_sockets("42", count, 42).empty()) << count;
    }
}

} // namespace
