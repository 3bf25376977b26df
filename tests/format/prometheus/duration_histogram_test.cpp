#include <ousage/format/prometheus/duration_histogram.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace {

using namespace ousage::ollama;

TEST(DurationHistogram, ValueAtUpperBoundBelongsToItsBucket) {
    auto histogram = DurationHistogram(request_duration_bounds);
    histogram.add(1'000'000);
    histogram.add(1'000'001);
    histogram.add(-5);
    histogram.add(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(histogram.count(0), 2u);
    EXPECT_EQ(histogram.count(1), 1u);
    EXPECT_EQ(histogram.count(request_duration_bounds.size()), 1u);
    EXPECT_EQ(histogram.total(), 4u);
    EXPECT_NEAR(histogram.sum(), 9223372036.856776, 1e-5);
}

TEST(DurationHistogram, BoundsAreSorted) {
    EXPECT_TRUE(std::is_sorted(request_duration_bounds.begin(), request_duration_bounds.end()));
    EXPECT_TRUE(std::is_sorted(poll_duration_bounds.begin(), poll_duration_bounds.end()));
    EXPECT_EQ(request_duration_bounds.front(), 1'000'000);
    EXPECT_GT(request_duration_bounds.back(), 600'000'000'000);
}

TEST(DurationHistogram, AgreesWithLinearCounting) {
    auto random = std::mt19937_64(1);
    auto histogram = DurationHistogram(poll_duration_bounds);
    auto counts = std::vector<std::uint64_t>(poll_duration_bounds.size() + 1);
    std::uint64_t sum = 0;
    for (int round = 0; round < 100'000; ++round) {
        auto const value = static_cast<std::int64_t>(random() >> (random() % 30 + 26));
        std::size_t bucket = 0;
        while (bucket < poll_duration_bounds.size() && value > poll_duration_bounds[bucket]) {
            ++bucket;
        }
        ++counts[bucket];
        sum += static_cast<std::uint64_t>(value);
        histogram.add(value);
    }
    for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
        EXPECT_EQ(histogram.count(bucket), counts[bucket]) << bucket;
    }
    EXPECT_DOUBLE_EQ(histogram.sum(), static_cast<double>(sum) / 1e9);
}

} // namespace
