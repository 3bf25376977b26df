#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// One process of proc(5).
struct Process {
    std::uint32_t pid = 0;    ///< process id
    std::uint32_t parent = 0; ///< process id of the parent; 0 if it has none in this namespace
    std::string name;         ///< at most 15 bytes of the name of the executed file; any bytes
    std::uint64_t start = 0;  ///< ticks since boot; with `pid` it identifies the process
};

/// Parses the content of `/proc/PID/stat`. The name may contain any byte, such as `)` and newlines.
/// Empty if the text is truncated or malformed.
OUSAGE_DECL std::optional<Process> parse_process_stat(std::string_view text);

/// Parses the line `Uid:` of `/proc/PID/status` and returns the effective user id. Empty if there
/// is none.
OUSAGE_DECL std::optional<std::uint32_t> parse_process_user(std::string_view text);

/// Splits the content of `/proc/PID/cmdline` into arguments, each ended by a NUL. An argument that
/// the text truncates is dropped.
OUSAGE_DECL std::vector<std::string> parse_command_line(std::string_view text);

/// The processes of a procfs mounted at `root`. Reads files at each call; a process that ends while
/// it is read is not returned. The methods may be called on any thread.
class ProcessTable {
public:
    /// The table of the procfs at `root`.
    explicit ProcessTable(std::filesystem::path root = "/proc") : root_(std::move(root)) {}

    /// Returns the processes whose name is accepted by `is_wanted`, in no order. Empty optional if
    /// `root` cannot be listed. Reads one file for each process, and a second for each of these.
    std::optional<std::vector<Process>>
    find(std::function<bool(std::string_view name)> const& is_wanted) const;

    /// Returns one process; empty if there is none, or if it is hidden.
    std::optional<Process> at(std::uint32_t pid) const;

    /// Returns the effective user id of a process.
    std::optional<std::uint32_t> user(std::uint32_t pid) const;

    /// Returns the command line, without arguments after the first 64 KiB.
    std::vector<std::string> command_line(std::uint32_t pid) const;

    /// True if other users' processes are hidden: process 1 cannot be read (mount option `hidepid`,
    /// `ProtectProc=` of systemd).
    bool is_hidden() const;

    /// False if this process is in another PID namespace than the first of the machine, as in a
    /// container: process ids of a driver are then meaningless. True if it is not known.
    bool is_initial_namespace() const;

private:
    std::filesystem::path root_;
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/platform/impl/process_table.hpp>
#endif
