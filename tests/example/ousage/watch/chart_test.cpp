#include "example/ousage/watch/chart.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace ousage::program;

std::vector<std::string> texts(std::vector<StyledLine> const& lines) {
    auto result = std::vector<std::string>{};
    for (auto const& line : lines) {
        result.push_back(text_of(line));
    }
    return result;
}

using Values = std::vector<std::uint64_t>;
using Texts = std::vector<std::string>;

TEST(Chart, DrawsBarsInEachKindOfCells) {
    auto const values = Values{0, 1, 2, 4};
    EXPECT_EQ(texts(chart_lines(values, {4, 2}, ChartCells::ascii)), (Texts{"   #", " :##"}));
    EXPECT_EQ(texts(chart_lines(values, {4, 2}, ChartCells::blocks)), (Texts{"   █", " ▄██"}));
    EXPECT_EQ(texts(chart_lines(values, {2, 2}, ChartCells::braille)), (Texts{" ⢸", "⢠⣿"}));
}

TEST(Chart, ValueAboveZeroIsNeverEmpty) {
    auto const values = Values{1, 1'000'000};
    EXPECT_EQ(texts(chart_lines(values, {2, 1}, ChartCells::ascii)), (Texts{".#"}));
    EXPECT_EQ(texts(chart_lines(values, {2, 1}, ChartCells::blocks)), (Texts{"▁█"}));
}

TEST(Chart, OnlyZerosAreEmpty) {
    EXPECT_EQ(texts(chart_lines(Values{0, 0}, {2, 1}, ChartCells::blocks)), (Texts{"  "}));
}

TEST(Chart, LargestOfTheValuesOfAColumnIsDrawn) {
    auto const values = Values{0, 9, 1, 0, 0, 0};
    EXPECT_EQ(texts(chart_lines(values, {3, 1}, ChartCells::ascii)), (Texts{"#. "}));
}

TEST(Chart, WithoutValuesOrRoomThereIsNone) {
    EXPECT_TRUE(chart_lines({}, {3, 1}, ChartCells::ascii).empty());
    EXPECT_TRUE(chart_lines(Values{1}, {0, 1}, ChartCells::ascii).empty());
    EXPECT_TRUE(labelled_chart(Values{1}, {"1 max", "a", "b", ""}, 10, ChartCells::ascii).empty());
}

TEST(Chart, LabelsAreAtTheEndsOfTheAxes) {
    auto const labels = ChartLabels{"4 max", "11-17", "11-20", ""};
    EXPECT_EQ(
        texts(labelled_chart(Values{0, 1, 2, 4}, labels, 28, ChartCells::ascii)),
        (Texts{
            "               ###  4 max", "           ::: ###", "       ::: ### ###",
            "   11-17     11-20"}));
    EXPECT_EQ(
        texts(labelled_chart(Values{1, 2}, labels, 16, ChartCells::blocks)),
        (Texts{"      ██  4 max", "   ▄▄ ██", "   ██ ██", "   11-17 11-20"}));
}

TEST(Chart, BarsAreAtMostFiveCharactersWide) {
    auto const labels = ChartLabels{"1 max", "a", "b", ""};
    auto const lines = texts(labelled_chart(Values{1, 1}, labels, 80, ChartCells::braille));
    EXPECT_EQ(lines[0], "   ⣿⣿⣿⣿⣿ ⣿⣿⣿⣿⣿  1 max");
    EXPECT_EQ(lines[3], "   a         b");
}

TEST(Chart, OriginIsBetweenTheEndsIfItFits) {
    auto const drawn = [](std::size_t columns) {
        auto const labels = ChartLabels{"1 max", "11-19", "11-20", "log, stored"};
        return texts(labelled_chart(Values(24, 1), labels, columns, ChartCells::ascii))[3];
    };
    EXPECT_EQ(drawn(58), "   11-19             log, stored              11-20");
    EXPECT_EQ(drawn(34), "   11-19 log, stored  11-20");
    EXPECT_EQ(drawn(25), "   11-19     11-20");
}

} // namespace
