#include "support/process.hpp"
#include <ousage/core/run.hpp>
#include <ousage/ollama/model/server_json.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

Outcome<ServerJson> read(std::string const& text) {
    auto const directory = TemporaryDirectory();
    return run(server_json(directory.write("server.json", text)));
}

TEST(ServerJson, ReportsWhetherTheCloudIsDisabled) {
    EXPECT_EQ(read(R"({"disable_ollama_cloud":true,"other":[1]})").value.cloud_disabled, true);
    EXPECT_EQ(read(R"({"disable_ollama_cloud":false})").value.cloud_disabled, false);
    auto const missing = read("{}");
    EXPECT_EQ(missing.value.cloud_disabled, false);
    EXPECT_EQ(missing.state, State::ok);
}

TEST(ServerJson, MissingFileIsAbsent) {
    auto const directory = TemporaryDirectory();
    auto const outcome = run(server_json(directory.path() / "server.json"));
    EXPECT_EQ(outcome.state, State::absent);
    EXPECT_EQ(outcome.value.cloud_disabled, std::nullopt);
}

TEST(ServerJson, MalformedFileIsAFailureAndCountsAsFalse) {
    for (auto const* const text :
         {"", "{", "[]", R"({"disable_ollama_cloud":"yes"})", R"({"disable_ollama_cloud":)"}) {
        auto const outcome = read(text);
        EXPECT_EQ(outcome.state, State::partial) << text;
        ASSERT_EQ(outcome.failures.size(), 1u) << text;
        EXPECT_EQ(outcome.failures[0].part, "");
        EXPECT_EQ(outcome.value.cloud_disabled, false);
    }
}

TEST(ServerJson, LargeFileAndDirectoryAreFailures) {
    auto const directory = TemporaryDirectory();
    auto const large = directory.write("server.json", std::string(1024 * 1024 + 1, ' '));
    EXPECT_EQ(run(server_json(large)).failures.at(0).code, Errc::limit);
    EXPECT_EQ(run(server_json(directory.path())).failures.at(0).code, Errc::file);
}

TEST(ServerJson, CopiesShareOneReading) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.write("server.json", R"({"disable_ollama_cloud":true})");
    auto const source = server_json(path);
    auto const copy = source;
    EXPECT_EQ(run(source).value.cloud_disabled, true);
    std::filesystem::remove(path);
    EXPECT_EQ(run(copy).value.cloud_disabled, true);
    EXPECT_EQ(run(server_json(path)).state, State::absent);
}

} // namespace
