#pragma once

#include <ousage/ollama/detect.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace ousage::program {

/// Rejects an invalid option value: ends parsing with one line that contains the option.
[[noreturn]] void refuse(std::string const& option, std::string const& why);

/// Parses `--timeout`: `2s` for every source, `cloud=10s` for one.
void take_timeout(std::string const& text, ollama::Overrides& into);

/// Parses `--journal` and `--journal-dir` if either was given. The default unit is the one of
/// Ollama's installer.
void take_journal(
    CLI::App const& app, std::string const& unit, std::string const& folder,
    ollama::Overrides& into);

/// Prints what ended parsing: help and version on standard output, an error as one line on standard
/// error. Returns the exit code.
int report(CLI::App const& app, CLI::ParseError const& error);

} // namespace ousage::program
