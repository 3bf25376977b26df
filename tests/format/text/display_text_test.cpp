#include <ousage/format/text/display_text.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace ousage;

TEST(DisplayText, KeepsOrdinaryText) {
    for (auto const* const text :
         {"", "llama3.2:3b", "hf.co/a/b:Q4_K_M", "Łódź", "日本語", "e\u0301", "❤\uFE0F", "👍🏽"}) {
        EXPECT_EQ(display_text(text), text);
    }
}

TEST(DisplayText, ShowsControlCharactersByNumber) {
    EXPECT_EQ(display_text("a\x1b[31mb"), "aU+001B[31mb");
    EXPECT_EQ(display_text("a\r\n\tb"), "aU+000DU+000AU+0009b");
    EXPECT_EQ(display_text(std::string("\0", 1)), "U+0000");
    EXPECT_EQ(display_text("\x7f\xc2\x9b"), "U+007FU+009B");
}

TEST(DisplayText, ShowsBidirectionalAndInvisibleCharactersByNumber) {
    EXPECT_EQ(display_text("a\u202Eb\u2066c\u061C"), "aU+202EbU+2066cU+061C");
    EXPECT_EQ(display_text("a\u200Bb\u200Dc\uFEFF"), "aU+200BbU+200DcU+FEFF");
    EXPECT_EQ(display_text("a\u00ADb\u2028c"), "aU+00ADbU+2028c");
    EXPECT_EQ(display_text("a\U000E0041"), "aU+E0041");
    EXPECT_EQ(display_text("\u3164\u115F"), "U+3164U+115F");
}

TEST(DisplayText, ShowsPresentationSelectorOnlyAfterSymbol) {
    EXPECT_EQ(display_text("a\uFE0F"), "aU+FE0F");
    EXPECT_EQ(display_text("\uFE0F"), "U+FE0F");
}

TEST(DisplayText, ShowsStrayCombiningMarksByNumber) {
    EXPECT_EQ(display_text("\u0301a"), "U+0301a");
    EXPECT_EQ(display_text("\n\u0301"), "U+000AU+0301");
    EXPECT_EQ(display_text("a\u0301\u0302\u0303\u0304\u0305"), "a\u0301\u0302\u0303\u0304U+0305");
}

TEST(DisplayText, ReplacesBytesThatAreNotUtf8) {
    EXPECT_EQ(display_text("a\xff\xc3"), "a\uFFFD\uFFFD");
    EXPECT_EQ(display_text("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(display_text("\uFFFD"), "\uFFFD");
}

} // namespace
