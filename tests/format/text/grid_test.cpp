#include <ousage/format/text/grid.hpp>
#include <ousage/format/text/text_width.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage;

using Lines = std::vector<std::string>;

GridRow row(std::string mark, std::vector<std::string> const& texts) {
    auto made = GridRow{std::move(mark), Role::warning, {}};
    for (auto const& text : texts) {
        made.cells.push_back(Cell{text, Role::plain});
    }
    return made;
}

Grid example() {
    auto grid = Grid{};
    grid.columns = {
        Column{false, 0, 8}, Column{true, 1, 0}, Column{true, 2, 0}, Column{false, 0, 0}};
    grid.rows = {row("", {"short", "1", "", "x"}), row("!", {"a-long-name:tag", "23", "", ""})};
    return grid;
}

TextStyle style(std::size_t width) {
    return TextStyle{width, false, true};
}

TEST(Grid, AlignsColumnsAndLeavesOutEmptyOnes) {
    EXPECT_EQ(
        grid_lines(example(), style(80)),
        (Lines{"   short             1  x", " ! a-long-name:tag  23"}));
}

TEST(Grid, CutsTextsBeforeItLeavesOutColumns) {
    EXPECT_EQ(
        grid_lines(example(), style(20)), (Lines{"   short        1  x", " ! a-lon…:tag  23"}));
}

TEST(Grid, LeavesOutColumnsThatDoNotFit) {
    EXPECT_EQ(grid_lines(example(), style(16)), (Lines{"   short       x", " ! a-lon…:tag"}));
}

TEST(Grid, CutsTextsFurtherIfNoColumnCanBeLeftOut) {
    auto const lines = grid_lines(example(), style(1));
    EXPECT_EQ(lines, (Lines{"   sh…t  x", " ! a-…g"}));
}

TEST(Grid, PaintsTextsWithoutTheirSpaces) {
    auto grid = example();
    grid.rows[1].cells[1].role = Role::notice;
    auto const lines = grid_lines(grid, TextStyle{80, true, true});
    EXPECT_EQ(lines[0], "   short             1  x");
    EXPECT_EQ(lines[1], " \x1b[31m!\x1b[0m a-long-name:tag  \x1b[33m23\x1b[0m");
}

TEST(Grid, WritesAsciiOnly) {
    auto grid = Grid{};
    grid.columns = {Column{false, 0, 6}, Column{true, 0, 0}};
    grid.rows = {row("", {"ünïcode:8b", "64 °C"})};
    EXPECT_EQ(grid_lines(grid, TextStyle{16, false, false}), (Lines{"   ?n?..8b  64 C"}));
}

TEST(Grid, ContinuesTextsBelowTheFirst) {
    auto const texts = std::vector<Cell>{
        {"api 12 ms", Role::plain}, {"log 3 ms", Role::plain}, {"gpu absent", Role::plain}};
    EXPECT_EQ(
        flow_lines(Cell{"now", Role::plain}, 5, texts, style(32)),
        (Lines{"   now    api 12 ms   log 3 ms", "          gpu absent"}));
    EXPECT_EQ(
        flow_lines(Cell{}, 0, texts, style(80)), (Lines{"   api 12 ms   log 3 ms   gpu absent"}));
}

TEST(Grid, DividesTextsThatAreWiderThanALine) {
    auto const texts = std::vector<Cell>{
        {"out 86.3k", Role::plain}, {"in 1.2M at 1.9k tok/s", Role::plain}, {"x", Role::plain}};
    EXPECT_EQ(
        flow_lines(Cell{}, 0, texts, style(20)),
        (Lines{"   out 86.3k   in", "   1.2M at 1.9k", "   tok/s   x"}));
}

TEST(Grid, WrapsParagraphAtWords) {
    auto const text = Cell{"cannot  connect to host.example:11434", Role::plain};
    EXPECT_EQ(
        paragraph_lines(Cell{"api", Role::plain}, 3, text, style(22)),
        (Lines{"   api  cannot connect", "        to", "        host.ex…:11434"}));
}

TEST(Grid, RuleIsAsWideAsTheStyle) {
    EXPECT_EQ(rule_line("Loaded", "", style(20)), "─ Loaded ───────────");
    EXPECT_EQ(rule_line("Loaded", "1 of 2", style(20)), "─ Loaded ── 1 of 2 ─");
    EXPECT_EQ(rule_line("Loaded", "1 of 2", TextStyle{20, false, false}), "- Loaded -- 1 of 2 -");
    for (std::size_t width = 20; width < 60; ++width) {
        EXPECT_EQ(text_width(rule_line("Loaded", "17.3 of 24.0 GiB", style(width))), width);
    }
}

TEST(TextStyle, PaintsForegroundOnly) {
    auto const colour = TextStyle{80, true, true};
    EXPECT_EQ(painted("x", Role::plain, colour), "x");
    EXPECT_EQ(painted("x", Role::dim, colour), "\x1b[2mx\x1b[0m");
    EXPECT_EQ(painted("x", Role::ok, colour), "\x1b[32mx\x1b[0m");
    EXPECT_EQ(painted("", Role::ok, colour), "");
    EXPECT_EQ(painted("x", Role::warning, style(80)), "x");
}

} // namespace
