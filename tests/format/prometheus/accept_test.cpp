#include "support/accept_reference.hpp"
#include <ousage/format/prometheus/accept.hpp>

#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>

namespace {

using namespace ousage;

TEST(Accept, SelectsFormatWithHighestWeight) {
    struct Row {
        char const* accept;
        bool open_metrics;
    };

    Row const rows[] = {
        {"", false},
        {"*/*", false},
        {"text/html", false},
        {"text/plain", false},
        {"text/plain;version=0.0.4", false},
        {"application/openmetrics-text", true},
        {"application/openmetrics-text; version=1.0.0; charset=utf-8", true},
        {"application/openmetrics-text;version=\"1.0.0\"", true},
        {"application/openmetrics-text; version=\"1.0.0\" ;q=0.5,text/plain;q=0.4", true},
        {"application/openmetrics-text;version=\"0.0.1\"", false},
        {"application/openmetrics-text;version=\"1.0.0", false},
        {"application/openmetrics-text;version=\"", false},
        {"application/openmetrics-text;version=0.0.1", false},
        {"application/openmetrics-text;version=1.0.0;q=0", false},
        {"APPLICATION/OpenMetrics-Text;Version=1.0.0;Q=0.5,text/plain;q=0.4", true},
        {"application/openmetrics-text;q=0.3,text/plain;q=0.4", false},
        {"text/plain,application/openmetrics-text", false},
        {"application/openmetrics-text,text/plain", true},
        {"application/openmetrics-text;q=0.5,*/*", false},
        // The headers of Prometheus 2 and 3.
        {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
         "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
         true},
        {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
         "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;"
         "escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
         true},
        {"text/plain;version=1.0.0;q=0.9,application/openmetrics-text;version=1.0.0;q=0.1", true},
        // Malformed headers.
        {"application/openmetrics-text;q=two", false},
        {"application/openmetrics-text;q=-1", false},
        {"application/openmetrics-text;q=1e9", false},
        {"application/openmetrics-text;q=nan", false},
        {";;;,,,;q=,=", false},
        {"application/openmetrics-text;q", false},
        {"application/openmetrics-textual", false},
    };
    for (auto const& row : rows) {
        EXPECT_EQ(
            negotiate_exposition(row.accept) == ExpositionFormat::open_metrics, row.open_metrics)
            << row.accept;
    }
}

TEST(Accept, AcceptsGzipAccordingToWeight) {
    EXPECT_TRUE(accepts_gzip("gzip"));
    EXPECT_TRUE(accepts_gzip("deflate, GZIP;q=0.5"));
    EXPECT_TRUE(accepts_gzip("x-gzip"));
    EXPECT_TRUE(accepts_gzip("*"));
    EXPECT_TRUE(accepts_gzip("zstd,gzip"));
    EXPECT_FALSE(accepts_gzip(""));
    EXPECT_FALSE(accepts_gzip("gzip;q=0"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0, *"));
    EXPECT_FALSE(accepts_gzip("*;q=0"));
    EXPECT_FALSE(accepts_gzip("identity"));
    EXPECT_FALSE(accepts_gzip("identity, gzip;q=0.5"));
    EXPECT_FALSE(accepts_gzip("gzipped"));
    EXPECT_FALSE(accepts_gzip("gzip;q=x"));
}

TEST(Accept, RandomBytesSelectText) {
    auto random = std::mt19937(3);
    static constexpr std::string_view alphabet = ",;=q.*/0123 \ttextapplicationgzip";
    for (int round = 0; round < 20'000; ++round) {
        auto value = std::string{};
        auto const length = random() % 60;
        for (std::size_t index = 0; index < length; ++index) {
            value += random() % 9 == 0 ? static_cast<char>(random())
                                       : alphabet[random() % alphabet.size()];
        }
        // OpenMetrics needs its full name in the header; gzip needs its name or `*`.
        ASSERT_EQ(negotiate_exposition(value), ExpositionFormat::text);
        if (accepts_gzip(value)) {
            ASSERT_TRUE(value.find("zip") != value.npos || value.find('*') != value.npos);
        }
    }
}

TEST(Accept, AgreesWithReferenceImplementation) {
    auto random = std::mt19937(11);
    static constexpr char const* pieces[] = {
        "application/openmetrics-text",
        "text/plain",
        "text/*",
        "*/*",
        "*",
        "gzip",
        "x-gzip",
        "identity",
        ",",
        ",",
        ",",
        ";",
        ";q=",
        ";q=0.5",
        ";q=1",
        ";q=0",
        ";q=-0",
        ";q=.7",
        ";q=2",
        ";q=nan",
        ";Q = 0.3",
        ";version=1.0.0",
        ";version=\"1.0.0\"",
        ";version=\"",
        ";version=0.0.4",
        ";version=",
        " ",
        "\t",
        "x"};
    int open_metrics = 0, gzip = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto value = std::string{};
        for (auto length = random() % 14; length > 0; --length) {
            value += pieces[random() % std::size(pieces)];
        }
        auto const reference = test::AcceptReference(value);
        auto const format = negotiate_exposition(value);
        ASSERT_EQ(format == ExpositionFormat::open_metrics, reference.wants_open_metrics())
            << value;
        ASSERT_EQ(accepts_gzip(value), reference.wants_gzip()) << value;
        open_metrics += format == ExpositionFormat::open_metrics;
        gzip += accepts_gzip(value);
    }
    // Both outcomes occurred.
    EXPECT_GT(open_metrics, 200);
    EXPECT_GT(gzip, 200);
}

} // namespace
