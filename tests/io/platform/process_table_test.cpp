#include "support/proc_tree.hpp"
#include <ousage/io/platform/process_table.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <string>

namespace ousage::test {

namespace {

using namespace io;

std::string const real_stat =
    "1234 (llama-server) S 77 1234 1234 0 -1 4194560 100 0 0 0 5 3 0 0 20 0 9 0 98765 1000 250 "
    "18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

TEST(ProcessStat, ReadsPidNameParentAndStart) {
    auto const process = parse_process_stat(real_stat);
    ASSERT_TRUE(process);
    EXPECT_EQ(process->pid, 1234u);
    EXPECT_EQ(process->parent, 77u);
    EXPECT_EQ(process->name, "llama-server");
    EXPECT_EQ(process->start, 98765u);
}

TEST(ProcessStat, NameMayContainParenthesesSpacesAndNewlines) {
    for (auto const* const name : {"a) S 1 (b", ")", "(", "", "x\ny) R 9", "\xff\x01 )("}) {
        auto text = real_stat;
        text.replace(6, 12, name);
        auto const process = parse_process_stat(text);
        ASSERT_TRUE(process) << name;
        EXPECT_EQ(process->name, name);
        EXPECT_EQ(process->parent, 77u) << name;
    }
}

TEST(ProcessStat, TruncatedTextHasNoResultOrTheWholeOne) {
    for (std::size_t size = 0; size < real_stat.size(); ++size) {
        auto const process = parse_process_stat(real_stat.substr(0, size));
        if (process) {
            EXPECT_EQ(process->start, 98765u) << size;
            EXPECT_EQ(process->parent, 77u) << size;
        }
    }
    EXPECT_FALSE(parse_process_stat(""));
    EXPECT_FALSE(parse_process_stat("-1 (a) S 1"));
    EXPECT_FALSE(parse_process_stat("99999999999 (a) S 1 1 1"));
}

TEST(ProcessStat, AcceptsAnyBytes) {
    auto random = std::mt19937(7);
    for (int round = 0; round < 20'000; ++round) {
        auto text = real_stat;
        for (int change = 0; change < 4; ++change) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
        }
        parse_process_stat(text);
        parse_process_user(text);
        parse_command_line(text);
    }
}

TEST(ProcessUser, IsTheEffectiveUserId) {
    EXPECT_EQ(parse_process_user("Name:\ta\nUid:\t1\t65001\t3\t4\nGid:\t9\t9\n"), 65001u);
    EXPECT_EQ(parse_process_user("Uid:\t1\t2\t"), 2u);
    EXPECT_FALSE(parse_process_user("Uid:\t1\t65"));
    EXPECT_FALSE(parse_process_user("Uid:\t1\n"));
    EXPECT_FALSE(parse_process_user("Uid:\t1\t4294967296\t3\n"));
    EXPECT_FALSE(parse_process_user("Name: Uid: 5 5\n"));
}

TEST(CommandLine, DropsATruncatedArgument) {
    using namespace std::string_literals;
    EXPECT_EQ(parse_command_line("a\0--port\0\0x"s), (std::vector<std::string>{"a", "--port", ""}));
    EXPECT_TRUE(parse_command_line("").empty());
    EXPECT_TRUE(parse_command_line("abc").empty());
    EXPECT_EQ(parse_command_line(std::string(65536, '\0')).size(), 65536u);
}

TEST(ProcessTable, FindsThisProcess) {
    auto const table = ProcessTable();
    auto const own = table.at(static_cast<std::uint32_t>(::getpid()));
    ASSERT_TRUE(own);
    EXPECT_EQ(own->parent, static_cast<std::uint32_t>(::getppid()));
    EXPECT_EQ(table.user(own->pid), ::geteuid());
    EXPECT_FALSE(table.command_line(own->pid).empty());
    auto const found = table.find([&](std::string_view name) { return name == own->name; });
    ASSERT_TRUE(found);
    EXPECT_TRUE(std::any_of(found->begin(), found->end(), [&](Process const& process) {
        return process.pid == own->pid && process.start == own->start;
    }));
}

TEST(ProcessTable, IgnoresFilesThatAreNoProcess) {
    auto tree = ProcTree();
    tree.add({5, 1, "ollama", 0, {"ollama", "serve"}});
    tree.write("self/comm", "ollama\n");
    tree.write("05/comm", "ollama\n");
    tree.write("5x/comm", "ollama\n");
    tree.write("99999999999/comm", "ollama\n");
    tree.write("6/comm", "ollama\n"); // ended before its stat was read
    auto const table = ProcessTable(tree.path());
    auto const found = table.find([](std::string_view name) { return name == "ollama"; });
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ((*found)[0].pid, 5u);
    EXPECT_EQ(table.command_line(5), (std::vector<std::string>{"ollama", "serve"}));
}

TEST(ProcessTable, WithoutProcessOneIsHidden) {
    auto tree = ProcTree();
    EXPECT_TRUE(ProcessTable(tree.path()).is_hidden());
    tree.add({1, 0, "init", 0, {}});
    EXPECT_FALSE(ProcessTable(tree.path()).is_hidden());
    EXPECT_FALSE(ProcessTable(tree.path() / "nowhere").find([](std::string_view) { return true; }));
}

} // namespace

} // namespace ousage::test
