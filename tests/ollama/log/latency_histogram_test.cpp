#include <ousage/ollama/log/latency_histogram.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace {

using ousage::ollama::LatencyHistogram;

std::int64_t exact(std::vector<std::int64_t> values, unsigned percent) {
    std::sort(values.begin(), values.end());
    return values[(values.size() * percent + 99) / 100 - 1];
}

void expect_near(std::int64_t got, std::int64_t wanted) {
    EXPECT_LE(
        std::abs(static_cast<double>(got) - static_cast<double>(wanted)),
        std::abs(static_cast<double>(wanted)) * 0.008);
}

TEST(LatencyHistogram, PercentilesAreWithinEightPerMille) {
    auto random = std::mt19937_64(6);
    for (int round = 0; round < 50; ++round) {
        auto histogram = LatencyHistogram();
        auto values = std::vector<std::int64_t>{};
        auto const exponent = random() % 60 + 2;
        for (int count = 0; count < 2000; ++count) {
            auto const bits = random() % exponent + 1;
            auto const value = static_cast<std::int64_t>(random() % (std::uint64_t{1} << bits));
            values.push_back(random() % 50 == 0 ? -value : value);
            histogram.add(values.back());
        }
        for (auto const percent : {1u, 50u, 95u, 99u, 100u}) {
            expect_near(histogram.percentile(percent), exact(values, percent));
        }
    }
}

TEST(LatencyHistogram, SmallValuesAreExact) {
    for (std::int64_t value = -128; value < 128; ++value) {
        auto histogram = LatencyHistogram();
        histogram.add(value);
        EXPECT_EQ(histogram.percentile(50), value);
    }
}

TEST(LatencyHistogram, AcceptsEveryValue) {
    using Limits = std::numeric_limits<std::int64_t>;
    auto histogram = LatencyHistogram();
    for (auto const value : {Limits::min(), Limits::max(), std::int64_t{0}}) {
        histogram.add(value);
    }
    expect_near(histogram.percentile(1), Limits::min());
    EXPECT_EQ(histogram.percentile(50), 0);
    expect_near(histogram.percentile(100), Limits::max());
}

TEST(LatencyHistogram, EmptyHistogramReturnsZero) {
    EXPECT_EQ(LatencyHistogram().percentile(50), 0);
    EXPECT_EQ(LatencyHistogram().total(), 0u);
}

TEST(LatencyHistogram, MergeEqualsHistogramOfAllValues) {
    auto random = std::mt19937_64(7);
    auto whole = LatencyHistogram();
    auto parts = std::vector<LatencyHistogram>(5);
    for (int count = 0; count < 10'000; ++count) {
        auto const value = static_cast<std::int64_t>(random() >> (random() % 60 + 2));
        whole.add(value);
        parts[random() % parts.size()].add(value);
    }
    auto merged = LatencyHistogram();
    for (auto const& part : parts) {
        merged.merge(part);
    }
    merged.merge(LatencyHistogram());
    EXPECT_EQ(merged.total(), whole.total());
    for (unsigned percent = 1; percent <= 100; ++percent) {
        EXPECT_EQ(merged.percentile(percent), whole.percentile(percent));
    }
}

} // namespace
