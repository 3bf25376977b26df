#include <ousage/json/utf8.hpp>
#include <ousage/ollama/desktop/detail/code_points.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace {

using ousage::ollama::detail::CodePoints;

std::uint64_t count(std::string_view text, std::size_t step) {
    auto points = CodePoints();
    for (std::size_t at = 0; at < text.size(); at += step) {
        points.add(text.substr(at, step));
    }
    return points.count();
}

TEST(CodePoints, CountsInvalidSequencesAsReplacementCharacters) {
    // The examples of Unicode 15, table 3-8 and the adjacent tables.
    EXPECT_EQ(count("", 1), 0u);
    EXPECT_EQ(count("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 99), 4u);
    EXPECT_EQ(count("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 99), 9u);
    EXPECT_EQ(count("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 99), 9u);
    EXPECT_EQ(count("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 99), 9u);
    EXPECT_EQ(count("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 99), 5u);
}

TEST(CodePoints, CountsCharactersWhateverTheBlockSize) {
    auto random = std::mt19937(7);
    auto const pieces = {
        "a",
        "plain text of some length",
        "\xC3\xA4",
        "\xE2\x82\xAC",
        "\xF0\x9F\x98\x80",
        "\x80",
        "\xE2\x82",
        "\xFF",
        "\xF0\x9F",
        "\xED\xA0"};
    for (int round = 0; round < 2000; ++round) {
        auto text = std::string{};
        for (auto left = random() % 20; left > 0; --left) {
            text += *(pieces.begin() + static_cast<std::ptrdiff_t>(random() % pieces.size()));
        }
        auto const whole = count(text, text.size() + 1);
        for (std::size_t step = 1; step <= 9; ++step) {
            ASSERT_EQ(count(text, step), whole) << text;
        }
        std::uint64_t characters = 0;
        bool good = true;
        for (std::size_t at = 0; at < text.size() && good; ++characters) {
            auto const length = ousage::utf8_length(text, at);
            good = length > 0;
            at += length;
        }
        if (good) {
            ASSERT_EQ(whole, characters) << text;
        }
    }
}

} // namespace
