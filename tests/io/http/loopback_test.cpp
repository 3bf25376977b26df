#include <ousage/io/http/loopback.hpp>

#include <gtest/gtest.h>

namespace {

using ousage::io::is_loopback;

TEST(Loopback, AcceptsOnlyLoopbackAddressesAndLocalhost) {
    for (auto const* const host :
         {"localhost", "127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(is_loopback(host)) << host;
    }
    for (auto const* const host :
         {"", "0.0.0.0", "::", "128.0.0.1", "126.255.255.255", "localhost.", "LOCALHOST", "::2",
          "localhost.example.com", "127.0.0.1.example.com", "127.1", "::ffff:10.0.0.1",
          "fe80::1%lo", "2001:db8::1", "10.0.0.1"}) {
        EXPECT_FALSE(is_loopback(host)) << host;
    }
}

} // namespace
