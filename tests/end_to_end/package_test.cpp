// Tests the configuration files of the Debian package ousage-exporter.
#include "example/exporter/authority.hpp"
#include "support/exporter_process.hpp"
#include "support/match_all.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <cstdio>
#include <filesystem>
#include <string>

#ifdef OUSAGE_TEST_EXPORTER

namespace {

using namespace ousage;
using namespace ousage::test;

std::string shipped(std::string const& name) {
    return read_file(
        std::filesystem::path(OUSAGE_TEST_DATA) / "../../example/deploy/systemd" / name);
}

TEST(Package, CreatesTheUserOfTheUnit) {
    auto const user = match_all("\nUser=([a-z-]+)\n", shipped("ousage-exporter.service"));
    ASSERT_EQ(user.size(), 1u);
    EXPECT_TRUE(shipped("ousage-exporter.sysusers").starts_with("u " + user[0][1] + " - "));
}

TEST(Package, DefaultsNameVariablesAndOptionsOfTheProgram) {
    auto const text = shipped("ousage-exporter.default");
    auto const help = run_command(OUSAGE_TEST_EXPORTER " --help").out;
    auto const unit = shipped("ousage-exporter.service");
    EXPECT_NE(unit.find("\nEnvironmentFile=-/etc/default/ousage-exporter\n"), unit.npos);
    auto count = 0;
    for (auto const& row : match_all("\n#([A-Z_]+)=", text)) {
        auto const is_read = help.find("(Env:" + row[1] + ")") != help.npos;
        EXPECT_TRUE(is_read || row[1] == "ARGS") << row[1];
        ++count;
    }
    EXPECT_EQ(count, 2);
    for (auto const& row : match_all("[ =](--[a-z.]+) [1/]", text)) {
        EXPECT_NE(help.find("  " + row[1] + " "), help.npos) << row[1];
        ++count;
    }
    EXPECT_EQ(count, 4);
}

// The example is accepted once its certificate exists.
TEST(Package, ExporterAcceptsExampleWebConfiguration) {
    auto const directory = TemporaryDirectory();
    auto const identity = program::make_identity({});
    directory.write("server.pem", identity.pem());
    auto* const key = std::fopen((directory.path() / "server.key").c_str(), "w");
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(
        PEM_write_PrivateKey(key, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    std::fclose(key);
    auto const file = directory.write("web.yml", shipped("web.yml")).string();
    auto arguments = nowhere;
    arguments.insert(arguments.end(), {"--web.config.file", file});
    auto const exporter = ExporterProcess(arguments);
    auto const finished = run_command(
        OUSAGE_TEST_EXPORTER " --healthcheck --listen 127.0.0.1:" +
        std::to_string(exporter.port()) + " --web.config.file " + file);
    EXPECT_EQ(finished.exit_code, 0) << finished.error;
}

} // namespace

#endif
