#pragma once

#include <ousage/ollama/detect.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ousage::program {

/// How a result is written.
enum class Format { json, compact, table, prometheus };

/// What `ousage log` shows.
struct LogOptions {
    std::vector<std::string> files;                ///< `-` is standard input; none: the logs found
    std::optional<std::chrono::sys_seconds> since; ///< entries at or after
    std::optional<std::chrono::sys_seconds> until; ///< entries at or before
    std::optional<std::string> status;             ///< `4xx`, `5xx` or a code
    std::optional<std::string> path;               ///< this path alone
    bool inference = false;                        ///< inference requests alone
    bool follow = false;                           ///< go on with what comes
    bool summary = false;                          ///< one object in place of the entries
};

/// The command line, read.
struct Options {
    ollama::Overrides overrides;   ///< of the configuration
    Format format = Format::json;  ///< of the output
    bool demo = false;             ///< observe a demonstration in place of this machine
    std::optional<LogOptions> log; ///< `ousage log`
};

/// Reads the command line. What is to be printed and ends the program (help, version, a wrong
/// option: one line on standard error) is printed; then there are no options, and `exit_code` is
/// set.
std::optional<Options> read_options(int count, char const* const* arguments, int& exit_code);

} // namespace ousage::program
