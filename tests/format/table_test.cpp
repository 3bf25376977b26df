#include <ousage/format/table.hpp>
#include <ousage/ollama/model/day_value.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace ousage;

enum class Level { low, high };

struct Range {
    std::optional<double> from;
    std::optional<int> to;
};

struct Item {
    std::string name;
    std::optional<std::uint64_t> size;
    std::vector<std::string> tags;
};

struct Limits {
    std::optional<Range> first;
    std::optional<Range> second;
};

struct Report {
    std::string title;
    std::optional<Timestamp> taken;
    Level level = Level::low;
    bool complete = false;
    Limits limits;
    std::vector<Item> items;
    std::map<std::string, std::string> notes;
    std::map<std::string, std::vector<ollama::DayValue>> series;
};

TEST(Table, EmptyValueHasOnlyScalars) {
    auto report = Report{};
    EXPECT_EQ(to_table(report), "title  \ntaken  \nlevel  low\ncomplete  false\n");
}

TEST(Table, WritesOneSectionForEachMember) {
    auto report = Report{};
    report.title = "all";
    report.taken = parse_rfc3339("2026-11-20T12:00:00+01:00");
    report.level = Level::high;
    report.complete = true;
    report.limits.first = Range{0.5, 7};
    report.limits.second = Range{std::nullopt, 9};
    report.items = {{"a", 1, {}}, {"long", 12345, {}}};
    report.notes = {{"key", "value"}};
    EXPECT_EQ(
        to_table(report), "title  all\n"
                          "taken  2026-11-20T12:00:00+01:00\n"
                          "level  high\n"
                          "complete  true\n"
                          "\n"
                          "limits\n"
                          "  first   from 0.5, to 7\n"
                          "  second  to 9\n"
                          "\n"
                          "items\n"
                          "  name  size\n"
                          "  a     1\n"
                          "  long  12345\n"
                          "\n"
                          "notes\n"
                          "  key  value\n");
}

TEST(Table, ListOmitsColumnsThatAreEmptyInEveryRow) {
    auto report = Report{};
    report.items = {{"a", std::nullopt, {"x", "y"}}, {"b", std::nullopt, {}}};
    auto const text = to_table(report);
    EXPECT_NE(text.find("\nitems\n  name  tags\n  a     x, y\n  b\n"), text.npos) << text;
}

TEST(Table, SeriesShowsItsLastSevenDays) {
    auto report = Report{};
    for (int day = 10; day < 20; ++day) {
        report.series["requests"].push_back(
            {"2026-11-" + std::to_string(day), static_cast<std::uint64_t>(day)});
    }
    report.series["none"] = {};
    auto const text = to_table(report);
    EXPECT_NE(
        text.find("\nseries\n  requests  11-13 13  11-14 14  11-15 15  11-16 16  11-17 17  "
                  "11-18 18  11-19 19\n"),
        text.npos)
        << text;
    EXPECT_EQ(text.find("none"), text.npos);
}

TEST(Table, ShowsControlCharactersAndInvalidBytes) {
    auto report = Report{};
    report.title = "a\x1b[31m\n\x7f\xff\xc2\x9b\xc3\xa9";
    report.notes = {{"k\ty", "v\r"}};
    auto const text = to_table(report);
    EXPECT_TRUE(text.starts_with("title  aU+001B[31mU+000AU+007F\uFFFDU+009B\u00E9\n")) << text;
    EXPECT_NE(text.find("  kU+0009y  vU+000D\n"), text.npos) << text;
}

TEST(Table, AlignsByColumnsInsteadOfBytes) {
    auto report = Report{};
    report.items = {{"éé", 1, {}}, {"abc", 2, {}}, {"日本", 3, {}}};
    auto const text = to_table(report);
    EXPECT_NE(text.find("  éé    1\n  abc   2\n  日本  3\n"), text.npos) << text;
}

TEST(Table, OmitsNumbersThatAreNotFinite) {
    auto report = Report{};
    report.limits.first = Range{std::nan(""), 7};
    auto const text = to_table(report);
    EXPECT_NE(text.find("  first  to 7\n"), text.npos) << text;
}

} // namespace
