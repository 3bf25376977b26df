#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// How much of the logs the first poll reads.
struct LogHistory {
    /// If all logs together have at most this many bytes, they are read completely. With 0, values
    /// that are older than `period` are never shown.
    std::uint64_t whole_up_to = 64ull * 1024 * 1024;
    /// Larger logs are read only as far back as this. Windows that reach further back stay empty.
    std::chrono::seconds period = std::chrono::days(8);
    /// File in which a reader stores its counts and its position, so that the first poll of the
    /// next reader reads only what was appended since; empty: nothing is stored. It contains no
    /// prompt and no address. For readers that poll once: a later poll may lack requests of earlier
    /// hours. Observers receive only what is read, and that twice if the position turns out to be
    /// wrong.
    std::filesystem::path checkpoint = {};

    /// What that file contains if the log cannot be resumed. A position is longer.
    static constexpr std::string_view no_position = "-";

    friend bool operator==(LogHistory const&, LogHistory const&) = default;
};

} // namespace OUSAGE_NAMESPACE::ollama
