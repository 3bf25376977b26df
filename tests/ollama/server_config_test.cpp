#include "support/process.hpp"
#include <ousage/core/run.hpp>
#include <ousage/ollama/server_config.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

TEST(ServerConfigSource, HasTheValuesAndTheStateOfServerJson) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.write("server.json", R"({"disable_ollama_cloud":true})");
    auto const source = server_config(path);
    EXPECT_EQ(source.name(), "server_config");
    auto const outcome = run(source);
    EXPECT_EQ(outcome.state, State::ok);
    EXPECT_EQ(outcome.value.cloud_disabled, true);
    auto const absent = run(server_config(directory.path() / "none"));
    EXPECT_EQ(absent.state, State::absent);
    EXPECT_EQ(absent.note, "no " + (directory.path() / "none").string());
    EXPECT_EQ(absent.value.cloud_disabled, std::nullopt);
}

TEST(ServerConfigSource, ReadsTheFileOfTheServiceIfTheFirstDoesNotExist) {
    auto const directory = TemporaryDirectory();
    auto const service = directory.write("service.json", R"({"disable_ollama_cloud":true})");
    auto const own = directory.path() / "server.json";
    EXPECT_EQ(run(server_json(own, service)).value.cloud_disabled, true);
    auto const missing = run(server_json(own, directory.path() / "none.json"));
    EXPECT_EQ(missing.state, State::absent);
    EXPECT_EQ(
        missing.note, "no " + own.string() + ", " + (directory.path() / "none.json").string());
    // That of another user may be unreadable.
    EXPECT_EQ(run(server_json(own, directory.path())).state, State::absent);
    directory.write("server.json", "{}");
    EXPECT_EQ(run(server_json(own, service)).value.cloud_disabled, false);
}

// Returns the snapshot of an account that has only the file.
Snapshot snapshot_of(std::filesystem::path const& path) {
    auto account = Account{};
    account.server_config = path;
    account.db_path = path.parent_path() / "none.sqlite";
    auto configuration = Configuration{};
    configuration.environment = [](char const*) { return std::nullopt; };
    configuration.accounts.push_back(account);
    return run(snapshot(configuration)).value;
}

TEST(ServerConfigSource, UnreadableFileIsServerConfigError) {
    auto const directory = TemporaryDirectory();
    auto const malformed = snapshot_of(directory.write("server.json", "{oops"));
    EXPECT_TRUE(malformed.diagnostics.contains("server_config_error"));
    EXPECT_EQ(malformed.diagnostics.size(), 1u);
    EXPECT_EQ(malformed.attributes.cloud_disabled, false);
    auto const unreadable = snapshot_of(directory.path());
    EXPECT_TRUE(unreadable.diagnostics.contains("server_config_error"));
    EXPECT_EQ(unreadable.attributes.cloud_disabled, std::nullopt);
}

} // namespace
