#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// How an account proves who it is.
enum class Auth {
    local,   ///< the local server; a key adds the cloud
    api_key, ///< the cloud by a key
};

/// What is observed together: one server, its files, one cloud account.
struct Account {
    std::string id = "ollama";                  ///< the account's name in every output
    Auth auth = Auth::local;                    ///< see `Auth`
    std::optional<io::Url> base_url;            ///< the local server; none: not asked
    std::string api_key_env = "OLLAMA_API_KEY"; ///< the variable that holds the key
    bool has_api_key = false; ///< that variable is set; the key itself is not kept here
    std::string cloud_base_url = "https://ollama.com";          ///< the cloud
    std::filesystem::path logs_dir;                             ///< holds server*.log
    std::optional<JournalUnit> journal;                         ///< read in place of logs_dir
    std::filesystem::path server_config;                        ///< server.json
    std::filesystem::path db_path;                              ///< the desktop app's database
    std::chrono::nanoseconds timeout = std::chrono::seconds(5); ///< deadline of every source
    std::map<std::string, std::chrono::nanoseconds> timeouts;   ///< deadlines by source
    std::chrono::nanoseconds poll_interval = std::chrono::seconds(30); ///< of programs that poll

    /// The deadline of the source of that name.
    std::chrono::nanoseconds timeout_of(std::string const& source) const {
        auto const own = timeouts.find(source);
        return own == timeouts.end() ? timeout : own->second;
    }
};

/// Everything that a snapshot needs to know; a value, made by `detect` or by hand.
struct Configuration {
    std::vector<Account> accounts;                     ///< in the order of the output
    Calendar calendar = Calendar::utc();               ///< local days and times
    std::optional<Calendar> log_timezone;              ///< `--log-timezone`; none: by the log
    Now now = &system_now;                             ///< the clock of all windows
    Environment environment = &process_environment;    ///< where the cloud's key is, at each round
    std::optional<std::filesystem::path> state_folder; ///< of the cloud's answers between runs;
                                                       ///< none: nothing is kept
};

} // namespace OUSAGE_NAMESPACE::ollama
