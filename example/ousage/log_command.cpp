#include "example/ousage/log_command.hpp"

#include "example/ousage/log_input.hpp"
#include "example/ousage/log_output.hpp"
#include <ousage/io/file/log_files.hpp>
#include <ousage/ollama/assembly/account_logs.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ousage::program {

namespace {

// The poll interval of `--follow`.
constexpr std::chrono::milliseconds interval{250};

// Prints a failure and returns the exit code.
int report_failure(Failure const& failure) {
    std::fprintf(stderr, "ousage: %s\n", to_string(failure).c_str());
    return 2;
}

int report_failure(std::vector<Failure> const& failures) {
    for (auto const& failure : failures) {
        auto plain = failure;
        plain.part.clear(); // the text already contains the file name
        report_failure(plain);
    }
    return failures.empty() ? 0 : 2;
}

// Returns the named files, or the logs currently in the directories.
std::vector<io::LogFile> files_of(
    LogOptions const& options, ollama::Configuration const& configuration,
    std::vector<Failure>& failures) {
    auto files = std::vector<io::LogFile>{};
    for (auto const& name : options.files) {
        files.push_back({name, true, LogInput::is_compressed(name)});
    }
    for (auto const& account : configuration.accounts) {
        if (options.files.empty()) {
            auto const found = log_location(account, configuration.environment).list();
            if (!found) {
                failures.push_back(found.failure());
            } else {
                files.insert(files.end(), found->begin(), found->end());
            }
        }
    }
    return files;
}

int read_named(LogOptions const& options, LogInput& input) {
    int code = 0;
    for (auto const& name : options.files) {
        auto const failure = name == "-"
                                 ? input.read_stream(STDIN_FILENO, "standard input", options.follow)
                                 : input.read_file(name, options.follow);
        code = failure ? report_failure(*failure) : code;
    }
    return code;
}

int read_logs(
    LogOptions const& options, ollama::Configuration const& configuration, LogInput& input) {
    auto failures = std::vector<Failure>{};
    auto const files = files_of(options, configuration, failures);
    if (files.empty() && failures.empty()) {
        auto const& account = configuration.accounts.at(0);
        auto const missing = log_location(account, configuration.environment).missing;
        std::fprintf(stderr, "ousage: %s; name a file, or - for standard input\n", missing.c_str());
        return 1;
    }
    auto const code = report_failure(failures);
    return std::max(code, report_failure(input.poll(files)));
}

// Returns true for standard input, a pipe or a device, which are read once to the end.
bool is_stream(std::string const& name) {
    std::error_code error;
    auto const status = std::filesystem::status(name, error);
    return name == "-" ||
           (std::filesystem::exists(status) && !std::filesystem::is_directory(status) &&
            !std::filesystem::is_regular_file(status));
}

// Returns the failure if a file cannot be followed.
std::optional<Failure> refusal(LogOptions const& options) {
    for (auto const& name : options.files) {
        std::error_code error;
        auto const status = std::filesystem::status(name, error);
        if (is_stream(name)) {
            return Failure{
                {},
                make_error_code(Errc::file),
                name + " is a stream, which cannot be followed together with other logs"};
        }
        if (!std::filesystem::is_regular_file(status)) {
            return io::file_failure(name, std::filesystem::is_directory(status) ? EISDIR : ENOENT);
        }
    }
    return std::nullopt;
}

// Follows the logs until a signal ends the program or standard output fails. Reports each failure
// text once and continues with the other files.
int follow(LogOptions const& options, ollama::Configuration const& configuration, LogInput& input) {
    if (auto const failure = refusal(options)) {
        return report_failure(*failure);
    }
    auto reported = std::set<std::string>{};
    for (;;) {
        auto failures = std::vector<Failure>{};
        auto const files = files_of(options, configuration, failures);
        auto const of_files = input.poll(files);
        failures.insert(failures.end(), of_files.begin(), of_files.end());
        std::erase_if(failures, [&reported](Failure const& failure) {
            return !reported.insert(to_string(failure)).second;
        });
        report_failure(failures);
        std::fflush(stdout);
        if (std::ferror(stdout) != 0) {
            return 1;
        }
        ::poll(nullptr, 0, static_cast<int>(interval.count()));
    }
}

// Returns the unit whose journal is read: the one that was named, else that of Ollama's installer
// if no path was named, there are no files, and the journal has it.
std::optional<ollama::JournalUnit>
journal_of(LogOptions const& options, ollama::Configuration const& configuration) {
    auto const& account = configuration.accounts.at(0);
    if (!options.files.empty() || account.journal) {
        return options.files.empty() ? account.journal : std::nullopt;
    }
    auto failures = std::vector<Failure>{};
    auto const unit = ollama::JournalUnit{};
    auto const is_searched = account.default_logs && account.log_files.empty() &&
                             files_of(options, configuration, failures).empty();
    return is_searched && LogInput::has_messages(unit) ? std::optional(unit) : std::nullopt;
}

int read_all(
    LogOptions const& options, ollama::Configuration const& configuration, LogInput& input) {
    if (auto const journal = journal_of(options, configuration)) {
        auto const failure = input.read_journal(*journal, options.follow);
        return failure ? report_failure(*failure) : 0;
    }
    if (options.follow && !(options.files.size() == 1 && is_stream(options.files[0]))) {
        return follow(options, configuration, input);
    }
    return options.files.empty() ? read_logs(options, configuration, input)
                                 : read_named(options, input);
}

} // namespace

int run_log(LogOptions const& given, ollama::Configuration const& configuration, Format format) {
    auto options = given;
    auto const standard_input = std::vector<std::filesystem::path>{"-"};
    if (options.files.empty() && configuration.accounts.at(0).log_files == standard_input) {
        options.files = {"-"};
    }
    auto const zone = ollama::LogZone{configuration.calendar, configuration.log_timezone};
    auto output = LogOutput(options, format, configuration.calendar);
    // A summary also counts the lines that it excludes.
    auto input = LogInput(zone, output, options.summary ? std::nullopt : options.since);
    auto const code = read_all(options, configuration, input);
    if (code != 1) {
        output.finish(input.counts());
    }
    if (code == 0 && input.counts().entries == 0) {
        std::fputs("ousage: no access line found\n", stderr);
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        std::fprintf(stderr, "ousage: cannot write to standard output: %s\n", std::strerror(errno));
        return 1;
    }
    return code;
}

} // namespace ousage::program
