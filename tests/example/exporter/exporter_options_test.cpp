#include "example/exporter/exporter_options.hpp"
#include "example/options/shared_options.hpp"
#include "support/environment.hpp"
#include "support/option_checks.hpp"
#include <ousage/ollama/detect.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono_literals;

Read<ExporterOptions> exporter(std::vector<char const*> arguments) {
    arguments.insert(arguments.begin(), "ousage-exporter");
    return test::read(&read_exporter_options, std::move(arguments));
}

TEST(ExporterOptions, HelpListsEveryOption) {
    auto const help = exporter({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    expect_listed(shared_options(), help.out, 0);
    expect_listed(exporter_options(), help.out, 0);
    EXPECT_NE(help.out.find("SCRAPE_INTERVAL"), std::string::npos);
}

TEST(ExporterOptions, OperationsDocumentsEveryOption) {
    expect_documented(exporter_options(), "operations.md");
}

TEST(ExporterOptions, RejectsUnknownNameAndInvalidValueOnOneLine) {
    struct Row {
        std::vector<char const*> arguments;
        char const* error;
    };

    Row const rows[] = {
        {{"--prot"}, "The following argument was not expected: --prot (did you mean --port?)"},
        {{"--port", "x"}, "--port: \"x\" is no port"},
        {{"--ollama-port", "99999"}, "--ollama-port: \"99999\" is no port"},
        {{"--listen", "here"}, "--listen: \"here\" is no ADDRESS:PORT such as 127.0.0.1:9200"},
        {{"--scrape-interval", "1ms"},
         "--scrape-interval: \"1ms\" is no duration such as 15s, of 100ms or more"},
        {{"--web.max-connections", "0"},
         "--web.max-connections: \"0\" is no number of connections"},
        {{"--web.max-requests", "-1"}, "--web.max-requests: \"-1\" is no number of requests"},
        {{"--web.config.file", ""}, "--web.config.file: the value is empty"},
        {{"--web.listen-address", "9200"},
         "--web.listen-address: \"9200\" is no ADDRESS:PORT such as :9200 or localhost:9200"},
        {{"--web.listen-address", "vsock://:9200"},
         "--web.listen-address: \"vsock://:9200\" is no ADDRESS:PORT such as :9200 or "
         "localhost:9200"},
        {{"--web.telemetry-path", "metrics"},
         "--web.telemetry-path: \"metrics\" is no path such as /metrics, or that of another page"},
        {{"--web.telemetry-path", "/sd"},
         "--web.telemetry-path: \"/sd\" is no path such as /metrics, or that of another page"},
        {{"--log.level", "loud"}, "--log.level: \"loud\" is not one of the values"},
        {{"--log.format", "xml"}, "--log.format: \"xml\" is not one of the values"},
    };
    for (auto const& [arguments, error] : rows) {
        auto const read = exporter(arguments);
        EXPECT_FALSE(read.options) << error;
        EXPECT_EQ(read.exit_code, 2);
        EXPECT_EQ(read.error, std::string("ousage-exporter: ") + error + "\n");
    }
}

TEST(ExporterOptions, ReadsLevelAndFormatOfEvents) {
    auto const read = exporter({"--log.level", "debug", "--log.format", "json"});
    ASSERT_TRUE(read.options) << read.error;
    EXPECT_EQ(read.options->log_level, LogLevel::debug);
    EXPECT_EQ(read.options->log_format, LogFormat::json);
    auto const defaults = exporter({});
    EXPECT_EQ(defaults.options.value().log_level, LogLevel::info);
    EXPECT_EQ(defaults.options.value().log_format, LogFormat::logfmt);
}

TEST(ExporterOptions, StoresNothingIfRequested) {
    EXPECT_TRUE(exporter({"--no-state"}).options.value().overrides.no_state);
    EXPECT_FALSE(exporter({}).options.value().overrides.no_state);
}

TEST(ExporterOptions, ReadsListenAddressesOfPrometheus) {
    auto const read = exporter(
        {"--web.listen-address", ":9200", "--web.listen-address", "localhost:0",
         "--web.listen-address=[::1]:9201", "--web.telemetry-path", "/ollama/metrics"});
    ASSERT_TRUE(read.options) << read.error;
    auto const expected = std::vector<ListenAddress>{{"", 9200}, {"localhost", 0}, {"::1", 9201}};
    EXPECT_EQ(read.options->web_listen, expected);
    EXPECT_EQ(read.options->telemetry_path, "/ollama/metrics");
    EXPECT_FALSE(read.options->systemd_socket);
    EXPECT_TRUE(exporter({"--web.systemd-socket"}).options.value().systemd_socket);
    EXPECT_TRUE(exporter({}).options.value().web_listen.empty());
}

TEST(ExporterOptions, ReadsVariablesOfItsTable) {
    auto const host = Variable("OLLAMA_HOST", "gpu");
    auto const ollama_port = Variable("OLLAMA_PORT", "81");
    auto const port = Variable("EXPORTER_PORT", "82");
    auto const interval = Variable("SCRAPE_INTERVAL", "1m");
    auto const read = exporter({});
    ASSERT_TRUE(read.options) << read.error;
    EXPECT_EQ(read.options->overrides.base_url, "http://gpu:81");
    EXPECT_EQ(read.options->port, 82);
    EXPECT_EQ(read.options->interval, 1min);
    auto const overridden = exporter({"--ollama-host", "cpu:83", "--listen", "127.0.0.1:84"});
    EXPECT_EQ(overridden.options.value().overrides.base_url, "cpu:83");
    EXPECT_EQ(overridden.options.value().port, 84);
    EXPECT_EQ(overridden.options.value().address, "127.0.0.1");
}

TEST(ExporterOptions, InvalidVariableIsRejectedByItsName) {
    auto const port = Variable("EXPORTER_PORT", "x");
    auto const read = exporter({});
    EXPECT_FALSE(read.options);
    EXPECT_EQ(read.exit_code, 2);
    EXPECT_EQ(read.error, "ousage-exporter: EXPORTER_PORT: \"x\" is no port\n");
    EXPECT_EQ(exporter({"--port", "80"}).options.value().port, 80);
    EXPECT_EQ(exporter({"--port", "y"}).error, "ousage-exporter: --port: \"y\" is no port\n");
}

TEST(ExporterOptions, HostWithSecretIsRejectedByTheNameOfItsOrigin) {
    auto const reason = std::string(": a base URL must not contain a user name, password, query or "
                                    "fragment\n");
    for (auto const* const text : {"http://bob:s3cret@gpu", "bob:s3cret@gpu:1", "gpu?s3cret"}) {
        auto const option = exporter({"--ollama-host", text, "--ollama-port", "81"});
        EXPECT_FALSE(option.options);
        EXPECT_EQ(option.exit_code, 2);
        EXPECT_EQ(option.error, "ousage-exporter: --ollama-host" + reason);
        auto const host = Variable("OLLAMA_HOST", text);
        auto const port = Variable("OLLAMA_PORT", "81");
        auto const variable = exporter({});
        EXPECT_FALSE(variable.options);
        EXPECT_EQ(variable.exit_code, 2);
        EXPECT_EQ(variable.error, "ousage-exporter: OLLAMA_HOST" + reason);
    }
}

TEST(ExporterOptions, UnusableHostIsRejectedByTheNameOfItsOrigin) {
    auto const error = [](Read<ExporterOptions> const& read) {
        auto const configuration = ollama::detect(
            read.options.value().overrides, [](char const*) { return std::nullopt; });
        return configuration ? "none" : to_string(configuration.failure());
    };
    auto const reason = std::string(": a host, host:port or http(s) URL is needed");
    {
        auto const host = Variable("OLLAMA_HOST", "tcp://1.2.3.4");
        EXPECT_EQ(error(exporter({})), "OLLAMA_HOST" + reason);
        EXPECT_EQ(error(exporter({"--base-url", "a b"})), "--base-url" + reason);
    }
    EXPECT_EQ(error(exporter({"--ollama-host", "a b"})), "--ollama-host" + reason);
    EXPECT_EQ(error(exporter({"--ollama-host", "a", "--base-url", "a b"})), "--base-url" + reason);
}

TEST(ExporterOptions, IgnoresVariablesThatKubernetesSetsForAService) {
    auto const expected = exporter({});
    auto const ollama = Variable("OLLAMA_PORT", "tcp://10.0.0.1:11434");
    auto const service = Variable("EXPORTER_PORT", "tcp://10.0.0.2:9200");
    auto const read = exporter({});
    ASSERT_TRUE(read.options) << read.error;
    EXPECT_EQ(read.options->overrides.base_url, expected.options.value().overrides.base_url);
    EXPECT_EQ(read.options->port, expected.options.value().port);
}

// OLLAMA_HOST must not replace the servers of the accounts file.
TEST(ExporterOptions, OllamaHostIsTheServerOfAccountsWithoutOne) {
    auto const host = Variable("OLLAMA_HOST", "gpu:81");
    auto const read = exporter({"--config", "/c"});
    ASSERT_TRUE(read.options) << read.error;
    EXPECT_FALSE(read.options->overrides.base_url);
    EXPECT_EQ(read.options->environment("OLLAMA_HOST"), "gpu:81");
    EXPECT_TRUE(read.options->overrides.no_user_config);
}

} // namespace
