#pragma once

#include "example/options/option.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <span>
#include <string>

namespace ousage::program {

/// Rejects an invalid option value: ends parsing with one line that contains the option.
[[noreturn]] void refuse(std::string const& option, std::string const& why);

/// Adds an option. After the whole command line was read, `parse` is called for each value and
/// returns why it is invalid. An empty value is rejected, unless the value is optional.
void add_option(
    CLI::App& app, OptionText const& text, std::function<std::string(std::string const&)> parse);

/// Adds the options of a table that have all of `flags`. They are parsed in the order of the table
/// and stored in `into`, which must outlive parsing, as must the table.
template <class Target>
void add_options(
    CLI::App& app, std::span<Option<Target> const> table, Target& into, unsigned flags = 0) {
    for (auto const& option : table) {
        if ((option.text.flags & flags) == flags) {
            add_option(app, option.text, [&option, &into](std::string const& value) {
                return option.parse(value, into);
            });
        }
    }
}

/// Prints what ended parsing: help and version on standard output, an error as one line on standard
/// error. Returns the exit code.
int report(CLI::App const& app, CLI::ParseError const& error);

} // namespace ousage::program
