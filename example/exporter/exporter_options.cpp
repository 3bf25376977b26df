#include "example/exporter/exporter_options.hpp"

#include "example/exporter/exporter_pages.hpp"
#include "example/options/command_line.hpp"
#include "example/options/shared_options.hpp"
#include <ousage/core/duration.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/ollama/assembly/ollama_host.hpp>
#include <ousage/version.hpp>

#include <asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ousage::program {

namespace {

std::string no_port(std::string const& value) {
    return "\"" + value + "\" is no port";
}

std::string parse_host(std::string const& value, ExporterOptions& into) {
    auto const url = ollama::parse_base_url(value);
    into.overrides.base_url = value;
    into.overrides.base_url_origin = "--ollama-host";
    return url ? "" : url.failure().text;
}

// Kubernetes sets OLLAMA_PORT=tcp://10.0.0.1:11434 for a Service with the name `ollama`. Such
// values are ignored.
bool is_of_a_service(std::string const& value) {
    return value.starts_with("tcp://") || value.starts_with("udp://");
}

std::string parse_ollama_port(std::string const& value, ExporterOptions& into) {
    if (is_of_a_service(value)) {
        return {};
    }
    into.ollama_port = value;
    return io::port_number(value) ? "" : no_port(value);
}

// Port 0 selects any free port.
std::string parse_port(std::string const& value, ExporterOptions& into) {
    if (is_of_a_service(value)) {
        return {};
    }
    auto const port = value == "0" ? std::optional<unsigned short>(0) : io::port_number(value);
    into.port = port.value_or(0);
    return port ? "" : no_port(value);
}

std::string parse_listen(std::string const& value, ExporterOptions& into) {
    auto port = std::string{};
    asio::error_code error;
    auto const good = ollama::split_host_port(value, into.address, port);
    if (good && !into.address.empty()) {
        asio::ip::make_address(into.address, error);
    }
    return good && !error ? parse_port(port, into)
                          : "\"" + value + "\" is no ADDRESS:PORT such as 127.0.0.1:9200";
}

// Accepts the forms of Go's net.Listen: `:9200`, `localhost:9200`, `[::1]:9200`.
std::string add_web_listen(std::string const& value, ExporterOptions& into) {
    auto address = ListenAddress{};
    auto port = std::string{};
    auto const is_split = ollama::split_host_port(value, address.host, port);
    auto const number = port == "0" ? std::optional<unsigned short>(0) : io::port_number(port);
    if (!is_split || !number || address.host.find_first_of("/ ") != value.npos) {
        return "\"" + value + "\" is no ADDRESS:PORT such as :9200 or localhost:9200";
    }
    address.port = *number;
    into.web_listen.push_back(std::move(address));
    return {};
}

std::string set_systemd_socket(std::string const&, ExporterOptions& into) {
    into.systemd_socket = true;
    return {};
}

std::string set_demo(std::string const&, ExporterOptions& into) {
    into.demo = true;
    return {};
}

std::string set_healthcheck(std::string const&, ExporterOptions& into) {
    into.healthcheck = true;
    return {};
}

std::string parse_telemetry_path(std::string const& value, ExporterOptions& into) {
    auto const is_path =
        value.starts_with('/') && value.size() > 1 && value.find_first_of("?# \"<>%") == value.npos;
    auto const& others = page_paths();
    if (!is_path || std::find(others.begin(), others.end(), value) != others.end()) {
        return "\"" + value + "\" is no path such as /metrics, or that of another page";
    }
    into.telemetry_path = value;
    return {};
}

// Parses `15s`, or a number of seconds without a unit.
template <class Duration>
std::string parse_interval(std::string const& value, Duration& into) {
    auto const is_bare = value.find_first_not_of("0123456789.") == value.npos;
    auto const interval = parse_duration(is_bare ? value + "s" : value);
    if (!interval || *interval < std::chrono::milliseconds(100)) {
        return "\"" + value + "\" is no duration such as 15s, of 100ms or more";
    }
    into = std::chrono::duration_cast<Duration>(*interval);
    return {};
}

std::string parse_scrape_interval(std::string const& value, ExporterOptions& into) {
    return parse_interval(value, into.interval);
}

std::string parse_client_timeout(std::string const& value, ExporterOptions& into) {
    return parse_interval(value, into.client_timeout);
}

bool parse_count(std::string const& value, std::size_t& into) {
    auto const* const end = value.data() + value.size();
    auto const [rest, error] = std::from_chars(value.data(), end, into);
    return error == std::errc() && rest == end;
}

std::string parse_max_connections(std::string const& value, ExporterOptions& into) {
    auto const good = parse_count(value, into.max_connections) && into.max_connections > 0;
    return good ? "" : "\"" + value + "\" is no number of connections";
}

std::string parse_max_requests(std::string const& value, ExporterOptions& into) {
    auto const good = parse_count(value, into.max_requests);
    return good ? "" : "\"" + value + "\" is no number of requests";
}

// Stores the enumerator with that name.
template <auto Member>
std::string parse_name(std::string const& value, ExporterOptions& into) {
    using Enum = std::remove_reference_t<decltype(into.*Member)>;
    auto const found = enum_from_name<Enum>(value);
    into.*Member = found.value_or(into.*Member);
    return found ? "" : "\"" + value + "\" is not one of the values";
}

std::string add_target(std::string const& value, ExporterOptions& into) {
    into.allowed_targets.push_back(value);
    return {};
}

constexpr Option<ExporterOptions> own_table[] = {
    {{"--ollama-host", "URL", "the same as --base-url", show_only, "OLLAMA_HOST"}, &parse_host},
    {{"--ollama-port", "PORT", "the server's port, if its host contains none (default: 11434)", 0,
      "OLLAMA_PORT"},
     &parse_ollama_port},
    {{"--port", "PORT", "listen on this port of all addresses (default: 9200)", 0, "EXPORTER_PORT"},
     &parse_port},
    {{"--listen", "ADDRESS:PORT", "listen on this address only"}, &parse_listen},
    {{"--web.listen-address", "ADDRESS:PORT",
      "listen here, such as :9200 or localhost:9200 (repeatable)", repeatable},
     &add_web_listen},
    {{"--web.systemd-socket", "", "listen on the sockets that systemd passes, nowhere else"},
     &set_systemd_socket},
    {{"--web.telemetry-path", "PATH", "path of the metrics (default: /metrics)"},
     &parse_telemetry_path},
    {{"--scrape-interval", "DURATION", "poll interval of the server (default: 15s)", 0,
      "SCRAPE_INTERVAL"},
     &parse_scrape_interval},
    {{"--client-timeout", "DURATION", "time limit for receiving a request (default: 10s)"},
     &parse_client_timeout},
    {{"--allow-target", "PATTERN",
      "URLs that /probe may query; * matches one label, ** more (repeatable)", repeatable},
     &add_target},
    {{"--web.max-connections", "N",
      "concurrent connections of clients (default: 512), at most half of the descriptors"},
     &parse_max_connections},
    {{"--web.max-requests", "N",
      "concurrent probes, more receive 503 (default: 40; 0: three quarters of the connections)"},
     &parse_max_requests},
    {{"--web.config.file", "FILE", "TLS and users, in YAML"}, &store<&ExporterOptions::web_config>},
    {{"--demo", "", "observe a demonstration, all real and local"}, &set_demo},
    {{"--healthcheck", "",
      "request /-/healthy of the exporter that runs with the same options: exits with 0 or 1"},
     &set_healthcheck},
    {{"--log.level", "LEVEL", "least important events: debug, info, warn, error (default: info)", 0,
      "", "debug info warn error"},
     &parse_name<&ExporterOptions::log_level>},
    {{"--log.format", "FORMAT", "format of events: logfmt, json (default: logfmt)", 0, "",
      "logfmt json"},
     &parse_name<&ExporterOptions::log_format>},
};

// Returns a host as OLLAMA_HOST names it, with `port` if it contains none.
std::string with_port(std::string const& host, std::string const& port) {
    // A URL that is not valid is rejected as it was written.
    if (port.empty() || !ollama::parse_base_url(host)) {
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

// Applies OLLAMA_HOST. With an accounts file, it is the server of the accounts that name none, as
// in `ousage`; without one, an invalid value is an error.
void apply_environment(ExporterOptions& options) {
    auto& over = options.overrides;
    auto const variable = ollama::process_environment("OLLAMA_HOST").value_or("");
    if (!over.base_url && !over.config && !variable.empty()) {
        if (auto const url = ollama::parse_base_url(variable); !url) {
            refuse("OLLAMA_HOST", url.failure().text);
        }
        over.base_url = variable;
        over.base_url_origin = "OLLAMA_HOST";
    }
    if (over.base_url) {
        over.base_url = with_port(*over.base_url, options.ollama_port);
    }
    auto const host = with_port(variable, options.ollama_port);
    // A service uses only the accounts file it is given, not one in a home directory.
    over.no_user_config = true;
    options.environment = [host](char const* name) -> std::optional<std::string> {
        if (std::string_view(name) == "OLLAMA_HOST") {
            return host;
        }
        return ollama::process_environment(name);
    };
}

} // namespace

std::span<Option<ExporterOptions> const> exporter_options() {
    return own_table;
}

std::vector<ListenAddress> listen_addresses(ExporterOptions const& options) {
    auto all = options.web_listen;
    if (!options.address.empty() || all.empty()) {
        all.insert(all.begin(), ListenAddress{options.address, options.port});
    }
    return all;
}

std::optional<ExporterOptions>
read_exporter_options(int count, char const* const* arguments, int& exit_code) {
    auto app = CLI::App(exporter_description, "ousage-exporter");
    auto options = ExporterOptions{};
    app.set_version_flag("--version", "ousage-exporter " OUSAGE_VERSION);
    add_options(app, exporter_options(), options);
    add_options(app, shared_options(), options.overrides);
    try {
        app.parse(count, arguments);
        apply_environment(options);
        return options;
    } catch (CLI::ParseError const& error) {
        exit_code = report(app, error);
        return std::nullopt;
    }
}

} // namespace ousage::program
