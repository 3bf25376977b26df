#include "example/ousage/options.hpp"

#include "example/ousage/command_line.hpp"
#include <ousage/core/duration.hpp>
#include <ousage/version.hpp>

#include <algorithm>
#include <initializer_list>

namespace ousage::program {

namespace {

Timestamp take_time(std::string const& option, std::string const& text) {
    auto const time = parse_rfc3339(text);
    if (!time) {
        refuse(option, "\"" + text + "\" is no time such as 2026-11-20T16:00:00+01:00");
    }
    return *time;
}

// Parses a time, or a duration before `now`. Entries have whole seconds, so `--since` rounds up.
std::chrono::sys_seconds
take_moment(std::string const& option, std::string const& text, std::chrono::sys_seconds now) {
    if (auto const ago = parse_duration(text)) {
        return now - std::chrono::duration_cast<std::chrono::seconds>(*ago);
    }
    auto const time = take_time(option, text);
    return time.at + std::chrono::seconds(time.nanoseconds > 0 && option == "--since" ? 1 : 0);
}

void check_status(std::string const& text) {
    auto const digits = std::all_of(
        text.begin(), text.end(), [](char letter) { return letter >= '0' && letter <= '9'; });
    auto const group =
        text.size() == 3 && text[0] >= '1' && text[0] <= '9' && text.substr(1) == "xx";
    if (!group && !(digits && text.size() == 3)) {
        refuse("--status", "\"" + text + "\" is neither 4xx, 5xx nor a code");
    }
}

// The option texts, before they are validated.
struct Texts {
    std::vector<std::string> timeouts;
    std::string now, format = "json", since, until, status, path;
    std::string config, base_url, cloud_base_url, api_key_env, config_dir, logs_dir, server_config;
    std::string db_path, log_timezone, journal, journal_dir;
    bool demo = false, no_state = false;
    LogOptions log;
};

void add_shared(CLI::App& app, Texts& texts, std::vector<std::string>& accounts) {
    app.add_option("--config", texts.config, "accounts file")->type_name("FILE");
    app.add_option("--account", accounts, "only this account (repeatable)")
        ->type_name("ID")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--base-url", texts.base_url, "the server; else OLLAMA_HOST")->type_name("URL");
    app.add_option("--cloud-base-url", texts.cloud_base_url, "the cloud")->type_name("URL");
    app.add_option("--api-key-env", texts.api_key_env, "the variable that holds the cloud key")
        ->type_name("NAME");
    app.add_option("--config-dir", texts.config_dir, "holds server.json and logs/ (~/.ollama)")
        ->type_name("DIR");
    app.add_option("--logs-dir", texts.logs_dir, "holds server*.log")->type_name("DIR");
    app.add_option("--server-config", texts.server_config, "server.json")->type_name("FILE");
    app.add_option("--db-path", texts.db_path, "the desktop app's database")->type_name("FILE");
    app.add_option("--journal", texts.journal, "the systemd journal as server log (unit ollama)")
        ->type_name("[UNIT]")
        ->expected(0, 1);
    app.add_option("--journal-dir", texts.journal_dir, "journal files in place of this machine's")
        ->type_name("DIR");
    app.add_option(
           "--log-timezone", texts.log_timezone, "zone of Gin's time stamps: IANA name or offset")
        ->type_name("ZONE");
    app.add_option(
           "--timeout", texts.timeouts,
           "deadline of every source, or SOURCE=DURATION (repeatable; 5s)")
        ->type_name("DURATION")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--format", texts.format, "json, compact, table or prometheus")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"json", "compact", "table", "prometheus"}));
    app.add_option("--now", texts.now, "the clock of all windows")->type_name("RFC3339");
    app.add_flag("--no-state", texts.no_state, "keep no cloud answer between runs");
    app.add_flag("--demo", texts.demo, "a snapshot of a demonstration, all real and local");
}

template <class T>
void put(std::optional<T>& into, std::string const& text) {
    if (!text.empty()) {
        into = text;
    }
}

void refuse_empty(CLI::App const& app, std::initializer_list<char const*> names) {
    for (auto const* const name : names) {
        auto const* const option = app.get_option_no_throw(name);
        if (option != nullptr && option->count() > 0 && option->as<std::string>().empty()) {
            refuse(name, "an empty value makes no sense");
        }
    }
}

Options understand(CLI::App const& app, Texts& texts, bool is_log) {
    auto options = Options{};
    auto& over = options.overrides;
    refuse_empty(
        app,
        {"--config", "--base-url", "--config-dir", "--logs-dir", "--server-config", "--db-path",
         "--api-key-env", "--cloud-base-url", "--log-timezone", "--now", "--journal-dir"});
    refuse_empty(*app.get_subcommand("log"), {"--since", "--until", "--status", "--path"});
    put(over.config, texts.config);
    put(over.base_url, texts.base_url);
    put(over.cloud_base_url, texts.cloud_base_url);
    put(over.api_key_env, texts.api_key_env);
    put(over.config_dir, texts.config_dir);
    put(over.logs_dir, texts.logs_dir);
    put(over.server_config, texts.server_config);
    put(over.db_path, texts.db_path);
    put(over.log_timezone, texts.log_timezone);
    take_journal(app, texts.journal, texts.journal_dir, over);
    for (auto const& text : texts.timeouts) {
        take_timeout(text, over);
    }
    if (!texts.now.empty()) {
        over.now = take_time("--now", texts.now);
    }
    over.no_state = texts.no_state;
    options.demo = texts.demo;
    options.format = texts.format == "table"        ? Format::table
                     : texts.format == "prometheus" ? Format::prometheus
                     : texts.format == "compact"    ? Format::compact
                                                    : Format::json;
    if (is_log) {
        auto const now = over.now ? over.now->at : system_now();
        if (!texts.since.empty()) {
            texts.log.since = take_moment("--since", texts.since, now);
        }
        if (!texts.until.empty()) {
            texts.log.until = take_moment("--until", texts.until, now);
        }
        if (!texts.status.empty()) {
            check_status(texts.status);
            texts.log.status = texts.status;
        }
        put(texts.log.path, texts.path);
        if (texts.log.follow && texts.log.summary) {
            refuse("--summary", "a log that is followed has no end to sum up");
        }
        if (options.format == Format::prometheus) {
            refuse("--format", "prometheus is for snapshots");
        }
        if (options.format == Format::table && !texts.log.summary) {
            refuse("--format", "entries are JSON lines; table is for --summary");
        }
        options.log = std::move(texts.log);
    }
    return options;
}

} // namespace

std::optional<Options> read_options(int count, char const* const* arguments, int& exit_code) {
    auto app =
        CLI::App("Observes Ollama: what is loaded, how much, how slow, how many errors.", "ousage");
    auto texts = Texts{};
    auto accounts = std::vector<std::string>{};
    app.set_version_flag("--version", "ousage " OUSAGE_VERSION);
    app.require_subcommand(0, 1);
    add_shared(app, texts, accounts);
    auto* const snapshot =
        app.add_subcommand("snapshot", "one snapshot to standard output (the default)");
    auto* const log = app.add_subcommand("log", "access-log entries as JSON lines");
    snapshot->fallthrough();
    log->fallthrough();
    log->add_option(
        "files", texts.log.files, "logs, or - for standard input; else the configured logs");
    log->add_option("--since", texts.since, "entries at or after: a time, or how long ago");
    log->add_option("--until", texts.until, "entries at or before: a time, or how long ago");
    log->add_option("--status", texts.status, "4xx, 5xx or a code");
    log->add_option("--path", texts.path, "this path alone");
    log->add_flag("--inference", texts.log.inference, "inference requests alone");
    log->add_flag("--follow", texts.log.follow, "go on with what comes");
    log->add_flag("--summary", texts.log.summary, "one object in place of the entries");
    try {
        app.parse(count, arguments);
        auto options = understand(app, texts, log->parsed());
        options.overrides.accounts = std::move(accounts);
        return options;
    } catch (CLI::ParseError const& error) {
        exit_code = report(app, error);
        return std::nullopt;
    }
}

} // namespace ousage::program
