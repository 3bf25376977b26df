#pragma once

#include "example/options/option.hpp"

#include <string>
#include <vector>

namespace ousage::program {

/// A command of a program, for its manual.
struct ManualCommand {
    std::string name;                ///< such as `watch`
    std::string help;                ///< one line
    std::string formats;             ///< values of `--format`, separated by spaces
    std::string footer;              ///< lines after its options
    std::vector<OptionText> options; ///< those that only this command has
    bool has_files = false;          ///< it accepts files as arguments
};

/// A line of the section ENVIRONMENT or FILES, or an exit code.
struct ManualEntry {
    std::string name; ///< such as `OLLAMA_API_KEY`
    std::string text; ///< one sentence
};

/// What manual page and completions of a program contain, read from its option tables.
struct Manual {
    std::string name;                    ///< such as `ousage`
    std::string version;                 ///< such as 0.1.0
    std::string description;             ///< one sentence
    std::string text;                    ///< paragraphs, separated by empty lines
    std::vector<OptionText> options;     ///< of all commands
    std::vector<ManualCommand> commands; ///< empty: it has none
    std::vector<ManualEntry> variables;  ///< those that replace no option
    std::vector<ManualEntry> files;      ///< files that it reads or writes
    std::vector<ManualEntry> exit_codes; ///< in ascending order
    std::string examples;                ///< lines
    std::string related;                 ///< names for SEE ALSO, such as `ousage(1)`
};

/// The manual of `ousage`.
Manual ousage_manual();

/// The manual of `ousage-exporter`.
Manual exporter_manual();

/// Returns the manual page in man(7) format. `date` is that of the source, such as 2026-11-28.
std::string man_page(Manual const& manual, std::string const& date);

/// Returns the completion for bash.
std::string bash_completion(Manual const& manual);

/// Returns the completion for zsh.
std::string zsh_completion(Manual const& manual);

/// Returns the completion for fish.
std::string fish_completion(Manual const& manual);

} // namespace ousage::program
