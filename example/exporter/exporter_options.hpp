#pragma once

#include <ousage/ollama/detect.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ousage::program {

/// The command line and the environment of `ousage-exporter`, read.
struct ExporterOptions {
    ollama::Overrides overrides;     ///< of the configuration
    ollama::Environment environment; ///< for `ollama::detect`
    std::string address;             ///< to listen on; empty: dual stack
    unsigned short port = 9200;      ///< 0: any that is free
    std::chrono::nanoseconds interval = std::chrono::seconds(15); ///< of the own server's polls
    std::chrono::steady_clock::duration client_timeout =
        std::chrono::seconds(30);                    ///< for a handshake or a request to come in
    std::vector<std::string> allowed_targets;        ///< patterns of /probe
    std::optional<std::filesystem::path> web_config; ///< `--web.config.file`
};

/// Reads both. What is to be printed and ends the program is printed; then there are no options,
/// and `exit_code` is set.
std::optional<ExporterOptions>
read_exporter_options(int count, char const* const* arguments, int& exit_code);

} // namespace ousage::program
