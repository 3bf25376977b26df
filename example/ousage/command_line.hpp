#pragma once

#include <ousage/ollama/detect.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace ousage::program {

/// A value of an option makes no sense: ends the parsing with one line that names it.
[[noreturn]] void refuse(std::string const& option, std::string const& why);

/// `--timeout`: `2s` for every source, `cloud=10s` for one.
void take_timeout(std::string const& text, ollama::Overrides& into);

/// `--journal` and `--journal-dir`, where one of them was given; without a unit it is that of
/// Ollama's installer.
void take_journal(
    CLI::App const& app, std::string const& unit, std::string const& folder,
    ollama::Overrides& into);

/// What ended the parsing: help and version are printed, of an error one line on standard error.
/// Gives the exit code.
int report(CLI::App const& app, CLI::ParseError const& error);

} // namespace ousage::program
