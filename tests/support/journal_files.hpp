#pragma once

#include "support/process.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ousage::test {

/// Creates a journal file with systemd's own tool. It contains the messages of a unit, one per
/// second from `start`. Returns false if the tool is missing. `name` is the file name without
/// `.journal`; default: the unit.
inline bool make_journal(
    std::filesystem::path const& directory, std::string const& unit, std::uint64_t start,
    std::vector<std::string> const& messages, std::string const& name = {}) {
    auto text = std::string{};
    for (std::size_t index = 0; index < messages.size(); ++index) {
        auto const time = std::to_string((start + index) * 1'000'000);
        text += "__REALTIME_TIMESTAMP=" + time + "\n__MONOTONIC_TIMESTAMP=" + time +
                "\n_BOOT_ID=4dba1b3f2b0a4ae6a1f6c1b0c9a4e0d1\n_SYSTEMD_UNIT=" + unit +
                "\nMESSAGE=" + messages[index] + "\n\n";
    }
    std::filesystem::create_directories(directory);
    auto const made = run_command(
        "/lib/systemd/systemd-journal-remote -o " +
            (directory / ((name.empty() ? unit : name) + ".journal")).string() + " -",
        text);
    return made.exit_code == 0;
}

} // namespace ousage::test
