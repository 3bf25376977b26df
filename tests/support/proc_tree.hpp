#pragma once

#include "support/process.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ousage::test {

/// One process of a `ProcTree`.
struct FakeProcess {
    std::uint32_t pid;
    std::uint32_t parent;
    std::string name;
    std::uint32_t user;
    std::vector<std::string> arguments;
};

/// A directory of files with the layout of procfs or sysfs.
class ProcTree {
public:
    std::filesystem::path path() const { return directory_.path(); }

    /// Writes a file and creates its directories.
    void write(std::filesystem::path const& file, std::string const& text) const {
        std::filesystem::create_directories((path() / file).parent_path());
        std::ofstream(path() / file, std::ios::binary) << text;
    }

    /// Writes the files of /proc/PID that ousage reads.
    void add(FakeProcess const& process) const {
        auto const number = std::to_string(process.pid);
        auto const user = std::to_string(process.user);
        write(number + "/comm", process.name + "\n");
        write(
            number + "/stat", number + " (" + process.name + ") S " +
                                  std::to_string(process.parent) +
                                  " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + number + " 0 0\n");
        write(
            number + "/status", "Name:\t" + process.name + "\nUid:\t" + user + "\t" + user + "\t" +
                                    user + "\t" + user + "\n");
        auto line = std::string{};
        for (auto const& argument : process.arguments) {
            (line += argument) += '\0';
        }
        write(number + "/cmdline", line);
    }

private:
    TemporaryDirectory directory_;
};

} // namespace ousage::test
