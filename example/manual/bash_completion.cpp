#include "example/manual/completion_value.hpp"
#include "example/manual/manual.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ousage::program {

namespace {

std::string function_of(Manual const& manual) {
    return "_" + replaced(manual.name, "-", "_");
}

// Returns the names of the options, separated by `separator`.
std::string
names(std::vector<OptionText> const& options, CompletionValue value, std::string_view separator) {
    auto text = std::string();
    for (auto const& option : options) {
        if (completion_value(option) == value && *option.choices == '\0' &&
            std::string_view(option.value).front() != '[') {
            text.append(text.empty() ? "" : separator).append(option.name);
        }
    }
    return text;
}

std::string all_names(std::vector<OptionText> const& options) {
    auto text = std::string();
    for (auto const& option : options) {
        text.append(text.empty() ? "" : " ").append(option.name);
    }
    return text;
}

// Options of the program and of all its commands.
std::vector<OptionText> all_options(Manual const& manual) {
    auto options = manual.options;
    for (auto const& command : manual.commands) {
        options.insert(options.end(), command.options.begin(), command.options.end());
    }
    return options;
}

// A branch of `case`, unless there are no patterns.
std::string branch(std::string const& patterns, std::string const& commands) {
    return patterns.empty()
               ? ""
               : "    " + patterns + ")\n        " + commands + "\n        return\n        ;;\n";
}

std::string complete_words(std::string const& words) {
    return "COMPREPLY=($(compgen -W \"" + words + "\" -- \"$current\"))";
}

std::string choices_of(Manual const& manual, OptionText const& option) {
    if (std::string_view(option.name) != "--format" || manual.commands.empty()) {
        return complete_words(option.choices);
    }
    auto text = std::string("case $command in\n");
    for (auto const& command : manual.commands) {
        text += "        " + command.name + ") words=\"" + command.formats + "\" ;;\n";
    }
    text += "        *) words=\"" + std::string(option.choices) + "\" ;;\n        esac\n        ";
    return text + complete_words("$words");
}

// Finds the command among the words before the current one, in `command`.
std::string find_command(Manual const& manual, std::string const& with_value) {
    auto patterns = std::string();
    for (auto const& command : manual.commands) {
        patterns += (patterns.empty() ? "" : " | ") + command.name;
    }
    return "    for ((index = 1; index < COMP_CWORD; ++index)); do\n"
           "        case ${COMP_WORDS[index]} in\n"
           "        " +
           with_value +
           ") ((++index)) ;;\n"
           "        " +
           patterns +
           ")\n"
           "            command=${COMP_WORDS[index]}\n"
           "            break\n"
           "            ;;\n"
           "        esac\n"
           "    done\n";
}

} // namespace

std::string bash_completion(Manual const& manual) {
    auto const options = all_options(manual);
    auto const texts = names(options, CompletionValue::text, " | ");
    auto const files = names(options, CompletionValue::file, " | ");
    auto const directories = names(options, CompletionValue::directory, " | ");
    auto text =
        "# Completes " + manual.name + " in bash. Generated from its option tables.\n\n" +
        function_of(manual) +
        "() {\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "    local command= index words\n"
        "    COMPREPLY=()\n"
        "    # bash splits --option=value at the =.\n"
        "    if [[ $current == = ]]; then\n"
        "        current=\n"
        "    elif [[ $previous == = && $COMP_CWORD -gt 2 ]]; then\n"
        "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
        "    fi\n";
    if (!manual.commands.empty()) {
        auto with_value = texts + " | " + files + " | " + directories;
        for (auto const& option : options) {
            with_value += *option.choices == '\0' ? "" : std::string(" | ") + option.name;
        }
        text += find_command(manual, with_value);
    }
    text += "    case $previous in\n";
    for (auto const& option : options) {
        if (*option.choices != '\0') {
            text += branch(option.name, choices_of(manual, option));
        }
    }
    text += branch(
        files,
        "compopt -o filenames\n        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")");
    text += branch(
        directories,
        "compopt -o filenames\n        mapfile -t COMPREPLY < <(compgen -d -- \"$current\")");
    text += branch(texts, "# any text");
    text += "    esac\n    words=\"" + all_names(manual.options) + " --help --version\"\n";
    if (!manual.commands.empty()) {
        text += "    case $command in\n    \"\") words+=\"";
        for (auto const& command : manual.commands) {
            text += " " + command.name;
        }
        text += "\" ;;\n";
        for (auto const& command : manual.commands) {
            if (!command.options.empty()) {
                text +=
                    "    " + command.name + ") words+=\" " + all_names(command.options) + "\" ;;\n";
            }
        }
        text += "    esac\n";
    }
    text += "    " + complete_words("$words") + "\n";
    for (auto const& command : manual.commands) {
        if (command.has_files) {
            text += "    if [[ $command == " + command.name +
                    " && $current != -* ]]; then\n"
                    "        compopt -o filenames\n"
                    "        mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
                    "    fi\n";
        }
    }
    return text + "}\n\ncomplete -F " + function_of(manual) + " " + manual.name + "\n";
}

} // namespace ousage::program
