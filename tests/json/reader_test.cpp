#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace {

using namespace ousage;

enum class Light { red, green };

struct Point {
    int x = 0;
    std::optional<int> y;
};

struct Page {
    std::string name;
    std::vector<Point> points;
    std::map<std::string, int> numbers;
    std::optional<Light> light;
    std::array<int, 2> pair{};
    std::variant<int, std::string> either;
    float small = 0;
    std::chrono::sys_time<std::chrono::nanoseconds> at{};
    std::map<Light, int> lights;
};

template <class T = Page>
std::string error_of(std::string const& text) {
    auto value = T{};
    auto const failure = read_json(text, value);
    return failure ? failure->text : "";
}

TEST(JsonReader, ReportsPathAndExpectedTypeOfFirstError) {
    EXPECT_EQ(error_of("[]"), "the document is not an object");
    EXPECT_EQ(error_of(R"({"name":1,"points":1})"), "name is not a string");
    EXPECT_EQ(
        error_of(R"({"points":[{"x":1},{"x":"1"}]})"),
        "points[1].x is not a whole number in range");
    EXPECT_EQ(
        error_of(R"({"points":[{"x":2147483648}]})"), "points[0].x is not a whole number in range");
    EXPECT_EQ(error_of(R"({"numbers":{"a":true}})"), "numbers.a is not a whole number in range");
    EXPECT_EQ(error_of(R"({"light":"blue"})"), "light is not one of the known names");
    EXPECT_EQ(error_of(R"({"pair":[1]})"), "pair is not an array of 2 elements");
    EXPECT_EQ(error_of(R"({"pair":[1,"a"]})"), "pair[1] is not a whole number in range");
    EXPECT_EQ(error_of(R"({"either":[2,1]})"), "either[0] is not the index of an alternative");
    EXPECT_EQ(error_of(R"({"either":[1,1]})"), "either[1] is not a string");
    EXPECT_EQ(error_of(R"({"small":1e39})"), "small is not a number in range");
    EXPECT_EQ(error_of(R"({"at":"9999-01-01T00:00:00Z"})"), "at is not an RFC 3339 time in range");
    EXPECT_EQ(error_of(R"({"lights":{"blue":1}})"), "lights.blue is not one of the known keys");
    EXPECT_EQ(error_of<std::vector<int>>("[1,null]"), "[1] is not a whole number in range");
}

TEST(JsonReader, ContinuesAfterErrors) {
    auto page = Page{};
    EXPECT_TRUE(read_json(
        R"({"name":1,"points":[{"x":"a","y":3},4],"numbers":{"a":"b","c":5},"light":"green"})",
        page));
    EXPECT_EQ(page.name, "");
    ASSERT_EQ(page.points.size(), 2u);
    EXPECT_EQ(page.points[0].y, 3);
    EXPECT_EQ(page.numbers, (std::map<std::string, int>{{"c", 5}}));
    EXPECT_EQ(page.light, Light::green);
}

TEST(JsonReader, NullResetsOptionalAndKeepsOtherMembers) {
    auto page = Page{};
    page.name = "kept";
    page.light = Light::red;
    ASSERT_FALSE(read_json(R"({"name":null,"light":null})", page));
    EXPECT_EQ(page.name, "kept");
    EXPECT_EQ(page.light, std::nullopt);
}

TEST(JsonReader, NullNumberInArrayIsNan) {
    auto numbers = std::vector<double>{};
    ASSERT_FALSE(read_json("[1,null,-2.5]", numbers));
    ASSERT_EQ(numbers.size(), 3u);
    EXPECT_TRUE(std::isnan(numbers[1]));
}

TEST(JsonReader, ReadsWholeNumbersWrittenAsReals) {
    auto value = 0;
    EXPECT_FALSE(read_json("1e3", value));
    EXPECT_EQ(value, 1000);
    EXPECT_TRUE(read_json("1.5", value));
    EXPECT_EQ(value, 1000);
}

TEST(JsonReader, ReplacesMapAndList) {
    auto page = Page{};
    page.numbers["old"] = 1;
    page.points.resize(3);
    ASSERT_FALSE(read_json(R"({"numbers":{},"points":[]})", page));
    EXPECT_TRUE(page.numbers.empty());
    EXPECT_TRUE(page.points.empty());
}

struct Text {
    static constexpr bool as_text = true;
    std::optional<bool> flag;
    std::optional<int> number;
};

TEST(JsonReader, ReportsMalformedTextOfBooleanAndNumber) {
    EXPECT_EQ(error_of<Text>(R"({"flag":"yes"})"), "flag is not \"true\" or \"false\"");
    EXPECT_EQ(error_of<Text>(R"({"number":"1x"})"), "number is not a whole number in a string");
    EXPECT_EQ(error_of<Text>(R"({"flag":"false","number":"-1"})"), "");
}

// A color such as `#ff0080`.
struct Color {
    int red = 0, green = 0, blue = 0;

    void write_json(JsonWriter& writer) const { write_json_array(writer); }

    void read_json(JsonValue from, JsonReader& reader) {
        auto parts = std::array<int, 3>{};
        if (reader.read(from, parts) && parts[0] <= 255) {
            red = parts[0];
            green = parts[1];
            blue = parts[2];
        } else {
            reader.report("a color");
        }
    }

    bool operator==(Color const&) const = default;

private:
    void write_json_array(JsonWriter& writer) const {
        ousage::write_json(writer, std::array<int, 3>{red, green, blue});
    }
};

struct Palette {
    Color first;
    std::vector<Color> rest;
    std::map<std::string, std::optional<Color>> named;

    bool operator==(Palette const&) const = default;
};

TEST(JsonReader, HooksRoundTrip) {
    auto palette = Palette{};
    palette.first.red = 255;
    palette.rest.resize(2);
    palette.rest[1].blue = 7;
    palette.named["none"];
    palette.named["some"] = palette.rest[1];
    auto const text = to_json(palette, JsonStyle::compact);
    EXPECT_EQ(
        text,
        R"({"first":[255,0,0],"rest":[[0,0,0],[0,0,7]],"named":{"none":null,"some":[0,0,7]}})");
    auto read = Palette{};
    ASSERT_FALSE(read_json(text, read));
    EXPECT_EQ(read, palette);
    EXPECT_EQ(error_of<Palette>(R"({"rest":[[1,2,3],[256,0,0]]})"), "rest[1] is not a color");
}

} // namespace
