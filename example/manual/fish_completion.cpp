#include "example/manual/completion_value.hpp"
#include "example/manual/manual.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ousage::program {

namespace {

std::string quoted(std::string text) {
    return "'" + replaced(replaced(std::move(text), "\\", "\\\\"), "'", "\\'") + "'";
}

// Returns the rule for an option. `condition` is empty or `-n CONDITION `.
std::string rule(
    Manual const& manual, OptionText const& option, std::string const& condition,
    std::string const& choices) {
    auto text = "complete -c " + manual.name + " " + condition + "-l " +
                std::string(option.name).substr(2) + " ";
    if (!choices.empty()) {
        text += "-x -a " + quoted(choices) + " ";
    } else if (completion_value(option) == CompletionValue::file) {
        text += "-r -F ";
    } else if (completion_value(option) == CompletionValue::directory) {
        text += "-x -a '(__fish_complete_directories)' ";
    } else if (*option.value != '\0' && *option.value != '[') {
        text += "-x ";
    }
    return text + "-d " + quoted(option.help) + "\n";
}

// Returns the rules for `--format`, whose values depend on the command.
std::string format_rules(Manual const& manual, OptionText const& option) {
    if (manual.commands.empty()) {
        return rule(manual, option, {}, option.choices);
    }
    auto text = rule(manual, option, "-n __fish_use_subcommand ", option.choices);
    for (auto const& command : manual.commands) {
        if (!command.formats.empty()) {
            text += rule(
                manual, option, "-n '__fish_seen_subcommand_from " + command.name + "' ",
                command.formats);
        }
    }
    return text;
}

} // namespace

std::string fish_completion(Manual const& manual) {
    auto const complete = "complete -c " + manual.name + " ";
    auto text = "# Completes " + manual.name + " in fish. Generated from its option tables.\n";
    text += complete + "-f\n" + complete + "-s h -l help -d 'print the options'\n";
    text += complete + "-l version -d 'print the version'\n";
    for (auto const& option : manual.options) {
        text += std::string_view(option.name) == "--format"
                    ? format_rules(manual, option)
                    : rule(manual, option, {}, option.choices);
    }
    for (auto const& command : manual.commands) {
        text += complete + "-n __fish_use_subcommand -a " + command.name + " -d " +
                quoted(command.help) + "\n";
        auto const condition = "-n '__fish_seen_subcommand_from " + command.name + "' ";
        for (auto const& option : command.options) {
            text += rule(manual, option, condition, option.choices);
        }
        text += command.has_files ? complete + condition + "-F\n" : "";
    }
    return text;
}

} // namespace ousage::program
