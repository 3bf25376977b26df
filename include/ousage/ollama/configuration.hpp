#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/log/log_history.hpp>
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

/// How an account authenticates.
enum class Auth {
    local,   ///< the local server; with a key also the cloud
    api_key, ///< the cloud, with a key
};

/// A server, its files and a cloud account, which are observed together.
struct Account {
    std::string id = "ollama";             ///< the account's name in every output
    Auth auth = Auth::local;               ///< see `Auth`
    std::optional<io::Url> base_url;       ///< the local server; if empty, it is not queried
    std::optional<std::string> bearer_env; ///< the variable with the server's bearer token
    std::map<std::string, std::string> headers_env; ///< header to the variable with its value
    std::string api_key_env = "OLLAMA_API_KEY";     ///< the variable that contains the key
    bool has_api_key = false; ///< that variable is set; the key itself is not stored here
    std::string cloud_base_url = "https://ollama.com"; ///< URL of the cloud
    bool cloud_cached_only = false;                    ///< see `CloudAccess::cached_only`
    std::filesystem::path logs_dir;                    ///< contains server*.log
    /// `logs_dir` is the default of this machine. If it has no log, Homebrew's log and then the
    /// journal of the unit `ollama` are read. If `base_url` is another machine, none of them is.
    bool default_logs = false;
    /// Logs by name, with their rotated siblings, instead of `logs_dir`; `-` alone is standard
    /// input.
    std::vector<std::filesystem::path> log_files;
    std::optional<JournalUnit> journal;  ///< read instead of log files
    LogHistory log_history;              ///< how much of log files is read
    std::filesystem::path server_config; ///< server.json
    /// server.json of the user that runs Ollama as a service, if `server_config` does not exist.
    std::filesystem::path service_config;
    /// `server_config` is the default of this machine: it is skipped if `base_url` is another one.
    bool default_config = false;
    std::filesystem::path db_path; ///< the desktop app's database
    /// `db_path` is the default of this machine: it is skipped if `base_url` is another one.
    bool default_db = false;
    bool observes_machine = true;                             ///< false: skip `gpu`, `runners`
    bool runner_slots = false;                                ///< see `runners`
    std::optional<std::chrono::nanoseconds> timeout;          ///< deadline of every source; if
                                                              ///< empty, that of its traits
    std::map<std::string, std::chrono::nanoseconds> timeouts; ///< deadlines by source
    std::chrono::nanoseconds poll_interval = std::chrono::seconds(30); ///< for programs that poll

    /// Returns the deadline of a source: its own, else that of every source, else the default of
    /// its traits.
    std::chrono::nanoseconds timeout_of(SourceDescription const& source) const {
        auto const own = timeouts.find(source.name);
        return own == timeouts.end() ? timeout.value_or(source.deadline) : own->second;
    }

    friend bool operator==(Account const&, Account const&) = default;
};

/// The input of a snapshot. A value type, returned by `detect` or created by the caller.
struct Configuration {
    std::vector<Account> accounts;        ///< in the order of the output
    Calendar calendar = Calendar::utc();  ///< local days and times
    std::optional<Calendar> log_timezone; ///< `--log-timezone`; if empty, from the log
    Now now = &system_now;                ///< the clock of all windows
    /// Contains the cloud's key; read at each collection.
    Environment environment = &process_environment;
    /// Directory for the cloud's responses between runs. If empty, nothing is stored.
    std::optional<std::filesystem::path> state_directory;
    /// The snapshots are taken again and again, so a first one does not wait for the end of a log
    /// on standard input.
    bool is_polled = false;
    /// Database in which programs store hourly sums: `history.db` in the state directory, unless an
    /// option names another one. If empty, none is stored. The library does not use it.
    std::optional<std::filesystem::path> history_db;
};

} // namespace OUSAGE_NAMESPACE::ollama
