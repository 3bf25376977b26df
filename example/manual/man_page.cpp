#include "example/manual/completion_value.hpp"
#include "example/manual/manual.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::program {

namespace {

// Escapes a text for roff. A hyphen is a minus, so that options can be copied and searched for.
std::string escaped(std::string_view text) {
    auto out = std::string();
    for (auto const byte : text) {
        switch (byte) {
        case '\\': out += "\\e"; break;
        case '-': out += "\\-"; break;
        case '~': out += "\\(ti"; break;
        case '^': out += "\\(ha"; break;
        case '`': out += "\\(ga"; break;
        case '\'': out += "\\(aq"; break;
        case '"': out += "\\(dq"; break;
        default: out += byte;
        }
    }
    // A line that begins with a dot is a request.
    return (out.starts_with('.') ? "\\&" : "") + out;
}

void add_paragraphs(std::string& page, std::string_view text) {
    for (;;) {
        auto const end = text.find('\n');
        auto const line = text.substr(0, end);
        page += line.empty() ? ".PP\n" : escaped(line) + "\n";
        if (end == text.npos) {
            return;
        }
        text.remove_prefix(end + 1);
    }
}

// Adds lines whose breaks are kept.
void add_lines(std::string& page, std::string_view text) {
    page += ".nf\n";
    add_paragraphs(page, text);
    page += ".fi\n";
}

// Adds an option with its value in italics: [UNIT] is optional.
void add_option(std::string& page, OptionText const& option) {
    auto value = std::string(option.value);
    auto const is_optional = value.starts_with('[');
    if (is_optional) {
        value = value.substr(1, value.size() - 2);
    }
    page += ".TP\n\\fB" + escaped(option.name) + "\\fR";
    if (!value.empty()) {
        page += std::string(is_optional ? " [" : " ") + "\\fI" + escaped(value) + "\\fR" +
                (is_optional ? "]" : "");
    }
    page += "\n" + escaped(option.help) + ".\n";
    if (*option.variable != '\0') {
        page += "The variable \\fB" + escaped(option.variable) + "\\fR replaces it.\n";
    }
}

// Adds the options of a section of the help, without a heading if there are none.
void add_group(std::string& page, Manual const& manual, unsigned flag, char const* heading) {
    constexpr unsigned all = in_server | in_cloud | in_files | in_output;
    auto is_first = true;
    for (auto const& option : manual.options) {
        if ((option.flags & all) == flag) {
            page += std::exchange(is_first, false) ? ".SS " + std::string(heading) + "\n" : "";
            add_option(page, option);
        }
    }
}

void add_command(std::string& page, Manual const& manual, ManualCommand const& command) {
    page += ".SS " + manual.name + " " + command.name + (command.has_files ? " [FILE...]\n" : "\n");
    page += escaped(command.help) + ".\n";
    if (!command.formats.empty()) {
        page += ".br\nFormats: " + escaped(command.formats) + ".\n";
    }
    for (auto const& option : command.options) {
        add_option(page, option);
    }
    if (!command.footer.empty()) {
        page += ".PP\n";
        add_lines(page, command.footer);
    }
}

void add_entries(std::string& page, std::vector<ManualEntry> const& entries, char const* heading) {
    page += ".SH " + std::string(heading) + "\n";
    for (auto const& [name, text] : entries) {
        page += ".TP\n\\fB" + escaped(name) + "\\fR\n" + escaped(text) + "\n";
    }
}

} // namespace

std::string man_page(Manual const& manual, std::string const& date) {
    auto title = manual.name;
    std::transform(title.begin(), title.end(), title.begin(), [](unsigned char byte) {
        return static_cast<char>(std::toupper(byte));
    });
    auto const name = escaped(manual.name);
    auto page = std::string(".\\\" Generated from the option tables of the program.\n");
    page +=
        ".TH " + title + " 1 " + date + " \"ousage " + manual.version + "\" \"User Commands\"\n";
    auto purpose = manual.description.substr(0, manual.description.size() - 1);
    purpose[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(purpose[0])));
    page += ".SH NAME\n" + name + " \\- " + escaped(purpose) + "\n.SH SYNOPSIS\n\\fB" + name;
    page += manual.commands.empty() ? "\\fR [\\fIOPTION\\fR...]\n"
                                    : "\\fR [\\fICOMMAND\\fR] [\\fIOPTION\\fR...]\n";
    page += ".SH DESCRIPTION\n";
    add_paragraphs(page, manual.text);
    if (!manual.commands.empty()) {
        page += ".SH COMMANDS\nThe options below are accepted by every command.\n";
        for (auto const& command : manual.commands) {
            add_command(page, manual, command);
        }
    }
    page += ".SH OPTIONS\n";
    add_group(page, manual, 0, "General");
    page += ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nprint the options.\n";
    page += ".TP\n\\fB\\-\\-version\\fR\nprint the version.\n";
    add_group(page, manual, in_server, "Server");
    add_group(page, manual, in_cloud, "Cloud");
    add_group(page, manual, in_files, "Files");
    add_group(page, manual, in_output, "Output");
    add_entries(page, manual.variables, "ENVIRONMENT");
    add_entries(page, manual.files, "FILES");
    add_entries(page, manual.exit_codes, "EXIT STATUS");
    page += ".SH EXAMPLES\n";
    add_lines(page, manual.examples);
    page += ".SH SEE ALSO\n" + escaped(manual.related) + "\n";
    return page;
}

} // namespace ousage::program
