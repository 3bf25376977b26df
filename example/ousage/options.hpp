#pragma once

#include "example/history/history_periods.hpp"
#include "example/options/option.hpp"
#include <ousage/format/status_line.hpp>
#include <ousage/ollama/detect.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ousage::program {

/// What the program does.
inline constexpr char ousage_description[] =
    "Observes Ollama: its models, requests, latencies and errors.";

/// Output format of a result.
enum class Format { json, compact, table, prometheus };

/// Options of `ousage log`.
struct LogOptions {
    std::vector<std::string> files;                ///< `-`: standard input; none: the logs found
    std::optional<std::chrono::sys_seconds> since; ///< only entries at or after
    std::optional<std::chrono::sys_seconds> until; ///< only entries at or before
    std::optional<std::string> status;             ///< `4xx`, `5xx` or a code
    std::optional<std::string> path;               ///< only this path
    bool inference = false;                        ///< only inference requests
    bool follow = false;                           ///< continue with new entries
    bool summary = false;                          ///< one object instead of the entries
};

/// Options of `ousage status`.
struct StatusOptions {
    StatusFormat format = StatusFormat::plain; ///< the program that shows the line
    std::optional<std::string> text_template;  ///< the line, with fields in braces
};

/// Options of `ousage history`.
struct HistoryOptions {
    std::optional<HistoryUnit> unit; ///< days if empty
};

/// Options of `ousage watch`.
struct WatchOptions {
    /// Between two polls of everything; empty: that of the account.
    std::optional<std::chrono::nanoseconds> interval;
};

/// The parsed command line.
struct Options {
    ollama::Overrides overrides;           ///< overrides of the configuration
    Format format = Format::json;          ///< output format
    bool demo = false;                     ///< observe a demonstration instead of this machine
    bool doctor = false;                   ///< `ousage doctor`
    std::optional<LogOptions> log;         ///< `ousage log`
    std::optional<StatusOptions> status;   ///< `ousage status`
    std::optional<HistoryOptions> history; ///< `ousage history`
    std::optional<WatchOptions> watch;     ///< `ousage watch`
    std::string format_name;               ///< the value of `--format`; empty if it was not given
};

/// The options that only `ousage` has.
std::span<Option<Options> const> ousage_options();

/// The options that only `ousage log` has. They are stored in `Options::log`, which must exist, and
/// are parsed after all others.
std::span<Option<Options> const> log_options();

/// The options that only `ousage status` has. They are stored in `Options::status`, which must
/// exist.
std::span<Option<Options> const> status_options();

/// The options that only `ousage history` has. They are stored in `Options::history`, which must
/// exist.
std::span<Option<Options> const> history_options();

/// The options that only `ousage watch` has. They are stored in `Options::watch`, which must exist.
std::span<Option<Options> const> watch_options();

/// What the help shows of a command.
struct CommandText {
    char const* name;        ///< such as `watch`
    char const* help;        ///< one line
    char const* formats;     ///< values of `--format`, separated by spaces; empty: no effect
    std::string footer = {}; ///< after the options; empty: nothing
};

/// The commands, in the order of the help.
std::vector<CommandText> const& ousage_commands();

/// The examples of the help, one per line after a heading.
char const* ousage_examples();

/// Reads the command line. If the program must end (help, version, or a wrong option, reported as
/// one line on standard error), prints the text, sets `exit_code` and returns nothing.
std::optional<Options> read_options(int count, char const* const* arguments, int& exit_code);

} // namespace ousage::program
