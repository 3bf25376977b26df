#include "example/manual/completion_value.hpp"
#include "example/manual/manual.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ousage::program {

namespace {

// Escapes a text within single quotes and brackets.
std::string escaped(std::string text) {
    text = replaced(std::move(text), "'", "'\\''");
    text = replaced(std::move(text), "[", "\\[");
    return replaced(std::move(text), "]", "\\]");
}

// Returns what completes a value.
std::string action(OptionText const& option, std::string const& choices) {
    if (!choices.empty()) {
        return "(" + choices + ")";
    }
    switch (completion_value(option)) {
    case CompletionValue::file: return "_files";
    case CompletionValue::directory: return "_files -/";
    default: return " ";
    }
}

// Returns an argument of _arguments.
std::string specification(OptionText const& option, std::string const& choices) {
    auto const is_repeatable = (option.flags & repeatable) != 0;
    auto text = std::string(is_repeatable ? "'*" : "'") + option.name;
    auto value = std::string(option.value);
    auto const is_optional = value.starts_with('[');
    if (is_optional) {
        value = value.substr(1, value.size() - 2);
    }
    text += (value.empty() ? "[" : "=[") + escaped(option.help) + "]";
    if (!value.empty()) {
        text += (is_optional ? "::" : ":") + replaced(value, ":", "\\:") + ":" +
                action(option, choices);
    }
    return text + "'";
}

std::string specifications(
    std::vector<OptionText> const& options, std::string const& indentation,
    std::string const* formats = nullptr) {
    auto text = std::string();
    for (auto const& option : options) {
        auto const is_format = formats != nullptr && std::string_view(option.name) == "--format";
        text +=
            " \\\n" + indentation + specification(option, is_format ? *formats : option.choices);
    }
    return text;
}

// Completes the words after a command.
std::string completion_of(Manual const& manual, ManualCommand const& command) {
    auto text = "    " + command.name + ")\n        _arguments";
    text += specifications(command.options, "            ");
    text += specifications(manual.options, "            ", &command.formats);
    text += command.has_files ? " \\\n            '*:log:_files'" : "";
    return text + " \\\n            '--help[print the options]'\n        ;;\n";
}

} // namespace

std::string zsh_completion(Manual const& manual) {
    auto text =
        "#compdef " + manual.name + "\n# Generated from the option tables of the program.\n\n";
    auto const help = " \\\n    '(- *)'{-h,--help}'[print the options]'"
                      " \\\n    '(- *)--version[print the version]'";
    if (manual.commands.empty()) {
        return text + "_arguments" + specifications(manual.options, "    ") + help + "\n";
    }
    text += "local state state_descr line context\ntypeset -A opt_args\n_arguments -C" +
            specifications(manual.options, "    ") + help +
            " \\\n    '1: :->command' \\\n    '*:: :->argument'\ncase $state in\ncommand)\n"
            "    local -a commands=(\n";
    for (auto const& command : manual.commands) {
        text += "        '" + command.name + ":" + escaped(command.help) + "'\n";
    }
    text += "    )\n    _describe command commands\n    ;;\nargument)\n    case $words[1] in\n";
    for (auto const& command : manual.commands) {
        text += completion_of(manual, command);
    }
    return text + "    esac\n    ;;\nesac\n";
}

} // namespace ousage::program
