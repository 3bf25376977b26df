#include "example/exporter/http/request.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace ousage::program::http;

TEST(Target, SplitsOriginAndAbsoluteForm) {
    struct Row {
        char const* target;
        char const* path;
        char const* query;
    };

    Row const rows[] = {
        {"/metrics", "/metrics", ""},
        {"/probe?target=http://x/y", "/probe", "target=http://x/y"},
        {"/a?b?c#d?e", "/a", "b?c"},
        {"/a#b", "/a", ""},
        {"http://x:1/metrics", "/metrics", ""},
        {"HTTPS://x/probe?target=y", "/probe", "target=y"},
        {"http://x", "/", ""},
        {"http://x?a", "/", "a"},
        {"/a://b/c", "/a://b/c", ""},
        {"*", "*", ""},
        {"", "", ""},
    };
    for (auto const& row : rows) {
        auto const parts = split_target(row.target);
        EXPECT_EQ(parts.path, row.path) << row.target;
        EXPECT_EQ(parts.query, row.query) << row.target;
    }
}

} // namespace
