#include "log_command.hpp"

#include "log_input.hpp"
#include "log_output.hpp"
#include <ousage/io/log_files.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace ousage::program {

namespace {

// How often logs that are followed are looked at.
constexpr std::chrono::milliseconds interval{250};

// The exit code of one that went wrong, which is said once.
int complain(Failure const& failure) {
    std::fprintf(stderr, "ousage: %s\n", to_string(failure).c_str());
    return 2;
}

int complain(std::vector<Failure> const& failures) {
    for (auto const& failure : failures) {
        auto plain = failure;
        plain.part.clear(); // the text names the file already
        complain(plain);
    }
    return failures.empty() ? 0 : 2;
}

// The files that were named, or whatever the folders hold now.
std::vector<io::LogFile> files_of(
    LogOptions const& options, ollama::Configuration const& configuration,
    std::vector<Failure>& failures) {
    auto files = std::vector<io::LogFile>{};
    for (auto const& name : options.files) {
        files.push_back({name, true, name.ends_with(".gz")});
    }
    for (auto const& account : configuration.accounts) {
        if (options.files.empty()) {
            auto const found = io::list_server_logs(account.logs_dir);
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
        auto const failure =
            name == "-" ? input.read_stream(STDIN_FILENO, options.follow) : input.read_file(name);
        code = failure ? complain(*failure) : code;
    }
    return code;
}

int read_logs(
    LogOptions const& options, ollama::Configuration const& configuration, LogInput& input) {
    auto failures = std::vector<Failure>{};
    auto const files = files_of(options, configuration, failures);
    if (!failures.empty()) {
        return complain(failures);
    }
    if (files.empty() && !options.follow) {
        std::fputs("ousage: no server*.log found; name a file, or - for standard input\n", stderr);
        return 1;
    }
    return complain(input.poll(files));
}

// Until a signal ends it. What fails is said once, at the beginning.
int follow(LogOptions const& options, ollama::Configuration const& configuration, LogInput& input) {
    if (auto const code = read_logs(options, configuration, input)) {
        return code;
    }
    for (;;) {
        std::fflush(stdout);
        ::poll(nullptr, 0, static_cast<int>(interval.count()));
        auto failures = std::vector<Failure>{};
        auto const files = files_of(options, configuration, failures);
        if (failures.empty()) {
            input.poll(files);
        }
        if (std::ferror(stdout) != 0) {
            return 1;
        }
    }
}

int read_all(
    LogOptions const& options, ollama::Configuration const& configuration, LogInput& input) {
    auto const is_stream =
        std::find(options.files.begin(), options.files.end(), "-") != options.files.end();
    if (auto const& journal = configuration.accounts.at(0).journal;
        journal && options.files.empty()) {
        auto const failure = input.read_journal(*journal, options.follow);
        return failure ? complain(*failure) : 0;
    }
    if (options.follow && !is_stream) {
        return follow(options, configuration, input);
    }
    return options.files.empty() ? read_logs(options, configuration, input)
                                 : read_named(options, input);
}

} // namespace

int run_log(LogOptions const& options, ollama::Configuration const& configuration, Format format) {
    auto const zone =
        configuration.log_zone.value_or(ollama::LogZone{configuration.calendar, false});
    auto output = LogOutput(options, format, configuration.calendar);
    // A summary counts the lines that it leaves out, too.
    auto input = LogInput(zone, output, options.summary ? std::nullopt : options.since);
    auto const code = read_all(options, configuration, input);
    if (code != 1) {
        output.finish(input.counts());
    }
    return std::fflush(stdout) == 0 ? code : 1;
}

} // namespace ousage::program
