#include "example/exporter/exporter_options.hpp"
#include "example/manual/manual.hpp"
#include "example/options/shared_options.hpp"
#include "example/ousage/options.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;

std::vector<Manual> const& manuals() {
    static auto const both = std::vector<Manual>{ousage_manual(), exporter_manual()};
    return both;
}

template <class Target>
void append(std::vector<std::string>& names, std::span<Option<Target> const> table) {
    for (auto const& option : table) {
        names.emplace_back(option.text.name);
    }
}

// The names of all options, read from the tables themselves.
std::vector<std::string> options_of(Manual const& manual) {
    auto names = std::vector<std::string>{"--help", "--version"};
    append(names, shared_options());
    if (manual.name == "ousage") {
        append(names, ousage_options());
        append(names, log_options());
        append(names, status_options());
        append(names, history_options());
        append(names, watch_options());
    } else {
        append(names, exporter_options());
    }
    return names;
}

bool is_here(char const* program) {
    return std::system(("command -v " + std::string(program) + " >/dev/null 2>&1").c_str()) == 0;
}

bool contains(std::string const& text, std::string const& part) {
    return text.find(part) != text.npos;
}

// Returns the option as roff writes it: each hyphen is a minus.
std::string in_roff(std::string const& text) {
    auto out = std::string();
    for (auto const byte : text) {
        out += byte == '-' ? "\\-" : std::string(1, byte);
    }
    return out;
}

TEST(Manual, PageContainsEveryOption) {
    for (auto const& manual : manuals()) {
        auto const page = man_page(manual, "2026-11-28");
        for (auto const& name : options_of(manual)) {
            EXPECT_TRUE(contains(page, "\\fB" + in_roff(name) + "\\fR")) << name;
        }
        for (auto const& command : manual.commands) {
            EXPECT_TRUE(contains(page, ".SS ousage " + command.name)) << command.name;
        }
    }
}

TEST(Manual, CompletionsContainEveryOption) {
    for (auto const& manual : manuals()) {
        auto const bash = bash_completion(manual);
        auto const zsh = zsh_completion(manual);
        auto const fish = fish_completion(manual);
        for (auto const& name : options_of(manual)) {
            EXPECT_TRUE(contains(bash, name + " ") || contains(bash, name + "\"")) << name;
            auto const is_in_zsh = contains(zsh, name + "[") || contains(zsh, name + "=[") ||
                                   contains(zsh, name + "}");
            EXPECT_TRUE(is_in_zsh) << name;
            EXPECT_TRUE(contains(fish, " -l " + name.substr(2) + " ")) << name;
        }
    }
}

// Runs a checker on what `write` returns for each program and expects no output.
void expect_clean(
    std::string const& command, char const* program,
    std::function<std::string(Manual const&)> const& write) {
    if (!is_here(program)) {
        GTEST_SKIP() << program << " was not found";
    }
    auto const directory = TemporaryDirectory();
    for (auto const& manual : manuals()) {
        auto const file = directory.write(manual.name, write(manual)).string();
        auto const finished = run_command(command + " " + file);
        EXPECT_EQ(finished.exit_code, 0) << command;
        EXPECT_EQ(finished.out + finished.error, "") << command;
    }
}

std::string page_of(Manual const& manual) {
    return man_page(manual, "2026-11-28");
}

TEST(Manual, GroffReportsNoWarning) {
    expect_clean("groff -man -Tutf8 -ww -z", "groff", page_of);
}

TEST(Manual, MandocReportsNoWarning) {
    expect_clean("mandoc -Tlint -Wwarning", "mandoc", page_of);
}

TEST(Manual, BashParsesCompletion) {
    expect_clean("bash -n", "bash", bash_completion);
}

TEST(Manual, ZshParsesCompletion) {
    expect_clean("zsh -n", "zsh", zsh_completion);
}

TEST(Manual, FishParsesCompletion) {
    expect_clean("fish -n", "fish", fish_completion);
}

// Returns what bash completes for the words, the last of which is unfinished: one per line.
std::string completed(Manual const& manual, std::string const& words) {
    auto const directory = TemporaryDirectory();
    directory.write("apple.log", "");
    directory.write("accounts/x", "");
    directory.write("completion", bash_completion(manual));
    directory.write(
        "run", "cd " + directory.path().string() +
                   "\n. ./completion\ncompopt() { :; }\nCOMP_WORDS=(" + words +
                   ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n" +
                   (manual.name == "ousage" ? "_ousage" : "_ousage_exporter") +
                   "\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    auto const finished = run_command("bash " + (directory.path() / "run").string());
    EXPECT_EQ(finished.error, "") << words;
    return finished.out;
}

TEST(Manual, BashCompletesOptionsValuesAndCommands) {
    if (!is_here("bash")) {
        GTEST_SKIP() << "bash was not found";
    }
    auto const ousage = ousage_manual();
    EXPECT_EQ(completed(ousage, "ousage --base"), "--base-url\n");
    EXPECT_EQ(completed(ousage, "ousage st"), "status\n");
    EXPECT_EQ(completed(ousage, "ousage --format t"), "table\n");
    EXPECT_EQ(completed(ousage, "ousage --format = t"), "table\n");
    EXPECT_EQ(completed(ousage, "ousage --format ="), "json\ncompact\ntable\nprometheus\n");
    EXPECT_EQ(completed(ousage, "ousage status --format w"), "waybar\n");
    EXPECT_EQ(completed(ousage, "ousage history --week"), "--weekly\n");
    EXPECT_EQ(completed(ousage, "ousage --week"), "\n");
    // A value that equals a command is none.
    EXPECT_EQ(completed(ousage, "ousage --account history --week"), "\n");
    EXPECT_EQ(completed(ousage, "ousage --log-file ap"), "apple.log\n");
    EXPECT_EQ(completed(ousage, "ousage --config-dir a"), "accounts\n");
    EXPECT_EQ(completed(ousage, "ousage log ap"), "apple.log\n");
    EXPECT_EQ(completed(ousage, "ousage --account ap"), "\n");
    auto const exporter = exporter_manual();
    EXPECT_EQ(completed(exporter, "ousage-exporter --health"), "--healthcheck\n");
    EXPECT_EQ(completed(exporter, "ousage-exporter --log.level w"), "warn\n");
    EXPECT_EQ(completed(exporter, "ousage-exporter --web.config.file ap"), "apple.log\n");
}

TEST(Manual, FishCompletesOptionsAndValues) {
    if (!is_here("fish")) {
        GTEST_SKIP() << "fish was not found";
    }
    auto const directory = TemporaryDirectory();
    auto const file = directory.write("ousage.fish", fish_completion(ousage_manual())).string();
    auto const complete = [&](std::string const& line) {
        return run_command(
                   "env HOME=" + directory.path().string() + " fish --no-config -c \"source " +
                   file + "; complete -C '" + line + "'\"")
            .out;
    };
    EXPECT_TRUE(complete("ousage --base").starts_with("--base-url\t"));
    EXPECT_EQ(
        complete("ousage status --format w"),
        "waybar\tjson, compact, table or prometheus (default: json)\n");
    EXPECT_TRUE(complete("ousage hi").starts_with("history\t"));
}

} // namespace
