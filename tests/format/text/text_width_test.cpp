#include <ousage/format/text/text_width.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace {

using namespace ousage;

TEST(TextWidth, CountsColumnsOfGraphemes) {
    struct Row {
        char const* text;
        std::size_t width;
    };

    Row const rows[] = {
        {"", 0},        {"abc", 3},
        {"é", 1},       {"e\u0301", 1},
        {"日本", 4},    {"ｱ", 1},                  // half width
        {"Ａ", 2},                                 // full width
        {"한", 2},      {"\u1112\u1161\u11AB", 2}, // the same syllable in three code points
        {"🦙", 2},      {"👍🏽", 2},               // with a skin tone
        {"🇩🇪", 2},                                 // two regional indicators
        {"🇩🇪🇫🇷", 4},    {"❤", 1},
        {"❤\uFE0F", 2}, {"▏█▒─…", 5},
        {"64 °C", 5},
    };
    for (auto const& [text, width] : rows) {
        EXPECT_EQ(text_width(text), width) << text;
    }
}

TEST(TextWidth, GraphemeContainsItsMarks) {
    auto const grapheme = grapheme_at("ae\u0301\u0323b", 1);
    EXPECT_EQ(grapheme.length, 5u);
    EXPECT_EQ(grapheme.width, 1u);
}

TEST(TextWidth, SkinToneAfterLetterIsItsOwnGrapheme) {
    EXPECT_EQ(grapheme_at("a🏽", 0).length, 1u);
    EXPECT_EQ(text_width("a🏽"), 3u);
}

TEST(CutMiddle, KeepsTextThatFits) {
    EXPECT_EQ(cut_middle("abcdef", 6), "abcdef");
    EXPECT_EQ(cut_middle("", 0), "");
}

TEST(CutMiddle, KeepsStartAndEnd) {
    EXPECT_EQ(cut_middle("abcdefgh", 6), "abc…gh");
    EXPECT_EQ(cut_middle("abcdefgh", 5), "ab…gh");
    EXPECT_EQ(cut_middle("abcdefgh", 6, ".."), "ab..gh");
    EXPECT_EQ(cut_middle("abcdefgh", 1), "…");
    EXPECT_EQ(cut_middle("abcdefgh", 0), "");
    EXPECT_EQ(
        cut_middle("hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M", 20),
        "hf.co/bart…UF:Q4_K_M");
}

TEST(CutMiddle, DividesNoGrapheme) {
    EXPECT_EQ(cut_middle("日本語文字", 6), "日…字");
    EXPECT_EQ(cut_middle("e\u0301e\u0301e\u0301e\u0301", 3), "e\u0301…e\u0301");
    auto const text = std::string("a日b本c語d");
    for (std::size_t width = 1; width < 12; ++width) {
        EXPECT_LE(text_width(cut_middle(text, width)), width) << width;
    }
}

TEST(TextWidth, PadsByColumns) {
    EXPECT_EQ(pad_right("日", 4), "日  ");
    EXPECT_EQ(pad_left("é", 3), "  é");
    EXPECT_EQ(pad_left("abc", 2), "abc");
}

} // namespace
