#include <ousage/core/reflect.hpp>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

struct Empty {};

struct Inner {
    int first = 1;
    std::string second = "two";
};

struct NoDefault {
    explicit NoDefault(int value) : number(value) {}

    int number;
};

struct Everything {
    std::string text;
    std::vector<Inner> list;
    std::map<std::string, double> map;
    std::optional<Inner> maybe;
    Inner nested;
    std::unique_ptr<int> owner;
    std::array<int, 3> triple{};
    NoDefault needs_argument;
};

// 106 members: ten groups of ten, and six more.
#define TEN(p) int p##0, p##1, p##2, p##3, p##4, p##5, p##6, p##7, p##8, p##9;

struct Hundred {
    TEN(a)
    TEN(b) TEN(c) TEN(d) TEN(e) TEN(f) TEN(g) TEN(h) TEN(i) TEN(j) int k0, k1, k2, k3, k4, last;
};

template <class T>
struct Generic {
    T of_type;
};

TEST(Reflect, CountsMembers) {
    static_assert(ousage::member_count<Empty> == 0);
    static_assert(ousage::member_count<Inner> == 2);
    static_assert(ousage::member_count<Everything> == 8);
    static_assert(ousage::member_count<Hundred> == 106);
}

TEST(Reflect, ReturnsMemberNamesAsDeclared) {
    static_assert(ousage::member_names<Inner>[0] == "first");
    static_assert(ousage::member_names<Inner>[1] == "second");
    static_assert(ousage::member_names<Everything>[7] == "needs_argument");
    static_assert(ousage::member_names<Hundred>[57] == "f7");
    static_assert(ousage::member_names<Hundred>[105] == "last");
    static_assert(ousage::member_names<Generic<std::vector<int>>>[0] == "of_type");
}

TEST(Reflect, ReturnsMemberNamesOfLocalTypes) {
    struct Local {
        double here;
    };

    static_assert(ousage::member_names<Local>[0] == "here");
    EXPECT_EQ(ousage::member_names<Local const>[0], "here");
}

TEST(Reflect, VisitsMembersInOrderAndByReference) {
    auto inner = Inner{};
    auto seen = std::vector<std::string_view>{};
    ousage::for_each_member(inner, [&](std::string_view name, auto& member) {
        seen.push_back(name);
        member = {};
    });
    EXPECT_EQ(seen, (std::vector<std::string_view>{"first", "second"}));
    EXPECT_EQ(inner.first, 0);
    EXPECT_EQ(inner.second, "");
}

TEST(Reflect, VisitsMembersOfConstObjects) {
    auto const inner = Inner{7, "seven"};
    auto sum = std::size_t{0};
    ousage::for_each_member(
        inner, [&](std::string_view, auto const& member) { sum += sizeof(member); });
    EXPECT_EQ(sum, sizeof(int) + sizeof(std::string));
}

TEST(Reflect, AcceptsAggregatesAndRejectsValueTypes) {
    static_assert(ousage::Reflectable<Inner>);
    static_assert(ousage::Reflectable<Inner const>);
    static_assert(!ousage::Reflectable<std::string>);
    static_assert(!ousage::Reflectable<std::array<int, 3>>);
    static_assert(!ousage::Reflectable<int>);
    static_assert(!ousage::Reflectable<int[3]>);
    static_assert(!ousage::Reflectable<std::optional<Inner>>);
}

} // namespace
