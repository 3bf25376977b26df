#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/configuration.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Command-line options, which override everything else. Empty members have no effect.
struct Overrides {
    std::optional<std::filesystem::path> config;              ///< the accounts file
    std::vector<std::string> accounts;                        ///< only these, by id
    std::optional<std::string> base_url;                      ///< the server, in OLLAMA_HOST format
    std::string base_url_origin = "--base-url";               ///< what errors of `base_url` name
    std::optional<std::string> bearer_env;                    ///< see `Account`
    std::map<std::string, std::string> headers_env;           ///< added to those of the account
    std::optional<std::string> cloud_base_url;                ///< URL of the cloud
    std::optional<std::string> api_key_env;                   ///< the variable with the cloud's key
    std::optional<std::filesystem::path> config_dir;          ///< contains server.json and logs/
    std::optional<std::filesystem::path> logs_dir;            ///< contains server*.log
    std::vector<std::filesystem::path> log_files;             ///< see `Account`
    std::optional<JournalUnit> journal;                       ///< instead of log files
    std::optional<std::filesystem::path> server_config;       ///< server.json
    std::optional<std::filesystem::path> db_path;             ///< the desktop app's database
    std::optional<std::string> log_timezone;                  ///< IANA name or offset
    std::optional<std::chrono::nanoseconds> timeout;          ///< deadline of every source
    std::map<std::string, std::chrono::nanoseconds> timeouts; ///< deadlines by source
    std::optional<Timestamp> now;                             ///< fixed current time
    bool runner_slots = false;                                ///< see `runners`
    bool no_state = false;                                    ///< store nothing between runs
    std::optional<std::filesystem::path> history_db;          ///< see `Configuration`
    bool no_user_config = false; ///< ignore the accounts file in the user's directory
};

} // namespace OUSAGE_NAMESPACE::ollama
