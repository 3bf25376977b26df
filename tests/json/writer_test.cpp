#include <ousage/json/writer.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace {

using namespace ousage;

template <class T>
std::string number(T value) {
    auto writer = JsonWriter(JsonStyle::compact);
    writer.number(value);
    return std::move(writer).text();
}

TEST(JsonWriter, WritesNestedValuesInBothStyles) {
    for (auto const style : {JsonStyle::compact, JsonStyle::pretty}) {
        auto writer = JsonWriter(style);
        writer.open('{');
        writer.key("a");
        writer.open('[');
        writer.element();
        writer.number(1);
        writer.element();
        writer.null();
        writer.close(']');
        writer.key("b");
        writer.open('{');
        writer.close('}');
        writer.close('}');
        EXPECT_EQ(
            writer.text(), style == JsonStyle::compact
                               ? R"({"a":[1,null],"b":{}})"
                               : "{\n  \"a\": [\n    1,\n    null\n  ],\n  \"b\": {}\n}");
    }
}

TEST(JsonWriter, WritesShortestNumbers) {
    EXPECT_EQ(number(0.1), "0.1");
    EXPECT_EQ(number(0.1f), "0.1");
    EXPECT_EQ(number(100.0), "100");
    EXPECT_EQ(number(1e15), "1000000000000000");
    EXPECT_EQ(number(0.0001), "0.0001");
    EXPECT_EQ(number(0.00001), "1e-05");
    EXPECT_EQ(number(-2.5e-300), "-2.5e-300");
    EXPECT_EQ(number(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(number(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

// An integer above 2^64 is not accepted by every parser, so a large double has an exponent.
TEST(JsonWriter, WritesLargeNumbersWithExponent) {
    EXPECT_EQ(number(1e16), "1e+16");
    EXPECT_EQ(number(123456789012345680000.0), "1.2345678901234568e+20");
}

TEST(JsonWriter, KeepsSignOfZero) {
    EXPECT_EQ(number(0.0), "0");
    EXPECT_EQ(number(-0.0), "-0.0");
}

TEST(JsonWriter, WritesNullForNonFiniteNumber) {
    EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "null");
    EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(number(std::numeric_limits<float>::infinity()), "null");
}

TEST(JsonWriter, EscapesControlCharactersAndInvalidBytes) {
    auto writer = JsonWriter(JsonStyle::compact);
    writer.string(std::string_view("\"\\\n\r\t\0\x1f\x7f\xff é", 12));
    EXPECT_EQ(
        writer.text(), R"("\"\\\n\r\t\u0000\u001f\u007f)"
                       "\xEF\xBF\xBD é\"");
}

} // namespace
