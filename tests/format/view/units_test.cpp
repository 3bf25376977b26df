#include <ousage/format/view/units.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace {

using namespace ousage;

constexpr double gib = 1024.0 * 1024 * 1024;

TEST(Units, BytesHaveAtMostThreeDigits) {
    EXPECT_EQ(bytes_text(0), "0 B");
    EXPECT_EQ(bytes_text(384), "384 B");
    EXPECT_EQ(bytes_text(999), "999 B");
    EXPECT_EQ(bytes_text(1000), "1.0 KiB");
    EXPECT_EQ(bytes_text(1536), "1.5 KiB");
    EXPECT_EQ(bytes_text(3.1 * gib), "3.1 GiB");
    EXPECT_EQ(bytes_text(99.94 * gib), "99.9 GiB");
    EXPECT_EQ(bytes_text(99.96 * gib), "100 GiB");
    EXPECT_EQ(bytes_text(1023 * gib), "1.0 TiB");
    EXPECT_EQ(bytes_text(18446744073709551615.0), "16384 PiB");
}

TEST(Units, BytesKeepTheUnitOfTheirColumn) {
    EXPECT_EQ(byte_unit(14.2 * gib), ByteUnit::gib);
    EXPECT_EQ(bytes_text(0.4 * gib, ByteUnit::gib), "0.4 GiB");
    EXPECT_EQ(bytes_text(0.02 * gib, ByteUnit::gib), "0.02 GiB");
    EXPECT_EQ(bytes_text(384, ByteUnit::gib), "<0.01 GiB");
    EXPECT_EQ(bytes_text(0, ByteUnit::gib), "0 GiB");
    EXPECT_EQ(bytes_number(12.84 * gib, ByteUnit::gib), "12.8");
}

TEST(Units, DurationsHaveAtMostThreeDigits) {
    EXPECT_EQ(duration_text(0), "0 ms");
    EXPECT_EQ(duration_text(0.041), "0.04 ms");
    EXPECT_EQ(duration_text(0.001), "<0.01 ms");
    EXPECT_EQ(duration_text(4.24), "4.2 ms");
    EXPECT_EQ(duration_text(12.4), "12 ms");
    EXPECT_EQ(duration_text(410), "410 ms");
    EXPECT_EQ(duration_text(999.4), "999 ms");
    EXPECT_EQ(duration_text(999.6), "1.0 s");
    EXPECT_EQ(duration_text(8400), "8.4 s");
    EXPECT_EQ(duration_text(9960), "10 s");
    EXPECT_EQ(duration_text(31'000), "31 s");
    EXPECT_EQ(duration_text(999'000), "999 s");
    EXPECT_EQ(duration_text(1'200'000), "20 min");
    EXPECT_EQ(duration_text(90'000'000), "25 h");
}

TEST(Units, DurationsKeepTheUnitOfTheirColumn) {
    EXPECT_EQ(time_unit(44'000), TimeUnit::seconds);
    EXPECT_EQ(duration_text(410, TimeUnit::seconds), "0.41 s");
    EXPECT_EQ(duration_text(1, TimeUnit::seconds), "<0.01 s");
}

TEST(Units, CountsAreExactToFourDigits) {
    EXPECT_EQ(count_text(0), "0");
    EXPECT_EQ(count_text(1904), "1904");
    EXPECT_EQ(count_text(9999), "9999");
    EXPECT_EQ(count_text(10'000), "10.0k");
    EXPECT_EQ(count_text(12'345), "12.3k");
    EXPECT_EQ(count_text(99'960), "100k");
    EXPECT_EQ(count_text(999'499), "999k");
    EXPECT_EQ(count_text(999'500), "1.0M");
    EXPECT_EQ(count_text(1'234'567), "1.2M");
    EXPECT_EQ(count_text(UINT64_MAX), "18.4E");
}

TEST(Units, RatesHaveAtMostThreeDigits) {
    EXPECT_EQ(rate_text(0), "0");
    EXPECT_EQ(rate_text(41.24), "41.2");
    EXPECT_EQ(rate_text(123.4), "123");
    EXPECT_EQ(rate_text(1904), "1.9k");
}

TEST(Units, PercentIsNeitherZeroNorHundredByRounding) {
    EXPECT_EQ(percent_text(0), "0 %");
    EXPECT_EQ(percent_text(0.2), "<1 %");
    EXPECT_EQ(percent_text(31.4), "31 %");
    EXPECT_EQ(percent_text(99.7), "99 %");
    EXPECT_EQ(percent_text(100), "100 %");
    EXPECT_EQ(percent_text(104), "104 %");
    EXPECT_EQ(percent_text(-3), "0 %");
}

TEST(Units, ContextIsInBinaryThousands) {
    EXPECT_EQ(context_text(8192), "8k");
    EXPECT_EQ(context_text(131'072), "128k");
    EXPECT_EQ(context_text(1'048'576), "1M");
    EXPECT_EQ(context_text(10'485'760), "10M");
    EXPECT_EQ(context_text(12 * 1024 * 1024 + 1024), "12.6M");
    EXPECT_EQ(context_text(512), "512");
    EXPECT_EQ(context_text(100'000), "100k");
    EXPECT_EQ(context_text(6000), "6000");
}

TEST(Units, DollarsHaveCents) {
    EXPECT_EQ(dollars_text(25), "$25.00");
    EXPECT_EQ(dollars_text(0.214), "$0.21");
}

} // namespace
