// Tests `ousage-exporter --healthcheck` beside running exporters.
#include "example/exporter/authority.hpp"
#include "support/exporter_process.hpp"
#include "support/process.hpp"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#ifdef OUSAGE_TEST_EXPORTER

namespace {

using namespace ousage;
using namespace ousage::test;

Finished check_health(std::string const& arguments) {
    return run_command(OUSAGE_TEST_EXPORTER " --healthcheck " + arguments);
}

void expect_healthy(std::string const& arguments) {
    auto const finished = check_health(arguments);
    EXPECT_EQ(finished.exit_code, 0) << arguments;
    EXPECT_EQ(finished.out + finished.error, "") << arguments;
}

// Expects exit code 1 and one line on standard error that contains `reason`.
void expect_unhealthy(std::string const& arguments, std::string const& reason) {
    auto const finished = check_health(arguments);
    EXPECT_EQ(finished.exit_code, 1) << arguments;
    EXPECT_EQ(finished.out, "") << arguments;
    EXPECT_TRUE(finished.error.starts_with("ousage-exporter: ")) << finished.error;
    EXPECT_NE(finished.error.find(reason), std::string::npos) << finished.error;
    EXPECT_EQ(std::count(finished.error.begin(), finished.error.end(), '\n'), 1) << finished.error;
}

std::string at_port(std::uint16_t port) {
    return "--listen 127.0.0.1:" + std::to_string(port);
}

void write_identity(TemporaryDirectory const& directory, program::Identity const& identity) {
    directory.write("server.pem", identity.pem());
    auto const file = (directory.path() / "server.key").string();
    auto* const key = std::fopen(file.c_str(), "w");
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(
        PEM_write_PrivateKey(key, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    std::fclose(key);
}

constexpr char const* users =
    "basic_auth_users: {ann: $2y$04$abcdefghijklmnopqrstuuW8/nxVOHwcc8bLcJcGSMaPtYz1DNqQi}\n";

TEST(Healthcheck, RunningExporterIsHealthy) {
    auto const exporter = ExporterProcess(nowhere);
    auto const port = std::to_string(exporter.port());
    expect_healthy("--listen 127.0.0.1:" + port);
    expect_healthy("--port " + port);
    expect_healthy("--web.listen-address localhost:" + port + " --web.listen-address :1");
    auto const finished =
        run_command("env EXPORTER_PORT=" + port + " " OUSAGE_TEST_EXPORTER " --healthcheck");
    EXPECT_EQ(finished.exit_code, 0) << finished.error;
}

TEST(Healthcheck, ExporterWithTlsAndUsersIsHealthy) {
    auto const directory = TemporaryDirectory();
    write_identity(directory, program::make_identity({}));
    auto const tls = std::string("tls_server_config: {cert_file: server.pem, key_file: server.key");
    auto const encrypted = " --web.config.file " + directory.write("tls.yml", tls + "}\n").string();
    auto const restricted =
        " --web.config.file " +
        directory
            .write(
                "client.yml", tls +
                                  ", client_ca_file: server.pem, client_auth_type: "
                                  "RequireAndVerifyClientCert}\n" +
                                  users)
            .string();
    for (auto const& file : {encrypted, restricted}) {
        auto arguments = nowhere;
        arguments.insert(arguments.end(), {"--web.config.file", file.substr(19)});
        auto const exporter = ExporterProcess(arguments);
        expect_healthy(at_port(exporter.port()) + file);
        expect_unhealthy(at_port(exporter.port()), "not healthy: 127.0.0.1:");
    }
}

TEST(Healthcheck, ResponseOtherThanTheConfiguredIsUnhealthy) {
    auto const directory = TemporaryDirectory();
    auto const file = directory.write("web.yml", users).string();
    auto arguments = nowhere;
    arguments.insert(arguments.end(), {"--web.config.file", file});
    auto const exporter = ExporterProcess(arguments);
    expect_healthy(at_port(exporter.port()) + " --web.config.file " + file);
    expect_unhealthy(at_port(exporter.port()), "\"HTTP/1.1 401");
}

TEST(Healthcheck, MissingExporterIsUnhealthy) {
    auto const port = [] {
        auto context = asio::io_context();
        auto const unused = asio::ip::tcp::acceptor(
            context, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        return unused.local_endpoint().port();
    }();
    expect_unhealthy(at_port(port), "Connection refused");
    expect_unhealthy("--web.config.file /nonexistent", "/nonexistent");
}

TEST(Healthcheck, SilentServerIsUnhealthyAfterDeadline) {
    auto context = asio::io_context();
    auto const silent = asio::ip::tcp::acceptor(
        context, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    expect_unhealthy(at_port(silent.local_endpoint().port()), "no response within 3 s");
}

TEST(Healthcheck, UnknownAddressIsAnError) {
    expect_unhealthy("--web.systemd-socket", "--healthcheck: the address of --web.systemd-socket");
    expect_unhealthy("--listen 127.0.0.1:0", "--healthcheck: with port 0");
}

// The image checks the program that it starts.
TEST(Healthcheck, ImageChecksItsEntryPoint) {
    auto const text = read_file(
        std::filesystem::path(OUSAGE_TEST_DATA) / "../../example/deploy/docker/Dockerfile");
    auto const entry = std::string("[\"/usr/bin/ousage-exporter\"");
    EXPECT_NE(text.find("ENTRYPOINT " + entry + "]"), text.npos);
    auto const check = text.find("\nHEALTHCHECK ");
    ASSERT_NE(check, text.npos);
    EXPECT_NE(text.find("CMD " + entry + ", \"--healthcheck\"]", check), text.npos);
}

} // namespace

#endif
