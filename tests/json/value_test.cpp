#include <ousage/json/value.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace ousage;

TEST(JsonValue, ReturnsValueOfItsTypeOnly) {
    auto document = JsonDocument{};
    ASSERT_FALSE(document.parse(
        R"({"text":"a\u0062","yes":true,"nil":null,"big":18446744073709551615,"real":1.5,)"
        R"("whole":2e3,"minus":-1})"));
    auto const root = document.root();
    auto const at = [&root](std::string_view key) { return root.find(key).value(); };
    EXPECT_TRUE(root.is_object());
    EXPECT_FALSE(root.is_array());
    EXPECT_EQ(root.size(), 7u);
    EXPECT_EQ(at("text").string(), "ab");
    EXPECT_EQ(at("text").number(), std::nullopt);
    EXPECT_EQ(at("yes").boolean(), true);
    EXPECT_EQ(at("yes").integer(), std::nullopt);
    EXPECT_TRUE(at("nil").is_null());
    EXPECT_FALSE(at("yes").is_null());
    EXPECT_EQ(at("big").unsigned_integer(), ~std::uint64_t{0});
    EXPECT_EQ(at("big").integer(), std::nullopt);
    EXPECT_EQ(at("real").number(), 1.5);
    EXPECT_EQ(at("real").integer(), std::nullopt);
    EXPECT_EQ(at("whole").integer(), 2000);
    EXPECT_EQ(at("minus").integer(), -1);
    EXPECT_EQ(at("minus").unsigned_integer(), std::nullopt);
    EXPECT_FALSE(root.find("none"));
    EXPECT_FALSE(at("text").find("none"));
}

TEST(JsonValue, IteratesElementsAndMembersInOrder) {
    auto document = JsonDocument{};
    ASSERT_FALSE(document.parse(R"([{"a":[1,[],2]},{},"x"])"));
    auto keys = std::vector<std::string>{};
    auto numbers = std::vector<std::int64_t>{};
    EXPECT_EQ(document.root().size(), 3u);
    for (auto const element : document.root().elements()) {
        for (auto const& [key, value] : element.members()) {
            keys.emplace_back(key);
            for (auto const inner : value.elements()) {
                numbers.push_back(inner.integer().value_or(-1));
            }
        }
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"a"}));
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, -1, 2}));
}

TEST(JsonValue, DefaultIsNull) {
    auto const value = JsonValue{};
    EXPECT_TRUE(value.is_null());
    EXPECT_EQ(value.string(), std::nullopt);
    EXPECT_TRUE(value.elements().empty());
    EXPECT_FALSE(value.find("a"));
}

TEST(JsonDocument, NumberOutOfRangeLosesOnlyItsValue) {
    auto document = JsonDocument{};
    auto const text = std::string(
        R"({"a":1000000000000000000000000000000,"b":18446744073709551615,"c":-9223372036854775809,)"
        R"("d":1e400,"e":-9223372036854775808,"f":"99999999999999999999999\"","g":1e-400,"h":)");
    ASSERT_FALSE(document.parse(text + std::string(400, '9') + "}"));
    auto const root = document.root();
    EXPECT_EQ(root.find("a")->integer(), std::nullopt);
    EXPECT_EQ(root.find("a")->unsigned_integer(), std::nullopt);
    EXPECT_EQ(root.find("a")->number(), 1e30);
    EXPECT_EQ(root.find("b")->unsigned_integer(), 18446744073709551615u);
    EXPECT_EQ(root.find("c")->integer(), std::nullopt);
    EXPECT_TRUE(root.find("d")->is_null());
    EXPECT_EQ(root.find("e")->integer(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(root.find("f")->string(), "99999999999999999999999\"");
    EXPECT_EQ(root.find("g")->number(), 0);
    EXPECT_TRUE(root.find("h")->is_null());
    EXPECT_TRUE(document.parse("[1e400,]"));
    EXPECT_TRUE(document.parse("[99999999999999999999"));
    EXPECT_TRUE(document.parse("[99999999999999999999x]"));
}

TEST(JsonDocument, ReportsEmptyAndMalformedText) {
    auto document = JsonDocument{};
    EXPECT_EQ(document.parse(" \n")->text, "the document is empty");
    auto const failure = document.parse("{\"secret\":");
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code, Errc::parse);
    EXPECT_TRUE(failure->text.starts_with("not JSON: ")) << failure->text;
    EXPECT_EQ(failure->text.find("secret"), std::string::npos);
    EXPECT_TRUE(document.root().is_null());
}

} // namespace
