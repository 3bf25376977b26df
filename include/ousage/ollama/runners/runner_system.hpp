#pragma once

#include <ousage/config.hpp>
#include <ousage/io/platform/tcp_table.hpp>

#include <filesystem>

namespace OUSAGE_NAMESPACE::ollama {

/// What the source `runners` reads. Tests set other places.
struct RunnerSystem {
    std::filesystem::path proc = "/proc";               ///< the process table
    io::TcpTable connections = io::TcpTable::automatic; ///< of this network namespace
    bool query_slots = false;                           ///< see `runners`
};

} // namespace OUSAGE_NAMESPACE::ollama
