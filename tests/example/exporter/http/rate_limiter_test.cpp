#include "example/exporter/http/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace {

using namespace ousage::program::http;
using namespace std::chrono_literals;

auto const start = RateLimiter::Clock::time_point(1h);

TEST(RateLimiter, PermitsABurstThenOneRequestPerInterval) {
    auto limiter = RateLimiter(100ms, 3);
    for (int count = 0; count < 3; ++count) {
        EXPECT_TRUE(limiter.permit(start));
    }
    EXPECT_FALSE(limiter.permit(start));
    EXPECT_FALSE(limiter.permit(start + 90ms));
    EXPECT_TRUE(limiter.permit(start + 110ms));
    EXPECT_FALSE(limiter.permit(start + 110ms));
    EXPECT_TRUE(limiter.permit(start + 210ms));
}

TEST(RateLimiter, PauseRefillsAtMostTheBurst) {
    auto limiter = RateLimiter(1s, 2);
    EXPECT_TRUE(limiter.permit(start));
    EXPECT_TRUE(limiter.permit(start + 24h));
    EXPECT_TRUE(limiter.permit(start + 24h));
    EXPECT_FALSE(limiter.permit(start + 24h));
}

TEST(RateLimiter, IntervalOfZeroPermitsEverything) {
    auto limiter = RateLimiter(0s, 1);
    for (int count = 0; count < 1000; ++count) {
        EXPECT_TRUE(limiter.permit(start));
    }
}

} // namespace
