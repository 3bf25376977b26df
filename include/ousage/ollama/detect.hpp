#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// What a command line may say over everything else; what is empty changes nothing.
struct Overrides {
    std::optional<std::filesystem::path> config;              ///< the accounts file
    std::vector<std::string> accounts;                        ///< only these, by id
    std::optional<std::string> base_url;                      ///< the server, as OLLAMA_HOST has it
    std::optional<std::string> cloud_base_url;                ///< the cloud
    std::optional<std::string> api_key_env;                   ///< the variable with the cloud key
    std::optional<std::filesystem::path> config_dir;          ///< holds server.json and logs/
    std::optional<std::filesystem::path> logs_dir;            ///< holds server*.log
    std::optional<JournalUnit> journal;                       ///< in place of the logs' files
    std::optional<std::filesystem::path> server_config;       ///< server.json
    std::optional<std::filesystem::path> db_path;             ///< the desktop app's database
    std::optional<std::string> log_timezone;                  ///< IANA name or offset
    std::optional<std::chrono::nanoseconds> timeout;          ///< of every source
    std::map<std::string, std::chrono::nanoseconds> timeouts; ///< by source
    std::optional<Timestamp> now;                             ///< a clock that stands
    bool no_state = false;                                    ///< keep no answer between runs
};

/// The configuration of this machine: the platform's defaults and OLLAMA_HOST, the accounts file
/// where there is one, and what a command line says over it. A failure names the option or the key
/// and the place, on one line.
OUSAGE_DECL Result<Configuration>
detect(Overrides const& overrides = {}, Environment const& environment = &process_environment);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/detect.hpp>
#endif
