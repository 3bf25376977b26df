#include "log_command.hpp"

#include <ousage/core/enum_name.hpp>
#include <ousage/format/json.hpp>
#include <ousage/io/log_files.hpp>
#include <ousage/ollama/access_log.hpp>
#include <ousage/ollama/route.hpp>

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>
#include <utility>

namespace ousage::program {

namespace {

// One line of the output; its members are the keys of the contract.
struct EntryLine {
    Timestamp time;
    int status = 0;
    std::int64_t latency_ns = 0;
    std::string client;
    std::string method;
    std::string path;
    std::string query;
    ollama::Route route = ollama::Route::other;
    std::vector<std::string> errors;
};

EntryLine line_of(ollama::AccessEntry const& entry) {
    auto path = ollama::unquote_gin_path(entry.line.quoted_path);
    auto line = EntryLine{};
    line.time = {entry.time, 0, static_cast<std::int32_t>(entry.offset.count())};
    line.status = entry.line.status;
    line.latency_ns = entry.line.latency_ns;
    line.client = entry.line.client;
    line.method = entry.line.method;
    line.route = ollama::route_of(entry.line.method, path.path);
    line.path = std::move(path.path);
    line.query = std::move(path.query);
    line.errors = entry.errors;
    return line;
}

bool has_status(int status, std::string const& wanted) {
    auto const text = std::to_string(status);
    return wanted.ends_with("xx") ? text[0] == wanted[0] : text == wanted;
}

bool is_shown(LogOptions const& options, EntryLine const& line) {
    return (!options.since || line.time.at >= *options.since) &&
           (!options.until || line.time.at <= *options.until) &&
           (!options.status || has_status(line.status, *options.status)) &&
           (!options.path || line.path == *options.path) &&
           (!options.inference || line.route != ollama::Route::other);
}

class LogCommand {
    // Above its users, for its type is deduced.
    auto sink() {
        return [this](ollama::AccessEntry const& entry) {
            auto const line = line_of(entry);
            if (is_shown(options_, line)) {
                auto const text = to_json(line, JsonStyle::compact, EmptyMembers::written) + "\n";
                std::fwrite(text.data(), 1, text.size(), stdout);
            }
        };
    }

public:
    LogCommand(LogOptions const& options, ollama::LogZone const& zone)
        : options_(options), zone_(zone) {}

    // What is to be read in its whole: a file that was named, standard input.
    bool read_standard_input() {
        auto log = ollama::AccessLog(zone_.calendar, zone_.forced);
        auto buffer = std::vector<char>(64 * 1024);
        for (;;) {
            auto const count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
            if (count < 0 && errno == EINTR) {
                continue;
            }
            if (count <= 0) {
                log.finish(sink());
                return count == 0;
            }
            log.feed({buffer.data(), static_cast<std::size_t>(count)}, sink());
        }
    }

    std::optional<Failure> read_file(std::filesystem::path const& path, bool is_live) {
        auto log = ollama::AccessLog(zone_.calendar, zone_.forced);
        auto failure = io::read_log_file(
            path, seen_, {}, [&](std::string_view bytes) { log.feed(bytes, sink()); });
        if (is_live) {
            log.flush(sink());
            log.settle_zone(sink());
        } else {
            log.finish(sink());
        }
        return failure;
    }

private:
    LogOptions const& options_;
    ollama::LogZone zone_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
};

int complain(std::string const& text) {
    std::fprintf(stderr, "ousage: %s\n", text.c_str());
    return 2;
}

} // namespace

int run_log(LogOptions const& options, ollama::Configuration const& configuration) {
    auto command = LogCommand(
        options, configuration.log_zone.value_or(ollama::LogZone{configuration.calendar, false}));
    int exit_code = 0;
    for (auto const& file : options.files) {
        if (file == "-") {
            command.read_standard_input();
            continue;
        }
        std::error_code error;
        if (std::filesystem::is_directory(file, error)) {
            exit_code = complain("cannot read " + file + ": Is a directory");
        } else if (auto const failure = command.read_file(file, false)) {
            exit_code = complain(to_string(*failure));
        }
    }
    if (options.files.empty()) {
        auto found = std::size_t{0};
        for (auto const& account : configuration.accounts) {
            auto const files = io::list_server_logs(account.logs_dir);
            if (!files) {
                return complain(to_string(files.failure()));
            }
            found += files->size();
            for (auto const& path : *files) {
                auto const is_live = io::detail::rotation(path) == 0;
                if (auto const failure = command.read_file(path, is_live)) {
                    exit_code = complain(to_string(*failure));
                }
            }
        }
        if (found == 0) {
            std::fprintf(
                stderr, "ousage: no server*.log found; name a file, or - for standard input\n");
            return 1;
        }
    }
    return std::fflush(stdout) == 0 ? exit_code : 1;
}

} // namespace ousage::program
