#include "support/exposition_reader.hpp"
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/json/utf8.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace {

using namespace ousage;
using ousage::test::ExpositionReader;

constexpr MetricFamily gauge{
    "a_gauge_bytes", MetricType::gauge, "bytes", {"x"}, "Say \"a\\b\"\nc."};
constexpr MetricFamily counter{"a_things_total", MetricType::counter, "", {"x"}, "Things."};
constexpr MetricFamily info{"a_info", MetricType::info, "", {"x"}, "Info."};
constexpr MetricFamily histogram{"a_time_seconds", MetricType::histogram, "seconds", {}, "Time."};

std::string all_kinds(ExpositionFormat format) {
    auto exposition = Exposition(format);
    exposition.family(gauge);
    exposition.sample({{"x", "1"}}, 5);
    exposition.sample({{"x", "2"}, {"y", ""}}, 0.1);
    exposition.family(counter);
    exposition.counter({}, 7u, 1.5);
    exposition.family({});
    exposition.family(info);
    exposition.sample({{"x", "v"}}, 1);
    exposition.family(histogram);
    auto times = ollama::DurationHistogram(ollama::poll_duration_bounds);
    times.add(1'000'000);
    times.add(2'000'000'000);
    times.add(40'000'000'000);
    exposition.histogram({{"x", "h"}}, times, 1.5);
    return std::move(exposition).finish();
}

TEST(Exposition, TextMatchesExpectedBytes) {
    auto const text = all_kinds(ExpositionFormat::text);
    EXPECT_TRUE(text.starts_with("# HELP a_gauge_bytes Say \"a\\\\b\"\\nc.\n"
                                 "# TYPE a_gauge_bytes gauge\n"
                                 "a_gauge_bytes{x=\"1\"} 5\n"
                                 "a_gauge_bytes{x=\"2\"} 0.1\n"
                                 "# HELP a_things_total Things.\n"
                                 "# TYPE a_things_total counter\n"
                                 "a_things_total 7\n"
                                 "# HELP a_info Info.\n"
                                 "# TYPE a_info gauge\n"
                                 "a_info{x=\"v\"} 1\n"
                                 "# HELP a_time_seconds Time.\n"
                                 "# TYPE a_time_seconds histogram\n"
                                 "a_time_seconds_bucket{x=\"h\",le=\"0.001\"} 1\n"
                                 "a_time_seconds_bucket{x=\"h\",le=\"0.002\"} 1\n"))
        << text;
    EXPECT_TRUE(text.ends_with("a_time_seconds_bucket{x=\"h\",le=\"30.0\"} 2\n"
                               "a_time_seconds_bucket{x=\"h\",le=\"+Inf\"} 3\n"
                               "a_time_seconds_sum{x=\"h\"} 42.001\n"
                               "a_time_seconds_count{x=\"h\"} 3\n"))
        << text;
    EXPECT_NO_THROW(ExpositionReader(text, false));
}

TEST(Exposition, OpenMetricsMatchesExpectedBytes) {
    auto const text = all_kinds(ExpositionFormat::open_metrics);
    EXPECT_TRUE(text.starts_with("# TYPE a_gauge_bytes gauge\n"
                                 "# UNIT a_gauge_bytes bytes\n"
                                 "# HELP a_gauge_bytes Say \\\"a\\\\b\\\"\\nc.\n"
                                 "a_gauge_bytes{x=\"1\"} 5\n"
                                 "a_gauge_bytes{x=\"2\"} 0.1\n"
                                 "# TYPE a_things counter\n"
                                 "# HELP a_things Things.\n"
                                 "a_things_total 7\n"
                                 "a_things_created 1.5\n"
                                 "# TYPE a info\n"
                                 "# HELP a Info.\n"
                                 "a_info{x=\"v\"} 1\n"
                                 "# TYPE a_time_seconds histogram\n"
                                 "# UNIT a_time_seconds seconds\n"))
        << text;
    EXPECT_TRUE(text.ends_with("a_time_seconds_count{x=\"h\"} 3\n"
                               "a_time_seconds_created{x=\"h\"} 1.5\n"
                               "# EOF\n"))
        << text;
    EXPECT_NO_THROW(ExpositionReader(text, true));
}

TEST(Exposition, OmitsFamilyWithoutSamples) {
    auto exposition = Exposition(ExpositionFormat::text);
    exposition.family(gauge);
    EXPECT_EQ(std::move(exposition).finish(), "");
    auto other = Exposition(ExpositionFormat::open_metrics);
    other.family(gauge);
    EXPECT_EQ(std::move(other).finish(), "# EOF\n");
}

TEST(Exposition, WritesCommonLabelFirstUntilCleared) {
    auto exposition = Exposition(ExpositionFormat::text);
    exposition.family(gauge);
    exposition.common_label("account", "a\"b");
    exposition.sample({{"x", "1"}}, 1);
    exposition.sample({}, 2);
    exposition.common_label("account", "");
    exposition.sample({}, 3);
    auto const text = std::move(exposition).finish();
    EXPECT_TRUE(text.ends_with("a_gauge_bytes{account=\"a\\\"b\",x=\"1\"} 1\n"
                               "a_gauge_bytes{account=\"a\\\"b\"} 2\n"
                               "a_gauge_bytes 3\n"))
        << text;
}

std::string read_back(std::string const& value) {
    auto exposition = Exposition(ExpositionFormat::open_metrics);
    exposition.family(gauge);
    exposition.sample({{"x", value}}, 1);
    auto const reader = ExpositionReader(std::move(exposition).finish(), true);
    auto const& labels = reader.samples().at(0).labels;
    return labels.empty() ? "" : labels.at("x");
}

TEST(Exposition, LabelValuesOfAnyBytesStayOneLineOfUtf8) {
    EXPECT_EQ(read_back("a\\b\"c\nd"), "a\\b\"c\nd");
    EXPECT_EQ(read_back("é😀"), "é😀");
    EXPECT_EQ(read_back("\xff{}"), "\xEF\xBF\xBD{}");
    EXPECT_EQ(read_back(std::string("\0\r\t\x7f", 4)).size(), 12u);
    EXPECT_EQ(read_back(std::string(1000, 'a')), std::string(256, 'a'));
    EXPECT_EQ(read_back(std::string(255, 'a') + "é"), std::string(255, 'a'));
    EXPECT_EQ(read_back(std::string(1000, '"')), std::string(256, '"'));
}

TEST(Exposition, RandomLabelBytesAreReadBackOrReplaced) {
    auto random = std::mt19937(7);
    static constexpr std::string_view alphabet = "\\\"\n\r\0ab{},=\xC3\xA9\xF0\x9F";
    for (int round = 0; round < 3000; ++round) {
        auto value = std::string{};
        auto const length = random() % 40;
        for (std::size_t index = 0; index < length; ++index) {
            value += random() % 4 == 0 ? static_cast<char>(random())
                                       : alphabet[random() % alphabet.size()];
        }
        auto expected = std::string{};
        for (std::size_t index = 0; index < value.size();) {
            auto const bytes = utf8_length(value, index);
            auto const code = static_cast<unsigned char>(value[index]);
            auto const good = bytes > 0 && (code >= 0x20 || code == '\n') && code != 0x7F;
            expected += good ? value.substr(index, bytes) : "\xEF\xBF\xBD";
            index += bytes == 0 ? 1 : bytes;
        }
        ASSERT_EQ(read_back(value), expected);
    }
}

TEST(Exposition, NumbersRoundTripUnchanged) {
    auto random = std::mt19937_64(11);
    for (int round = 0; round < 5000; ++round) {
        auto const bits = random();
        double value = 0;
        static_assert(sizeof(value) == sizeof(bits));
        __builtin_memcpy(&value, &bits, sizeof(value));
        auto exposition = Exposition(ExpositionFormat::text);
        exposition.family(gauge);
        exposition.sample({}, value);
        auto const reader = ExpositionReader(std::move(exposition).finish(), false);
        auto const read = reader.value("a_gauge_bytes");
        ASSERT_TRUE(read == value || (std::isnan(read) && std::isnan(value))) << value;
    }
    auto exposition = Exposition(ExpositionFormat::text);
    exposition.family(gauge);
    exposition.sample({{"x", "1"}}, std::numeric_limits<double>::infinity());
    exposition.sample({{"x", "2"}}, -std::numeric_limits<double>::infinity());
    exposition.sample({{"x", "3"}}, std::numeric_limits<double>::quiet_NaN());
    exposition.sample({{"x", "4"}}, std::numeric_limits<std::uint64_t>::max());
    exposition.sample({{"x", "5"}}, std::numeric_limits<std::int64_t>::min());
    auto const reader = ExpositionReader(std::move(exposition).finish(), false);
    EXPECT_EQ(reader.number("a_gauge_bytes", {{"x", "1"}}), "+Inf");
    EXPECT_EQ(reader.number("a_gauge_bytes", {{"x", "2"}}), "-Inf");
    EXPECT_EQ(reader.number("a_gauge_bytes", {{"x", "3"}}), "NaN");
    EXPECT_EQ(reader.number("a_gauge_bytes", {{"x", "4"}}), "18446744073709551615");
    EXPECT_EQ(reader.number("a_gauge_bytes", {{"x", "5"}}), "-9223372036854775808");
}

TEST(Exposition, DropsDuplicateSeriesAndLimitsTheirNumber) {
    auto exposition = Exposition(ExpositionFormat::text);
    exposition.family(gauge);
    exposition.sample({{"x", "\xff"}}, 1);
    exposition.sample({{"x", "\xfe"}}, 2);
    for (int index = 0; index < 20'000; ++index) {
        exposition.sample({{"x", std::to_string(index)}}, index);
    }
    exposition.family(counter);
    exposition.counter({{"x", "1"}}, 1, 0);
    auto const reader = ExpositionReader(std::move(exposition).finish(), false);
    EXPECT_EQ(reader.number("a_gauge_bytes", {{"x", "\xEF\xBF\xBD"}}), "1");
    EXPECT_EQ(reader.count("a_gauge_bytes"), Exposition::series_limit);
    EXPECT_EQ(reader.count("a_things_total"), 1u);
}

} // namespace
