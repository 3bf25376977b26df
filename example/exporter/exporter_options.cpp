#include "example/exporter/exporter_options.hpp"

#include "example/ousage/command_line.hpp"
#include <ousage/core/duration.hpp>
#include <ousage/ollama/assembly/ollama_host.hpp>
#include <ousage/version.hpp>

#include <asio/ip/address.hpp>

#include <algorithm>

namespace ousage::program {

namespace {

// The option texts, before they are validated.
struct Texts {
    std::string host, ollama_port, port, listen, interval, client_timeout, config, web_config;
    std::string cloud_base_url, api_key_env, config_dir, logs_dir, server_config, db_path;
    std::string journal, journal_dir, log_timezone;
    std::vector<std::string> timeouts, accounts, allowed;
};

void add_options(CLI::App& app, Texts& texts) {
    app.add_option("--ollama-host,--base-url", texts.host, "the server: a host, host:port or URL")
        ->type_name("URL")
        ->envname("OLLAMA_HOST");
    app.add_option("--ollama-port", texts.ollama_port, "its port, where that names none (11434)")
        ->type_name("PORT")
        ->envname("OLLAMA_PORT");
    app.add_option("--port", texts.port, "to listen on (9200)")
        ->type_name("PORT")
        ->envname("EXPORTER_PORT");
    app.add_option("--listen", texts.listen, "to listen on one address alone")
        ->type_name("ADDRESS:PORT");
    app.add_option("--scrape-interval", texts.interval, "how often the server is asked (15s)")
        ->type_name("DURATION")
        ->envname("SCRAPE_INTERVAL");
    app.add_option(
           "--client-timeout", texts.client_timeout,
           "how long a client may take for a request to come in (30s)")
        ->type_name("DURATION");
    app.add_option("--config", texts.config, "accounts file: the first is the own server")
        ->type_name("FILE");
    app.add_option("--account", texts.accounts, "only this account (repeatable)")
        ->type_name("ID")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option(
           "--allow-target", texts.allowed,
           "targets that /probe may ask: URLs, * for a part of a name (repeatable)")
        ->type_name("PATTERN")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--web.config.file", texts.web_config, "TLS and users, in YAML")
        ->type_name("FILE");
    app.add_option("--cloud-base-url", texts.cloud_base_url, "the cloud")->type_name("URL");
    app.add_option("--api-key-env", texts.api_key_env, "the variable with the cloud key")
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
    app.add_option("--log-timezone", texts.log_timezone, "zone of Gin's time stamps")
        ->type_name("ZONE");
    app.add_option("--timeout", texts.timeouts, "deadline of a source, or SOURCE=DURATION (5s)")
        ->type_name("DURATION")
        ->take_all()
        ->allow_extra_args(false);
}

unsigned short take_port(std::string const& option, std::string const& text) {
    auto const port = text == "0" ? std::optional<unsigned short>(0) : io::port_number(text);
    if (!port) {
        refuse(option, "\"" + text + "\" is no port");
    }
    return *port;
}

// Parses `15s`, or a number of seconds without a unit.
std::chrono::nanoseconds take_interval(char const* option, std::string const& text) {
    auto const bare = text.find_first_not_of("0123456789.") == text.npos;
    auto const interval = parse_duration(bare ? text + "s" : text);
    if (!interval || *interval < std::chrono::milliseconds(100)) {
        refuse(option, "\"" + text + "\" is no duration such as 15s, of 100ms or more");
    }
    return *interval;
}

// Returns OLLAMA_HOST, with OLLAMA_PORT if it contains no port.
std::string with_port(std::string const& host, std::string const& port) {
    if (port.empty()) {
        return host;
    }
    auto const colon = host.find("://");
    auto const begin = colon == host.npos ? 0 : colon + 3;
    auto const end = std::min(host.find('/', begin), host.size());
    auto const authority = host.substr(begin, end - begin);
    auto name = std::string{}, own = std::string{};
    if (ollama::split_host_port(authority, name, own) && !own.empty()) {
        return host;
    }
    auto url = ollama::parse_ollama_host(host);
    url.port = port;
    return to_string(url);
}

void take_address(std::string const& text, ExporterOptions& into) {
    auto port = std::string{};
    asio::error_code error;
    auto const good = ollama::split_host_port(text, into.address, port);
    if (good && !into.address.empty()) {
        asio::ip::make_address(into.address, error);
    }
    if (!good || error) {
        refuse("--listen", "\"" + text + "\" is no ADDRESS:PORT such as 127.0.0.1:9200");
    }
    into.port = take_port("--listen", port);
}

template <class T>
void put(std::optional<T>& into, CLI::App const& app, char const* name, std::string const& text) {
    if (app.count(name) > 0 && text.empty()) {
        refuse(name, "an empty value makes no sense");
    }
    if (!text.empty()) {
        into = text;
    }
}

ExporterOptions understand(CLI::App const& app, Texts& texts) {
    auto options = ExporterOptions{};
    auto& over = options.overrides;
    if (!texts.ollama_port.empty() && !io::port_number(texts.ollama_port)) {
        refuse("--ollama-port", "\"" + texts.ollama_port + "\" is no port");
    }
    auto const host = with_port(texts.host, texts.ollama_port);
    if (app.count("--ollama-host") > 0) {
        over.base_url = host;
    }
    // A service uses only the accounts file it is given, not one in a home directory.
    options.environment = [host](char const* name) -> std::optional<std::string> {
        if (std::string_view(name) == "OLLAMA_HOST") {
            return host;
        }
        return std::string_view(name) == "XDG_CONFIG_HOME" ? "/dev/null"
                                                           : ollama::process_environment(name);
    };
    put(over.config, app, "--config", texts.config);
    put(over.cloud_base_url, app, "--cloud-base-url", texts.cloud_base_url);
    put(over.api_key_env, app, "--api-key-env", texts.api_key_env);
    put(over.config_dir, app, "--config-dir", texts.config_dir);
    put(over.logs_dir, app, "--logs-dir", texts.logs_dir);
    put(over.server_config, app, "--server-config", texts.server_config);
    put(over.db_path, app, "--db-path", texts.db_path);
    put(over.log_timezone, app, "--log-timezone", texts.log_timezone);
    put(options.web_config, app, "--web.config.file", texts.web_config);
    take_journal(app, texts.journal, texts.journal_dir, over);
    for (auto const& text : texts.timeouts) {
        take_timeout(text, over);
    }
    over.accounts = std::move(texts.accounts);
    options.allowed_targets = std::move(texts.allowed);
    options.port = texts.port.empty() ? options.port : take_port("--port", texts.port);
    if (!texts.listen.empty()) {
        take_address(texts.listen, options);
    }
    if (!texts.interval.empty()) {
        options.interval = take_interval("--scrape-interval", texts.interval);
    }
    if (!texts.client_timeout.empty()) {
        options.client_timeout = take_interval("--client-timeout", texts.client_timeout);
    }
    return options;
}

} // namespace

std::optional<ExporterOptions>
read_exporter_options(int count, char const* const* arguments, int& exit_code) {
    auto app = CLI::App("Serves what is known of Ollama to Prometheus.", "ousage-exporter");
    auto texts = Texts{};
    app.set_version_flag("--version", "ousage-exporter " OUSAGE_VERSION);
    add_options(app, texts);
    try {
        app.parse(count, arguments);
        return understand(app, texts);
    } catch (CLI::ParseError const& error) {
        exit_code = report(app, error);
        return std::nullopt;
    }
}

} // namespace ousage::program
