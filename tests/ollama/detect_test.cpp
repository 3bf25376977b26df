#include "support/process.hpp"
#include <ousage/ollama/detect.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono_literals;

// A home directory and an environment that contains only the given variables.
struct Machine {
    TemporaryDirectory home;
    std::map<std::string, std::string> variables{{"HOME", home.path().string()}};

    Result<Configuration> detect(Overrides const& overrides = {}) const {
        return ollama::detect(overrides, [this](char const* name) -> std::optional<std::string> {
            auto const found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        });
    }

    Account account(Overrides const& overrides = {}) const {
        auto const configuration = detect(overrides);
        EXPECT_TRUE(configuration) << configuration.failure().text;
        EXPECT_EQ(configuration->accounts.size(), 1u);
        return configuration->accounts.at(0);
    }

    std::string error(Overrides const& overrides) const {
        auto const configuration = detect(overrides);
        if (configuration) {
            return "no error";
        }
        EXPECT_EQ(configuration.failure().code, make_error_code(Errc::configuration));
        return to_string(configuration.failure());
    }

    std::string server(Overrides const& overrides = {}) const {
        return to_string(account(overrides).base_url.value());
    }
};

TEST(Detect, ReturnsDefaultsWithoutFilesAndVariables) {
    auto const machine = Machine();
    auto const& home = machine.home.path();
    auto const configuration = machine.detect();
    ASSERT_TRUE(configuration);
    ASSERT_EQ(configuration->accounts.size(), 1u);
    auto const& account = configuration->accounts[0];
    EXPECT_EQ(account.id, "ollama");
    EXPECT_EQ(account.auth, Auth::local);
    EXPECT_EQ(to_string(account.base_url.value()), "http://127.0.0.1:11434");
    EXPECT_EQ(account.cloud_base_url, "https://ollama.com");
    EXPECT_EQ(account.api_key_env, "OLLAMA_API_KEY");
    EXPECT_FALSE(account.has_api_key);
    EXPECT_EQ(account.logs_dir, home / ".ollama/logs");
    EXPECT_EQ(account.server_config, home / ".ollama/server.json");
    EXPECT_EQ(account.db_path, home / ".ollama/db.sqlite");
    EXPECT_FALSE(account.journal);
    EXPECT_EQ(account.timeout_of({"cloud"}), 5s);
    EXPECT_FALSE(configuration->log_timezone);
    EXPECT_EQ(configuration->state_directory, home / ".local/state/ousage");
    EXPECT_EQ(configuration->history_db, home / ".local/state/ousage/history.db");
}

// systemd makes the directory of a unit with a dynamic user a link.
TEST(Detect, StateDirectoryOfASystemdUnitIsUsedWithoutItsLink) {
    auto machine = Machine();
    auto const real = std::filesystem::canonical(machine.home.path()) / "private";
    std::filesystem::create_directory(real);
    std::filesystem::create_symlink(real, machine.home.path() / "link");
    machine.variables["XDG_STATE_HOME"] = "/state";
    machine.variables["STATE_DIRECTORY"] = (machine.home.path() / "link").string() + ":/other";
    EXPECT_EQ(machine.detect()->state_directory, real);
    EXPECT_EQ(machine.detect()->history_db, real / "history.db");
    machine.variables["STATE_DIRECTORY"] = "relative";
    EXPECT_EQ(machine.detect()->state_directory, "/state/ousage");
    auto overrides = Overrides{};
    overrides.history_db = "/data/history.db";
    EXPECT_EQ(machine.detect(overrides)->history_db, "/data/history.db");
    overrides.no_state = true;
    EXPECT_FALSE(machine.detect(overrides)->history_db);
}

TEST(Detect, ReadsVariables) {
    auto machine = Machine();
    machine.variables["OLLAMA_HOST"] = "gpu:8080";
    machine.variables["OLLAMA_API_KEY"] = "secret";
    machine.variables["XDG_STATE_HOME"] = "/state";
    machine.variables["TZ"] = "UTC";
    auto const configuration = machine.detect();
    ASSERT_TRUE(configuration);
    EXPECT_EQ(to_string(configuration->accounts[0].base_url.value()), "http://gpu:8080");
    EXPECT_TRUE(configuration->accounts[0].has_api_key);
    EXPECT_EQ(configuration->state_directory, "/state/ousage");
    EXPECT_EQ(configuration->environment("OLLAMA_API_KEY"), "secret");
    machine.variables["XDG_STATE_HOME"] = "relative";
    EXPECT_EQ(machine.detect()->state_directory, machine.home.path() / ".local/state/ousage");
    machine.variables["OLLAMA_API_KEY"] = "";
    EXPECT_FALSE(machine.account().has_api_key);
    machine.variables["OTHER_KEY"] = "secret";
    auto overrides = Overrides{};
    overrides.api_key_env = "OTHER_KEY";
    EXPECT_TRUE(machine.account(overrides).has_api_key);
}

TEST(Detect, UsesFirstDatabaseThatExists) {
    auto machine = Machine();
    EXPECT_EQ(machine.account().db_path, machine.home.path() / ".ollama/db.sqlite");
    auto const fallback = machine.home.write(".config/Ollama/db.sqlite", "");
    EXPECT_EQ(machine.account().db_path, fallback);
    auto const config = machine.home.write("config/Ollama/db.sqlite", "");
    machine.variables["XDG_CONFIG_HOME"] = (machine.home.path() / "config").string();
    EXPECT_EQ(machine.account().db_path, config);
    auto const other = machine.home.write(".local/share/Ollama/db.sqlite", "");
    EXPECT_EQ(machine.account().db_path, other);
    auto const data = machine.home.write("data/Ollama/db.sqlite", "");
    machine.variables["XDG_DATA_HOME"] = (machine.home.path() / "data").string();
    EXPECT_EQ(machine.account().db_path, data);
    auto const own = machine.home.write(".ollama/db.sqlite", "");
    EXPECT_EQ(machine.account().db_path, own);
    auto overrides = Overrides{};
    overrides.db_path = "/db";
    EXPECT_EQ(machine.account(overrides).db_path, "/db");
}

TEST(Detect, ReadsAccountsFileOfTheUserUnlessOneIsGiven) {
    auto machine = Machine();
    machine.home.write(".config/ousage/config.json", R"({"accounts":[{"id":"user"}]})");
    EXPECT_EQ(machine.account().id, "user");
    machine.home.write("xdg/ousage/config.json", R"({"accounts":[{"id":"xdg"}]})");
    machine.variables["XDG_CONFIG_HOME"] = (machine.home.path() / "xdg").string();
    EXPECT_EQ(machine.account().id, "xdg");
    auto overrides = Overrides{};
    overrides.config = machine.home.write("given.json", R"({"accounts":[{"id":"given"}]})");
    EXPECT_EQ(machine.account(overrides).id, "given");
}

TEST(Detect, ServerIsOptionElseAccountElseVariable) {
    auto machine = Machine();
    machine.variables["OLLAMA_HOST"] = "variable";
    auto overrides = Overrides{};
    overrides.config = machine.home.write("config.json", R"({"accounts":[{"id":"a"}]})");
    EXPECT_EQ(machine.server(overrides), "http://variable:11434");
    machine.home.write("config.json", R"({"accounts":[{"id":"a","base_url":"http://file:1"}]})");
    EXPECT_EQ(machine.server(overrides), "http://file:1");
    overrides.base_url = "option:2";
    EXPECT_EQ(machine.server(overrides), "http://option:2");
}

TEST(Detect, AccountWithKeyHasAServerOnlyIfItNamesOne) {
    auto machine = Machine();
    machine.variables["OLLAMA_HOST"] = "variable";
    auto overrides = Overrides{};
    overrides.config =
        machine.home.write("config.json", R"({"accounts":[{"id":"a","auth":"api_key"}]})");
    EXPECT_FALSE(machine.account(overrides).base_url);
}

TEST(Detect, OptionsOverrideTheAccountsFile) {
    auto const machine = Machine();
    auto overrides = Overrides{};
    overrides.config = machine.home.write("config.json", R"({"accounts":[{"id":"a",
        "config_dir":"/file","logs_dir":"/file/l","server_config":"/file/s","db_path":"/file/d",
        "cloud_base_url":"https://file","timeout":"1s","timeouts":{"cloud":"2s"}}]})");
    auto account = machine.account(overrides);
    EXPECT_EQ(account.logs_dir, "/file/l");
    EXPECT_EQ(account.timeout_of({"cloud"}), 2s);
    overrides.config_dir = "/option";
    account = machine.account(overrides);
    EXPECT_EQ(account.logs_dir, "/option/logs");
    EXPECT_EQ(account.server_config, "/option/server.json");
    EXPECT_EQ(account.db_path, "/file/d");
    overrides.logs_dir = "/option/l";
    overrides.server_config = "/option/s";
    overrides.cloud_base_url = "https://option";
    overrides.journal = JournalUnit{"unit", {}};
    overrides.timeout = 3s;
    account = machine.account(overrides);
    EXPECT_EQ(account.logs_dir, "/option/l");
    EXPECT_EQ(account.server_config, "/option/s");
    EXPECT_EQ(account.cloud_base_url, "https://option");
    EXPECT_EQ(account.journal.value().name, "unit");
    EXPECT_EQ(account.timeout_of({"cloud"}), 3s);
    overrides.timeouts["cloud"] = 4s;
    account = machine.account(overrides);
    EXPECT_EQ(account.timeout_of({"cloud"}), 4s);
    EXPECT_EQ(account.timeout_of({"local_api"}), 3s);
}

TEST(Detect, FilesOfThisMachineAreDefaultsUnlessAPathIsGiven) {
    auto machine = Machine();
    auto const account = machine.account();
    EXPECT_TRUE(account.default_config);
    EXPECT_TRUE(account.default_db);
#if defined(__linux__)
    EXPECT_EQ(account.service_config, "/usr/share/ollama/.ollama/server.json");
#endif
    auto overrides = Overrides{};
    overrides.config_dir = "/c";
    EXPECT_FALSE(machine.account(overrides).default_config);
    EXPECT_TRUE(machine.account(overrides).service_config.empty());
    EXPECT_TRUE(machine.account(overrides).default_db);
    overrides = {};
    overrides.server_config = "/s";
    overrides.db_path = "/d";
    EXPECT_FALSE(machine.account(overrides).default_config);
    EXPECT_FALSE(machine.account(overrides).default_db);
    overrides = {};
    overrides.config = machine.home.write(
        "config.json", R"({"accounts":[{"id":"a","server_config":"/s","db_path":"/d"}]})");
    EXPECT_FALSE(machine.account(overrides).default_config);
    EXPECT_FALSE(machine.account(overrides).default_db);
}

TEST(Detect, LogsAreSearchedUnlessAPathIsGiven) {
    auto machine = Machine();
    EXPECT_TRUE(machine.account().default_logs);
    EXPECT_TRUE(machine.account().log_files.empty());
    auto overrides = Overrides{};
    overrides.logs_dir = "/l";
    EXPECT_FALSE(machine.account(overrides).default_logs);
    overrides = {};
    overrides.config_dir = "/c";
    EXPECT_FALSE(machine.account(overrides).default_logs);
    overrides = {};
    overrides.config = machine.home.write(
        "config.json", R"({"accounts":[{"id":"a","log_files":["/a.log","/b.log"]}]})");
    auto const files = std::vector<std::filesystem::path>{"/a.log", "/b.log"};
    EXPECT_EQ(machine.account(overrides).log_files, files);
    overrides.log_files = {"/c.log"};
    EXPECT_EQ(machine.account(overrides).log_files, overrides.log_files);
    overrides.log_files = {"/c.log", "-"};
    EXPECT_TRUE(machine.error(overrides).starts_with("--log-file: ")) << machine.error(overrides);
    overrides.log_files = {};
    overrides.logs_dir = "/l";
    EXPECT_TRUE(machine.account(overrides).log_files.empty());
    overrides = {};
    overrides.config = machine.home.write("config.json", R"({"accounts":[{"id":"a"},{"id":"b"}]})");
    overrides.log_files = {"-"};
    EXPECT_EQ(machine.error(overrides), "--log-file: - is for one account, see --account");
    overrides.accounts = {"b"};
    EXPECT_EQ(machine.account(overrides).log_files, overrides.log_files);
}

TEST(Detect, SelectsAccountsInTheOrderOfTheFile) {
    auto const machine = Machine();
    auto overrides = Overrides{};
    overrides.config =
        machine.home.write("config.json", R"({"accounts":[{"id":"a"},{"id":"b"},{"id":"c"}]})");
    overrides.accounts = {"c", "a"};
    auto const configuration = machine.detect(overrides);
    ASSERT_TRUE(configuration);
    ASSERT_EQ(configuration->accounts.size(), 2u);
    EXPECT_EQ(configuration->accounts[0].id, "a");
    EXPECT_EQ(configuration->accounts[1].id, "c");
}

TEST(Detect, AppliesClockZoneAndStateOptions) {
    auto const machine = Machine();
    auto overrides = Overrides{};
    overrides.now = parse_rfc3339("2026-11-20T12:00:00.5+01:00");
    overrides.log_timezone = "+05:30";
    overrides.no_state = true;
    auto const configuration = machine.detect(overrides);
    ASSERT_TRUE(configuration);
    EXPECT_EQ(configuration->now(), parse_rfc3339("2026-11-20T11:00:00Z")->at);
    EXPECT_EQ(configuration->log_timezone.value().offset_at({}), 5h + 30min);
    EXPECT_FALSE(configuration->state_directory);
    EXPECT_FALSE(configuration->history_db);
}

TEST(Detect, OllamaHostWithSecretIsRejectedIfItIsUsed) {
    for (auto const* const host : {"http://bob:s3cret@127.0.0.1:1", "http://127.0.0.1?s3cret"}) {
        auto machine = Machine();
        machine.variables["OLLAMA_HOST"] = host;
        EXPECT_EQ(
            machine.error({}),
            "OLLAMA_HOST: a base URL must not contain a user name, password, query or fragment");
        auto overrides = Overrides{};
        overrides.base_url = "option:2";
        EXPECT_EQ(to_string(machine.account(overrides).base_url.value()), "http://option:2");
    }
}

TEST(Detect, ErrorNamesOptionAndCause) {
    auto const machine = Machine();
    auto const with = [](auto member, auto value) {
        auto overrides = Overrides{};
        overrides.*member = value;
        return overrides;
    };
    for (auto const* const url : {"", "ftp://x", "a b"}) {
        EXPECT_EQ(
            machine.error(with(&Overrides::base_url, url)),
            "--base-url: a host, host:port or http(s) URL is needed")
            << url;
    }
    for (auto const* const url :
         {"http://me:pw@x", "me:pw@x", "x?pw", "x:1?pw", "http://x/a?pw", "x#pw", "x:1/#pw"}) {
        EXPECT_EQ(
            machine.error(with(&Overrides::base_url, url)),
            "--base-url: a base URL must not contain a user name, password, query or fragment")
            << url;
    }
    EXPECT_TRUE(
        machine.error(with(&Overrides::cloud_base_url, "x")).starts_with("--cloud-base-url: "));
    EXPECT_TRUE(
        machine.error(with(&Overrides::log_timezone, "Mars/Base")).starts_with("--log-timezone: "));
    EXPECT_EQ(
        machine.error(with(&Overrides::accounts, std::vector<std::string>{"b"})),
        "--account: no account has the id \"b\"");
    EXPECT_EQ(
        machine.error(with(&Overrides::config, "/nonexistent/c.json")),
        "--config: no file /nonexistent/c.json");
    auto const broken = machine.home.write("broken.json", "{\"accounts\":[\n{\"id\":1}]}");
    auto const text = machine.error(with(&Overrides::config, broken));
    EXPECT_TRUE(text.starts_with(broken.string() + ":2: ")) << text;
}

} // namespace
