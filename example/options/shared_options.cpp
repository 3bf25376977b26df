#include "example/options/shared_options.hpp"

#include <ousage/core/deadline.hpp>
#include <ousage/ollama/local_api/server_credentials.hpp>
#include <ousage/ollama/model/environment.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <string>

namespace ousage::program {

namespace {

using ollama::Overrides;

std::string add_account(std::string const& value, Overrides& into) {
    into.accounts.push_back(value);
    return {};
}

std::string set_base_url(std::string const& value, Overrides& into) {
    into.base_url = value;
    into.base_url_origin = "--base-url";
    return {};
}

// Stores the name of a variable. A text that is no name may be a key passed by mistake, so it is
// not repeated.
template <auto Member>
std::string store_variable(std::string const& value, Overrides& into) {
    if (!ollama::is_variable_name(value)) {
        return "the name of an environment variable is needed, which contains no \"=\"";
    }
    into.*Member = value;
    return {};
}

// `X-Api-Key=NAME` is the header, and the variable with its value.
std::string parse_header(std::string const& value, Overrides& into) {
    auto const equals = value.find('=');
    auto const header = value.substr(0, equals);
    if (equals == value.npos || equals + 1 == value.size() ||
        !ollama::is_variable_name(value.substr(equals + 1)) ||
        !ollama::is_credential_header(header)) {
        return "HEADER=NAME is needed, such as X-Api-Key=GATE_KEY";
    }
    into.headers_env[header] = value.substr(equals + 1);
    return {};
}

std::string set_no_state(std::string const&, Overrides& into) {
    into.no_state = true;
    return {};
}

std::string set_runner_slots(std::string const&, Overrides& into) {
    into.runner_slots = true;
    return {};
}

// `2s` is the deadline of every source, `cloud=10s` that of one.
std::string parse_timeout(std::string const& value, Overrides& into) {
    auto const deadline = parse_deadline(value, ollama::source_descriptions());
    if (!deadline) {
        return deadline.failure().text;
    }
    if (deadline->source.empty()) {
        into.timeout = deadline->limit;
    } else {
        into.timeouts[deadline->source] = deadline->limit;
    }
    return {};
}

std::string add_log_file(std::string const& value, Overrides& into) {
    into.log_files.emplace_back(value);
    return {};
}

ollama::JournalUnit& journal_of(Overrides& into) {
    return into.journal ? *into.journal : into.journal.emplace();
}

// Without a unit, reads that of Ollama's installer.
std::string parse_journal(std::string const& value, Overrides& into) {
    auto& journal = journal_of(into);
    journal.name = value.empty() ? journal.name : value;
    return {};
}

std::string parse_journal_dir(std::string const& value, Overrides& into) {
    journal_of(into).directory = value;
    return {};
}

constexpr Option<Overrides> table[] = {
    {{"--config", "FILE", "accounts file", for_log | in_server}, &store<&Overrides::config>},
    {{"--account", "ID", "only this account (repeatable)", for_log | repeatable | in_server},
     &add_account},
    {{"--base-url", "URL", "the server: a host, host:port or URL", show_only | in_server,
      "OLLAMA_HOST"},
     &set_base_url},
    {{"--bearer-env", "NAME", "the variable that contains the bearer token of the server",
      in_server},
     &store_variable<&Overrides::bearer_env>},
    {{"--header-env", "HEADER=NAME",
      "a header for the server, and the variable that contains its value (repeatable)",
      repeatable | in_server},
     &parse_header},
    {{"--cloud-base-url", "URL", "the cloud (default: https://ollama.com)", in_cloud},
     &store<&Overrides::cloud_base_url>},
    {{"--api-key-env", "NAME", "the variable that contains the cloud key (default: OLLAMA_API_KEY)",
      in_cloud},
     &store_variable<&Overrides::api_key_env>},
    {{"--config-dir", "DIR", "contains server.json and logs/ (default: ~/.ollama)",
      for_log | in_files},
     &store<&Overrides::config_dir>},
    {{"--logs-dir", "DIR", "contains server*.log", for_log | in_files},
     &store<&Overrides::logs_dir>},
    {{"--log-file", "PATH",
      "a log by its name, with its rotated files, or - for standard input (repeatable)",
      for_log | repeatable | in_files},
     &add_log_file},
    {{"--server-config", "FILE", "server.json", in_files}, &store<&Overrides::server_config>},
    {{"--db-path", "FILE", "the desktop app's database", in_files}, &store<&Overrides::db_path>},
    {{"--journal", "[UNIT]", "read the systemd journal as server log (default unit: ollama)",
      for_log | in_files},
     &parse_journal},
    {{"--journal-dir", "DIR", "journal files to read instead of this machine's",
      for_log | in_files},
     &parse_journal_dir},
    {{"--log-timezone", "ZONE", "zone of Gin's time stamps: IANA name or offset",
      for_log | in_files},
     &store<&Overrides::log_timezone>},
    {{"--runner-slots", "",
      "request the tokens so far from an engine that is answering a request (GET /slots)"},
     &set_runner_slots},
    {{"--no-state", "", "store nothing between runs"}, &set_no_state},
    {{"--history-db", "FILE",
      "database of hourly sums (default: history.db in the state directory)", in_files},
     &store<&Overrides::history_db>},
    {{"--timeout", "DURATION",
      "deadline of every source, or of one: SOURCE=DURATION (default: 5s; repeatable)", repeatable},
     &parse_timeout},
};

} // namespace

std::span<Option<Overrides> const> shared_options() {
    return table;
}

} // namespace ousage::program
