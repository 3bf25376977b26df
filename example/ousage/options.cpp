#include "example/ousage/options.hpp"

#include "example/options/command_line.hpp"
#include "example/options/shared_options.hpp"
#include <ousage/core/duration.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/version.hpp>

#include <algorithm>

namespace ousage::program {

namespace {

std::string no_time(std::string const& value) {
    return "\"" + value + "\" is no time such as 2026-11-20T16:00:00+01:00";
}

std::string parse_now(std::string const& value, Options& into) {
    into.overrides.now = parse_rfc3339(value);
    return into.overrides.now ? "" : no_time(value);
}

constexpr char const* csv = "csv";

std::string parse_format(std::string const& value, Options& into) {
    static constexpr Format formats[] = {
        Format::json, Format::compact, Format::table, Format::prometheus};
    into.format_name = value;
    for (auto const format : formats) {
        if (enum_name(format) == value) {
            into.format = format;
            return {};
        }
    }
    if (auto const format = enum_from_name<StatusFormat>(value)) {
        into.status->format = *format;
        return {};
    }
    if (value == csv) {
        return {};
    }
    return "\"" + value + "\" is neither json, compact, table nor prometheus";
}

std::string set_demo(std::string const&, Options& into) {
    into.demo = true;
    return {};
}

// Parses a time, or a duration before `--now`. Entries have whole seconds, so `round_up` keeps
// those before a fraction out.
std::string parse_moment(
    std::string const& value, Options const& options, bool round_up,
    std::optional<std::chrono::sys_seconds>& into) {
    if (auto const ago = parse_duration(value)) {
        auto const now = options.overrides.now ? options.overrides.now->at : system_now();
        into = now - std::chrono::duration_cast<std::chrono::seconds>(*ago);
        return {};
    }
    auto const time = parse_rfc3339(value);
    if (!time) {
        return no_time(value);
    }
    into = time->at + std::chrono::seconds(time->nanoseconds > 0 && round_up ? 1 : 0);
    return {};
}

std::string parse_since(std::string const& value, Options& into) {
    return parse_moment(value, into, true, into.log->since);
}

std::string parse_until(std::string const& value, Options& into) {
    return parse_moment(value, into, false, into.log->until);
}

std::string parse_status(std::string const& value, Options& into) {
    // HTTP has the groups 1xx to 5xx. A server may send any code of three digits.
    auto const is_digit = [](char digit) { return digit >= '0' && digit <= '9'; };
    auto const is_code = value[0] != '0' && std::all_of(value.begin(), value.end(), is_digit);
    auto const is_group = value[0] >= '1' && value[0] <= '5' && value.substr(1) == "xx";
    if (value.size() != 3 || (!is_code && !is_group)) {
        return "\"" + value + "\" is neither 4xx, 5xx nor a code";
    }
    into.log->status = value;
    return {};
}

std::string parse_path(std::string const& value, Options& into) {
    into.log->path = value;
    return {};
}

std::string parse_template(std::string const& value, Options& into) {
    if (auto const unknown = unknown_field(value)) {
        return "\"" + *unknown + "\" is no field; ousage status --help lists them";
    }
    into.status->text_template = value;
    return {};
}

template <HistoryUnit Unit>
std::string set_unit(std::string const&, Options& into) {
    if (into.history->unit && into.history->unit != Unit) {
        return "only one of --hourly, --daily, --weekly and --monthly";
    }
    into.history->unit = Unit;
    return {};
}

std::string parse_interval(std::string const& value, Options& into) {
    static constexpr auto least = std::chrono::milliseconds(100);
    into.watch->interval = parse_duration(value);
    return into.watch->interval && *into.watch->interval >= least
               ? ""
               : "\"" + value + "\" is no duration of 100ms or more, such as 30s";
}

template <auto Member>
std::string set_log_flag(std::string const&, Options& into) {
    *into.log.*Member = true;
    return {};
}

constexpr Option<Options> own_table[] = {
    {{"--format", "FORMAT", "json, compact, table or prometheus (default: json)",
      for_log | in_output, "", "json compact table prometheus"},
     &parse_format},
    {{"--now", "RFC3339", "the current time of all windows (default: the system clock)", for_log},
     &parse_now},
    {{"--demo", "", "a snapshot of a demonstration, all real and local"}, &set_demo},
};

constexpr Option<Options> log_table[] = {
    {{"--since", "TIME", "only entries at or after: 2h (before now), 2026-11-20T16:00:00+01:00"},
     &parse_since},
    {{"--until", "TIME", "only entries at or before: 30m (before now), 2026-11-20T17:00:00+01:00"},
     &parse_until},
    {{"--status", "STATUS", "only entries with this status: 4xx, 5xx or a code, 404"},
     &parse_status},
    {{"--path", "PATH", "only entries with this path, without a query: /api/chat"}, &parse_path},
    {{"--inference", "", "only inference requests: POST to chat, generate or embed"},
     &set_log_flag<&LogOptions::inference>},
    {{"--follow", "", "continue with new entries", in_output}, &set_log_flag<&LogOptions::follow>},
    {{"--summary", "", "one object instead of the entries", in_output},
     &set_log_flag<&LogOptions::summary>},
};

constexpr char const* examples = R"(Examples:
  ousage                                           this machine, as JSON
  ousage --format table                            the same for people
  ousage --base-url http://nas:11434               another server
  ousage --demo --format table                     a demonstration
  ousage watch                                     the live dashboard
  ousage log --summary --since 24h                 requests of the last day
  docker logs ollama 2>&1 | ousage log -           the log of a container
  ousage status --format waybar                    for a status bar
  ousage history --weekly                          requests and tokens by week
  ousage doctor                                    what is missing, and why)";

constexpr Option<Options> status_table[] = {
    {{"--template", "TEXT", "the line, with fields in braces, such as {loaded} {vram}", in_output},
     &parse_template},
};

constexpr Option<Options> history_table[] = {
    {{"--hourly", "", "one row for each hour", in_output}, &set_unit<HistoryUnit::hourly>},
    {{"--daily", "", "one row for each day (the default)", in_output},
     &set_unit<HistoryUnit::daily>},
    {{"--weekly", "", "one row for each week, from Monday", in_output},
     &set_unit<HistoryUnit::weekly>},
    {{"--monthly", "", "one row for each month", in_output}, &set_unit<HistoryUnit::monthly>},
};

constexpr Option<Options> watch_table[] = {
    {{"--interval", "DURATION",
      "time between two polls of everything (default: 30s); models, log, gpu and runners are "
      "polled every 2s",
      in_output},
     &parse_interval},
};

// Lists the fields of a template.
std::string template_help() {
    auto text = std::string("Formats: plain (default), waybar, i3blocks, tmux.\n"
                            "Fields of a template; {{ and }} are braces:\n");
    for (auto const& field : status_fields) {
        text += "  {" + std::string(field.name) + "}: " + std::string(field.meaning) + "\n";
    }
    return text + "The other options of ousage are accepted too.";
}

bool is_status_format(std::string const& name) {
    return enum_from_name<StatusFormat>(name).has_value();
}

void check_format(Options const& options, bool is_status, bool is_history) {
    auto const& name = options.format_name;
    if (is_status && !name.empty() && !is_status_format(name)) {
        refuse("--format", "a status line is plain, waybar, i3blocks or tmux");
    }
    if (!is_status && is_status_format(name)) {
        refuse("--format", name + " is for ousage status");
    }
    if (name == csv && !is_history) {
        refuse("--format", "csv is for ousage history");
    }
    if (is_history && !name.empty() && name != "json" && name != "table" && name != csv) {
        refuse("--format", "a history is json, table or csv");
    }
    if (is_status && options.status->text_template && !name.empty()) {
        refuse("--template", "it replaces --format");
    }
}

void check_log(Options const& options) {
    if (options.log->follow && options.log->summary) {
        refuse("--summary", "a log that is followed has no end");
    }
    if (options.format == Format::prometheus) {
        refuse("--format", "prometheus is for snapshots");
    }
    if (options.format == Format::table && !options.log->summary) {
        refuse("--format", "entries are JSON lines; table is for --summary");
    }
}

} // namespace

std::span<Option<Options> const> ousage_options() {
    return own_table;
}

std::span<Option<Options> const> log_options() {
    return log_table;
}

std::span<Option<Options> const> status_options() {
    return status_table;
}

std::span<Option<Options> const> history_options() {
    return history_table;
}

std::span<Option<Options> const> watch_options() {
    return watch_table;
}

std::vector<CommandText> const& ousage_commands() {
    static auto const commands = std::vector<CommandText>{
        {"snapshot", "one snapshot to standard output (the default)",
         "json compact table prometheus"},
        {"status", "one line for a status bar", "plain waybar i3blocks tmux", template_help()},
        {"watch", "the live dashboard in a terminal, else a table per interval",
         "json compact table prometheus",
         "Keys: q quit, ? help. --format prints each snapshot in that format instead.\n"
         "The other options of ousage are accepted too."},
        {"history", "requests and tokens by hour, day, week or month", "table json csv",
         "Formats: table (on a terminal), json, csv. Hours that the log covers come from "
         "it, others\nfrom --history-db, which ousage watch and ousage-exporter write.\n"
         "The other options of ousage are accepted too."},
        {"doctor", "what was searched for, found and missing, and what to do", "",
         "The options of ousage are accepted. --format has no effect."},
        {"log", "access-log entries as JSON lines", "json compact table",
         "Filters combine: ousage log --since 2h --status 5xx --inference\n"
         "The other options of ousage are accepted and have no effect on a log."},
    };
    return commands;
}

char const* ousage_examples() {
    return examples;
}

std::optional<Options> read_options(int count, char const* const* arguments, int& exit_code) {
    auto app = CLI::App(ousage_description, "ousage");
    auto options = Options{};
    app.set_version_flag("--version", "ousage " OUSAGE_VERSION);
    app.require_subcommand(0, 1);
    app.footer(examples);
    add_options(app, shared_options(), options.overrides);
    add_options(app, ousage_options(), options);
    for (auto const& command : ousage_commands()) {
        auto* const added = app.add_subcommand(command.name, command.help)->fallthrough();
        if (!command.footer.empty()) {
            added->footer(command.footer); // instead of the examples
        }
    }
    auto* const doctor = app.get_subcommand("doctor");
    auto* const status = app.get_subcommand("status");
    auto* const watch = app.get_subcommand("watch");
    auto* const history = app.get_subcommand("history");
    auto* const log = app.get_subcommand("log");
    options.status.emplace();
    add_options(*status, status_options(), options);
    options.watch.emplace();
    add_options(*watch, watch_options(), options);
    options.history.emplace();
    add_options(*history, history_options(), options);
    // Repeats the options that affect a log, so that the help of `ousage log` lists them. The
    // others are accepted too.
    auto& of_log = options.log.emplace();
    log->add_option(
           "files", of_log.files, "logs, or - for standard input (default: the configured logs)")
        ->type_name("FILE");
    add_options(*log, shared_options(), options.overrides, for_log);
    add_options(*log, ousage_options(), options, for_log);
    add_options(*log, log_options(), options);
    try {
        app.parse(count, arguments);
        options.doctor = doctor->parsed();
        check_format(options, status->parsed(), history->parsed());
        if (!status->parsed()) {
            options.status.reset();
        }
        if (!history->parsed()) {
            options.history.reset();
        }
        if (!watch->parsed()) {
            options.watch.reset();
        }
        if (log->parsed()) {
            check_log(options);
        } else {
            options.log.reset();
        }
        return options;
    } catch (CLI::ParseError const& error) {
        exit_code = report(app, error);
        return std::nullopt;
    }
}

} // namespace ousage::program
