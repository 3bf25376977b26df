// Runs the command of README.md and compares its output with the sample there.
#include "support/process.hpp"
#include "support/truth.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>

namespace {

using namespace ousage::test;

// Replaces measured durations and the port of the demonstration, and the spaces that fill the first
// line.
std::string without_durations(std::string const& text) {
    static auto const elapsed = std::regex(R"(\b(api|log|desktop|config|cloud) [0-9<.]+ m?s\b)");
    static auto const first = std::regex(R"(127\.0\.0\.1:[0-9]+   up, [0-9<.]+ m?s +)");
    return std::regex_replace(std::regex_replace(text, elapsed, "$1 #"), first, "#   ");
}

// Returns the first line of `sample` that is not in `text`; empty if all are. A line `...` is
// any number of omitted lines.
std::string first_difference(std::string const& sample, std::string const& text) {
    auto const lines = split_lines(text);
    auto next = lines.begin();
    auto may_skip = false;
    for (auto const& line : split_lines(sample)) {
        if (line == "...") {
            may_skip = true;
            continue;
        }
        auto const found = may_skip ? std::find(next, lines.end(), line) : next;
        if (found == lines.end() || *found != line) {
            return line;
        }
        next = found + 1;
        may_skip = false;
    }
    return may_skip || next == lines.end() ? "" : "the end";
}

std::string const readme = read_data("../../README.md");

// Returns the command of the sample, between backquotes.
std::string command() {
    auto const begin = readme.find("`ousage --demo --now ") + 1;
    return readme.substr(begin, readme.find('`', begin) - begin);
}

// Returns the code block after the command.
std::string sample() {
    auto const begin = readme.find("\n```\n", readme.find(command())) + 5;
    return readme.substr(begin, readme.find("\n```", begin) + 1 - begin);
}

std::string run(std::string const& arguments, std::string const& zone) {
    auto const line = "env TZ=" + zone +
                      " LC_ALL=C.UTF-8 COLUMNS=80 XDG_CONFIG_HOME=/nonexistent " OUSAGE_TEST_PROGRAM
                      " ";
    auto const finished = run_command(line + arguments);
    EXPECT_EQ(finished.exit_code, 0) << finished.error;
    return finished.out;
}

TEST(Readme, SampleIsTheOutputOfItsCommandInEveryZone) {
    ASSERT_TRUE(command().starts_with("ousage --demo --now ")) << command();
    ASSERT_GT(split_lines(sample()).size(), 25u);
    auto const arguments = command().substr(7);
    auto const first = without_durations(run(arguments, "Asia/Kolkata"));
    EXPECT_EQ(first_difference(without_durations(sample()), first), "");
    EXPECT_EQ(without_durations(run(arguments, "America/New_York")), first);
}

// Shows that no date is that of the system clock.
TEST(Readme, EveryDateOfTheDemoFollowsNow) {
    auto const text = run("--demo --now 2001-06-15T12:00:00Z", "UTC");
    static auto const date = std::regex(R"(\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b)");
    auto const begin = std::sregex_iterator(text.begin(), text.end(), date);
    auto count = 0;
    for (auto match = begin; match != std::sregex_iterator(); ++match) {
        EXPECT_GE(match->str(), "2001-03-01");
        EXPECT_LE(match->str(), "2001-06-15");
        ++count;
    }
    EXPECT_GT(count, 20);
}

TEST(Readme, MasksOnlyDurations) {
    EXPECT_EQ(
        without_durations(" Ollama 1   127.0.0.1:4711   up, 9.6 ms     12:00:00\n"
                          "   api 44 ms   log <0.01 ms   cloud 1.2 s   gpu skipped\n"
                          "   cloud 24 h  out 24.1k\n   5 h  2.8 s\n"),
        " Ollama 1   #   12:00:00\n   api #   log #   cloud #   gpu skipped\n"
        "   cloud 24 h  out 24.1k\n   5 h  2.8 s\n");
    EXPECT_EQ(first_difference("a\n...\nc\n", "a\nb\nc\n"), "");
    EXPECT_EQ(first_difference("a\nc\n", "a\nb\nc\n"), "c");
    EXPECT_EQ(first_difference("a\n", "a\nb\n"), "the end");
}

} // namespace
