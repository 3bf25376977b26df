#include "example/ousage/command_line.hpp"

#include <ousage/core/deadline.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace ousage::program {

void refuse(std::string const& option, std::string const& why) {
    throw CLI::ValidationError(option, why);
}

void take_timeout(std::string const& text, ollama::Overrides& into) {
    auto const deadline = parse_deadline(text, ollama::source_descriptions());
    if (!deadline) {
        refuse("--timeout", deadline.failure().text);
    }
    if (deadline->source.empty()) {
        into.timeout = deadline->limit;
    } else {
        into.timeouts[deadline->source] = deadline->limit;
    }
}

void take_journal(
    CLI::App const& app, std::string const& unit, std::string const& folder,
    ollama::Overrides& into) {
    if (app.count("--journal") > 0 || app.count("--journal-dir") > 0) {
        auto journal = ollama::JournalUnit{};
        journal.name = unit.empty() ? journal.name : unit;
        journal.directory = folder;
        into.journal = std::move(journal);
    }
}

int report(CLI::App const& app, CLI::ParseError const& error) {
    if (error.get_exit_code() == 0) {
        return app.exit(error);
    }
    auto text = std::string(error.what());
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), text.c_str());
    return 2;
}

} // namespace ousage::program
