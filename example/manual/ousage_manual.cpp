#include "example/manual/common_variables.hpp"
#include "example/manual/manual.hpp"
#include "example/options/shared_options.hpp"
#include "example/ousage/options.hpp"
#include <ousage/version.hpp>

#include <span>
#include <string_view>

namespace ousage::program {

namespace {

template <class Target>
void append(std::vector<OptionText>& texts, std::span<Option<Target> const> table) {
    for (auto const& option : table) {
        texts.push_back(option.text);
    }
}

std::vector<OptionText> options_of(std::string_view command) {
    auto texts = std::vector<OptionText>();
    if (command == "status") {
        append(texts, status_options());
    } else if (command == "history") {
        append(texts, history_options());
    } else if (command == "watch") {
        append(texts, watch_options());
    } else if (command == "log") {
        append(texts, log_options());
    }
    return texts;
}

} // namespace

Manual ousage_manual() {
    auto manual = Manual();
    manual.name = "ousage";
    manual.version = OUSAGE_VERSION;
    manual.description = ousage_description;
    manual.text =
        "Reads the local server's API and log, the desktop app's database, the GPUs and, with a "
        "key, the cloud account, and prints one snapshot. It asks for no inference and "
        "loads no model.\n\nWithout a command it prints a snapshot of this machine as JSON.";
    append(manual.options, shared_options());
    append(manual.options, ousage_options());
    for (auto const& command : ousage_commands()) {
        auto& added = manual.commands.emplace_back();
        added.name = command.name;
        added.help = command.help;
        added.formats = command.formats;
        added.footer = command.footer;
        added.options = options_of(command.name);
        added.has_files = added.name == "log";
    }
    manual.variables = common_variables();
    manual.files = {
        {"~/.ollama", "Ollama's directory: server.json and logs."},
        {"~/.config/ousage/config.json", "The accounts file, unless --config names another."},
        {"~/.local/state/ousage", "What is stored between runs, unless --no-state is given."},
    };
    manual.exit_codes = {
        {"0", "A result with data was printed."},
        {"1", "No source had data, or the account needs a login or has reached a limit."},
        {"2", "An option, the configuration or a file is wrong. One line names it."},
        {"33", "ousage status --format i3blocks: a value needs attention."},
    };
    auto const examples = std::string(ousage_examples());
    manual.examples = examples.substr(examples.find('\n') + 1);
    manual.related = "ousage-exporter(1)";
    return manual;
}

} // namespace ousage::program
