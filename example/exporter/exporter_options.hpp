#pragma once

#include "example/exporter/log.hpp"
#include "example/options/option.hpp"
#include <ousage/ollama/detect.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ousage::program {

/// What the program does.
inline constexpr char exporter_description[] = "Exports metrics of Ollama to Prometheus.";

/// Where the server listens.
struct ListenAddress {
    std::string host;        ///< an address or a name; empty: all addresses, dual stack
    unsigned short port = 0; ///< 0: any free port

    bool operator==(ListenAddress const&) const = default;
};

/// The options of `ousage-exporter` from the command line and the environment.
struct ExporterOptions {
    ollama::Overrides overrides;             ///< overrides of the configuration
    ollama::Environment environment;         ///< environment for `ollama::detect`
    std::string ollama_port;                 ///< port of the server if its host contains none
    std::string address;                     ///< listen address; empty: dual stack
    unsigned short port = 9200;              ///< 0: any free port
    std::vector<ListenAddress> web_listen;   ///< `--web.listen-address`
    bool systemd_socket = false;             ///< listen on sockets from systemd instead
    std::string telemetry_path = "/metrics"; ///< path of the metrics
    std::chrono::nanoseconds interval =
        std::chrono::seconds(15); ///< poll interval of the own server
    std::chrono::steady_clock::duration client_timeout =
        std::chrono::seconds(10);             ///< limit for a TLS handshake, a head or a body
    std::size_t max_connections = 512;        ///< of clients, and half of the descriptors
    std::size_t max_requests = 40;            ///< of probes at once; 0: as many as connections
    bool demo = false;                        ///< observe a demonstration
    bool healthcheck = false;                 ///< only request /-/healthy of a running exporter
    std::vector<std::string> allowed_targets; ///< patterns allowed in /probe
    std::optional<std::filesystem::path> web_config; ///< `--web.config.file`
    LogLevel log_level = LogLevel::info;             ///< least important level that is written
    LogFormat log_format = LogFormat::logfmt;        ///< format of events on standard error
};

/// The options that only the exporter has.
std::span<Option<ExporterOptions> const> exporter_options();

/// Returns the addresses to listen on, at least one: those of the options, else all addresses with
/// the default port.
std::vector<ListenAddress> listen_addresses(ExporterOptions const& options);

/// Reads the command line and the environment. If the program must end (help, version, wrong
/// option), prints the text, sets `exit_code` and returns nothing.
std::optional<ExporterOptions>
read_exporter_options(int count, char const* const* arguments, int& exit_code);

} // namespace ousage::program
