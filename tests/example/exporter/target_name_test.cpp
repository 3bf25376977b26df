#include "example/exporter/target_name.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace {

using namespace ousage::program;

struct Row {
    char const* text;
    char const* expected; // null: empty
};

template <class Function>
void expect_rows(std::initializer_list<Row> rows, Function function) {
    for (auto const& row : rows) {
        auto const expected =
            row.expected == nullptr ? std::nullopt : std::optional<std::string>(row.expected);
        EXPECT_EQ(function(row.text), expected) << row.text;
    }
}

TEST(TargetName, CanonicalTargetIsACompleteUrl) {
    expect_rows(
        {{"gpu", "http://gpu:11434"},
         {"gpu:80", "http://gpu:80"},
         {"http://gpu", "http://gpu:80"},
         {"https://gpu", "https://gpu:443"},
         {"https://gpu:8443/ollama", "https://gpu:8443/ollama"},
         {"gpu/ollama", "http://gpu:11434/ollama"},
         {"GPU.Example.org/Path", "http://gpu.example.org:11434/Path"},
         {"HTTP://[FD00::A]", "http://[fd00::a]:80"},
         {"[::1]", "http://[::1]:11434"},
         {"[::1]:80", "http://[::1]:80"},
         {"", nullptr},
         {"ftp://gpu", nullptr},
         {"me:secret@gpu", nullptr},
         {"http://gpu:99999", nullptr},
         {"http://", nullptr},
         {"a b", nullptr}},
        &canonical_target);
}

TEST(TargetName, CanonicalPatternMayHaveAnyPort) {
    expect_rows(
        {{"gpu*:*", "http://gpu*:*"},
         {"https://*.example.org", "https://*.example.org:443"},
         {"http://*.example.org:*/x", "http://*.example.org:*/x"},
         {"10.0.0.*", "http://10.0.0.*:11434"},
         {"GPU**.Example.org", "http://gpu**.example.org:11434"},
         {"[fd00::*]:80", "http://[fd00::*]:80"},
         {"ftp://*", nullptr}},
        &canonical_pattern);
}

TEST(TargetName, PatternThatCannotMatchIsInvalid) {
    expect_rows(
        {{"10.0.0.0/8", nullptr},
         {"http://10.0.*.0:11434/24", nullptr},
         {"http://[fd00::]:80/64", nullptr},
         {"gpu[0-9]", nullptr},
         {"gpu[0-9]:*", nullptr},
         {"gpu{1,2}.example.org", nullptr},
         {"gpu?.example.org", nullptr},
         {"(gpu|cpu).example.org", nullptr},
         {"http://[fd00::x]:80", nullptr},
         {"http://gpu/8", "http://gpu:80/8"}}, // a path
        &canonical_pattern);
}

TEST(TargetName, StarMatchesOneLabelAndTwoStarsMore) {
    EXPECT_TRUE(matches_pattern("http://*.a.org:80", "http://x.a.org:80"));
    EXPECT_FALSE(matches_pattern("http://*.a.org:80", "http://y.x.a.org:80"));
    EXPECT_FALSE(matches_pattern("http://gpu*:80", "http://gpu.evil.org:80"));
    EXPECT_TRUE(matches_pattern("http://**.a.org:80", "http://x.a.org:80"));
    EXPECT_TRUE(matches_pattern("http://**.a.org:80", "http://y.x.a.org:80"));
    EXPECT_FALSE(matches_pattern("http://**.a.org:80", "http://a.org:80"));
    EXPECT_TRUE(matches_pattern("http://**.*-1.org:*", "http://a.b.c-1.org:8"));
    EXPECT_FALSE(matches_pattern("http://**.*-1.org:*", "http://a.b.c-2.org:8"));
    EXPECT_FALSE(matches_pattern("http://**:80", "http://a:1/b:80"));
    EXPECT_FALSE(matches_pattern("http://**:80", "http://a@b:80"));
    EXPECT_TRUE(matches_pattern("http://10.**:80", "http://10.1.2.3:80"));
    EXPECT_FALSE(matches_pattern("http://10.0.*:80", "http://10.0.2.3:80"));
    EXPECT_TRUE(matches_pattern("http://a:80", "http://a:80"));
    EXPECT_FALSE(matches_pattern("http://a:80", "http://a:8"));
    EXPECT_TRUE(matches_pattern("http://*:80", "http://:80"));
}

TEST(TargetName, StarMatchesNoSeparator) {
    EXPECT_TRUE(matches_pattern("http://gpu*:11434", "http://gpu7:11434"));
    EXPECT_TRUE(matches_pattern("http://gpu*:11434", "http://gpu:11434"));
    EXPECT_TRUE(matches_pattern("http://gpu:*", "http://gpu:1"));
    EXPECT_FALSE(matches_pattern("http://gpu*:11434", "http://gpu7:11435"));
    EXPECT_FALSE(matches_pattern("http://gpu*:11434", "https://gpu7:11434"));
    EXPECT_FALSE(matches_pattern("http://gpu*", "http://gpu:11434"));
    EXPECT_FALSE(matches_pattern("http://gpu*:11434", "http://gpu7:1/x:11434"));
    EXPECT_FALSE(matches_pattern("http://*.org:80", "http://x@evil/.org:80"));
}

TEST(TargetName, StarInAnAddressMatchesNoName) {
    EXPECT_TRUE(matches_pattern("http://10.0.0.*:11434", "http://10.0.0.7:11434"));
    EXPECT_FALSE(matches_pattern("http://10.0.0.*:11434", "http://10.0.0.example.org:11434"));
    EXPECT_TRUE(matches_pattern("http://[fd00::*]:80", "http://[fd00::7]:80"));
    EXPECT_FALSE(matches_pattern("http://[fd00::*]:80", "http://[fd00::x]:80"));
}

TEST(TargetName, TargetIsDecodedFromTheQuery) {
    expect_rows(
        {{"target=gpu", "gpu"},
         {"a=b&target=gpu%3A80&c=d", "gpu:80"},
         {"target=a+b", "a b"},
         {"target=%2f", "/"},
         {"", nullptr},
         {"target", nullptr},
         {"target=", nullptr},
         {"target=%4", nullptr},
         {"target=%zz", nullptr},
         {"target=a&target=b", nullptr},
         {"xtarget=a", nullptr}},
        [](char const* query) { return target_in(query); });
}

} // namespace
