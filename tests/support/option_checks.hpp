#pragma once

#include "example/options/option.hpp"
#include "truth.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ousage::test {

using program::Option;

/// What reading a command line returned and printed.
template <class T>
struct Read {
    std::optional<T> options;
    int exit_code = -1;
    std::string out, error;
};

/// Reads a command line with `reader` and captures both outputs.
template <class T>
Read<T> read(
    std::optional<T> (*reader)(int, char const* const*, int&), std::vector<char const*> arguments) {
    auto result = Read<T>{};
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    result.options = reader(static_cast<int>(arguments.size()), arguments.data(), result.exit_code);
    result.out = testing::internal::GetCapturedStdout();
    result.error = testing::internal::GetCapturedStderr();
    return result;
}

/// Expects that the help lists the options of a table that have all of `flags`, and no others.
template <class Target>
void expect_listed(std::span<Option<Target> const> table, std::string const& help, unsigned flags) {
    EXPECT_FALSE(table.empty());
    for (auto const& option : table) {
        auto const is_listed = help.find(std::string("  ") + option.text.name + " ") != help.npos;
        EXPECT_EQ(is_listed, (option.text.flags & flags) == flags) << option.text.name;
    }
}

/// Expects that a page of docs/ contains every option of a table and its variable.
template <class Target>
void expect_documented(std::span<Option<Target> const> table, std::string const& page) {
    auto const text = read_data("../../docs/" + page);
    ASSERT_GT(text.size(), 1000u);
    for (auto const& option : table) {
        auto const name = std::string("`") + option.text.name;
        EXPECT_TRUE(text.find(name + "`") != text.npos || text.find(name + " ") != text.npos)
            << "docs/" << page << " lacks " << option.text.name;
        auto const variable = std::string(option.text.variable);
        EXPECT_NE(text.find(variable), text.npos) << "docs/" << page << " lacks " << variable;
    }
}

} // namespace ousage::test
