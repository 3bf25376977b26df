#include "example/ousage/output_style.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;

ollama::Environment with(std::map<std::string, std::string> variables) {
    return [variables](char const* name) -> std::optional<std::string> {
        auto const found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

TEST(OutputStyle, WidthIsThatOfTheTerminal) {
    EXPECT_EQ(output_style(with({}), 120).width, 120u);
    EXPECT_EQ(output_style(with({}), 10).width, 40u);
    EXPECT_EQ(output_style(with({}), 500).width, 200u);
    EXPECT_EQ(output_style(with({}), 0).width, 80u);
    EXPECT_EQ(output_style(with({}), std::nullopt).width, 80u);
}

TEST(OutputStyle, ColumnsReplacesTheWidth) {
    EXPECT_EQ(output_style(with({{"COLUMNS", "100"}}), 120).width, 100u);
    EXPECT_EQ(output_style(with({{"COLUMNS", "100"}}), std::nullopt).width, 100u);
    for (auto const* const text : {"", "0", "-5", "12x", "99999999999999999999999"}) {
        EXPECT_EQ(output_style(with({{"COLUMNS", text}}), 120).width, 120u) << text;
    }
}

TEST(OutputStyle, ColourOnlyOnATerminal) {
    EXPECT_TRUE(output_style(with({}), 80).colour);
    EXPECT_FALSE(output_style(with({}), std::nullopt).colour);
    EXPECT_FALSE(output_style(with({{"NO_COLOR", "1"}}), 80).colour);
    EXPECT_TRUE(output_style(with({{"NO_COLOR", ""}}), 80).colour);
    EXPECT_FALSE(output_style(with({{"TERM", "dumb"}}), 80).colour);
    EXPECT_TRUE(output_style(with({{"TERM", "xterm"}}), 80).colour);
}

TEST(OutputStyle, UnicodeOnlyInAUtf8Locale) {
    EXPECT_FALSE(output_style(with({}), 80).unicode);
    EXPECT_TRUE(output_style(with({{"LANG", "de_DE.UTF-8"}}), 80).unicode);
    EXPECT_TRUE(output_style(with({{"LANG", "C.utf8"}}), 80).unicode);
    EXPECT_FALSE(output_style(with({{"LANG", "C"}}), 80).unicode);
    EXPECT_FALSE(output_style(with({{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "C"}}), 80).unicode);
    EXPECT_TRUE(output_style(with({{"LANG", "C"}, {"LC_CTYPE", "C.UTF-8"}}), 80).unicode);
    EXPECT_TRUE(output_style(with({{"LANG", "C.UTF-8"}, {"LC_ALL", ""}}), 80).unicode);
}

} // namespace
