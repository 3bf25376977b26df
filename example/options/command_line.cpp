#include "example/options/command_line.hpp"

#include "example/options/nearest_name.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

namespace {

// Returns the name of the option or, if the command line does not contain it, of its variable.
std::string origin_of(CLI::App const& app, OptionText const& text) {
    auto const* const option = app.get_option(text.name);
    auto const& given = app.parse_order();
    auto const is_given = std::find(given.begin(), given.end(), option) != given.end();
    return is_given || *text.variable == '\0' ? option->get_name() : text.variable;
}

void parse_value(
    CLI::App const& app, OptionText const& text, std::string const& value,
    std::function<std::string(std::string const&)> const& parse) {
    auto const is_optional = *text.value == '\0' || *text.value == '[';
    auto const why = value.empty() && !is_optional ? "the value is empty" : parse(value);
    if (!why.empty()) {
        refuse(origin_of(app, text), why);
    }
}

// The section of the help.
char const* group_of(OptionText const& text) {
    static constexpr std::pair<unsigned, char const*> groups[] = {
        {in_server, "Server"}, {in_cloud, "Cloud"}, {in_files, "Files"}, {in_output, "Output"}};
    for (auto const& [flag, name] : groups) {
        if ((text.flags & flag) != 0) {
            return name;
        }
    }
    return "Options"; // as CLI11
}

// All long options and commands.
std::vector<std::string> names_of(CLI::App const& app) {
    auto names = std::vector<std::string>{};
    for (auto const* const option : app.get_options()) {
        for (auto const& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    for (auto const* const command : app.get_subcommands(std::function<bool(CLI::App const*)>())) {
        names.push_back(command->get_name());
        auto const more = names_of(*command);
        names.insert(names.end(), more.begin(), more.end());
    }
    return names;
}

// Names what the first misspelled argument may mean; empty if nothing is similar.
std::string suggestion(CLI::App const& app) {
    auto const names = names_of(app);
    for (auto const& argument : app.remaining(true)) {
        auto const nearest = nearest_name(argument.substr(0, argument.find('=')), names);
        if (!nearest.empty()) {
            return " (did you mean " + nearest + "?)";
        }
    }
    return {};
}

} // namespace

void refuse(std::string const& option, std::string const& why) {
    throw CLI::ValidationError(option, why);
}

void add_option(
    CLI::App& app, OptionText const& text, std::function<std::string(std::string const&)> parse) {
    if (*text.value == '\0') {
        auto const set = [&app, &text, parse](std::int64_t count) {
            if (count > 0) {
                parse_value(app, text, {}, parse);
            }
        };
        app.add_flag_function(text.name, set, text.help)->group(group_of(text));
        return;
    }
    auto const read = [&app, &text, parse](CLI::results_t const& values) {
        for (auto const& value : values) {
            parse_value(app, text, value, parse);
        }
        return true;
    };
    auto* const option = app.add_option(text.name, CLI::callback_t(read), text.help);
    option->group(group_of(text));
    if ((text.flags & show_only) != 0) {
        option->type_name(text.value + (" (Env:" + std::string(text.variable) + ")"));
    } else {
        option->type_name(text.value)->envname(text.variable);
    }
    if (*text.value == '[') {
        option->expected(0, 1);
    }
    if ((text.flags & repeatable) != 0) {
        option->take_all()->allow_extra_args(false);
    }
}

int report(CLI::App const& app, CLI::ParseError const& error) {
    if (error.get_exit_code() == 0) {
        return app.exit(error);
    }
    auto text = std::string(error.what());
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (dynamic_cast<CLI::ExtrasError const*>(&error) != nullptr) {
        text += suggestion(app);
    }
    std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), text.c_str());
    return 2;
}

} // namespace ousage::program
