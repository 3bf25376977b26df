#include <ousage/json/locate.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace ousage;

TEST(LocateJson, ReportsLineOfEachKeyAndElement) {
    auto const found = locate_json("{\n\"a\": [\n1, {\"b\"\n:\n{}},\n[2]],\n\n\"c\": \"\\\"\"}\n");
    EXPECT_TRUE(found.good);
    EXPECT_EQ(found.line_of("a"), 2u);
    EXPECT_EQ(found.line_of("a[0]"), 3u);
    EXPECT_EQ(found.line_of("a[1]"), 3u);
    EXPECT_EQ(found.line_of("a[1].b"), 3u);
    EXPECT_EQ(found.line_of("a[2]"), 6u);
    EXPECT_EQ(found.line_of("a[2][0]"), 6u);
    EXPECT_EQ(found.line_of("c"), 8u);
    EXPECT_EQ(found.line_of("missing"), 1u);
    EXPECT_EQ(found.lines.size(), 8u);
}

TEST(LocateJson, ReportsLineOfSyntaxError) {
    struct Row {
        std::string text;
        std::size_t line;
    };

    for (auto const& row : {
             Row{"", 1},
             {"{\"a\":1,\n}", 2},
             {"{\"a\":1}\n\n}", 3},
             {"[\n1\n2]", 3},
             {"[1,\n", 2},
             {"{\"a\"\n1}", 2},
             {"[\"ab\ncd\"]", 1},
             {"[\n\"\xff\"]", 2},
             {"[\n01]", 2},
             {"[\n1.]", 2},
             {"[\n+1]", 2},
             {"[\n18446744073709551616]", 2},
             {"[\n-9223372036854775809]", 2},
             {"[\nTrue]", 2},
             {"[\n\"a\\", 2},
             {std::string(65, '['), 1},
         }) {
        auto const found = locate_json(row.text);
        EXPECT_FALSE(found.good) << row.text;
        EXPECT_EQ(found.last_line, row.line) << row.text;
    }
}

TEST(LocateJson, AcceptsEveryKindOfValue) {
    for (auto const* const text :
         {"null", " [] ", "{\"\":{\"\":1}}", "[-0.5e+3,0,1E5,true,false]", "[{},{\"a\":{}}]"}) {
        EXPECT_TRUE(locate_json(text).good) << text;
    }
}

} // namespace
