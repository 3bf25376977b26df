#include "example/exporter/web_config.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;

// bcrypt of "secret", cost 4.
std::string const hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

class WebConfigFile : public testing::Test {
protected:
    Result<WebConfig> read(std::string const& text) const {
        return read_web_config(directory_.write("web.yml", text));
    }

    // Returns the error without its constant start, which names the option and the file.
    std::string error(std::string const& text) const {
        auto const config = read(text);
        if (config) {
            return "no error";
        }
        EXPECT_EQ(config.failure().code, make_error_code(Errc::configuration));
        auto const start = "--web.config.file: " + (directory_.path() / "web.yml").string() + ": ";
        auto const whole = to_string(config.failure());
        EXPECT_TRUE(whole.starts_with(start)) << whole;
        EXPECT_EQ(whole.find('\n'), whole.npos) << whole;
        return whole.substr(std::min(start.size(), whole.size()));
    }

    TemporaryDirectory directory_;
};

TEST_F(WebConfigFile, ReadsEveryKey) {
    auto const config = read(
        "tls_server_config:\n"
        "  cert_file: server.crt\n"
        "  key_file: /keys/server.key\n"
        "  client_ca_file: ca.crt\n"
        "  client_auth_type: RequireAndVerifyClientCert\n"
        "  client_allowed_sans: [prometheus.example.org]\n"
        "  min_version: TLS13\n"
        "  max_version: TLS13\n"
        "  cipher_suites: [TLS_AES_128_GCM_SHA256]\n"
        "  prefer_server_cipher_suites: true\n"
        "  curve_preferences: [X25519]\n"
        "http_server_config:\n"
        "  http2: false\n"
        "  headers:\n"
        "    X-Frame-Options: deny\n"
        "basic_auth_users:\n"
        "  bob: " +
        hash +
        "\n"
        "rate_limit:\n"
        "  interval: 1m30s\n"
        "  burst: 20\n");
    ASSERT_TRUE(config) << config.failure().text;
    auto const& tls = config->tls.value();
    EXPECT_EQ(tls.cert_file, directory_.path() / "server.crt");
    EXPECT_EQ(tls.key_file, "/keys/server.key");
    EXPECT_EQ(tls.client_ca_file, directory_.path() / "ca.crt");
    EXPECT_EQ(tls.client_auth_type, "RequireAndVerifyClientCert");
    EXPECT_EQ(tls.client_allowed_sans, (std::vector<std::string>{"prometheus.example.org"}));
    EXPECT_EQ(tls.min_version, "TLS13");
    EXPECT_EQ(tls.cipher_suites, (std::vector<std::string>{"TLS_AES_128_GCM_SHA256"}));
    EXPECT_EQ(config->headers.at("X-Frame-Options"), "deny");
    EXPECT_EQ(config->users.at("bob"), hash);
    EXPECT_EQ(tls.curves, (std::vector<std::string>{"X25519"}));
    EXPECT_EQ(config->rate_limit, (RateLimit{std::chrono::seconds(90), 20}));
}

TEST_F(WebConfigFile, ReadsInlineCertificates) {
    auto const config = read("tls_server_config:\n"
                             "  cert: |\n    -----BEGIN CERTIFICATE-----\n"
                             "  key: the key\n"
                             "  client_ca: the authority\n"
                             "  client_auth_type: RequireAndVerifyClientCert\n"
                             "rate_limit: {interval: 0}\n");
    ASSERT_TRUE(config) << config.failure().text;
    auto const& tls = config->tls.value();
    EXPECT_EQ(tls.cert, "-----BEGIN CERTIFICATE-----\n");
    EXPECT_EQ(tls.key, "the key");
    EXPECT_EQ(tls.client_ca, "the authority");
    EXPECT_EQ(tls.cert_file, "");
    EXPECT_EQ(config->rate_limit, RateLimit{});
}

TEST_F(WebConfigFile, RejectsDuplicateKeys) {
    EXPECT_EQ(
        error("basic_auth_users:\nbasic_auth_users:\n"),
        "line 2: the key basic_auth_users occurs twice in the file");
    EXPECT_EQ(
        error("tls_server_config:\n  cert_file: a\n  key_file: b\n  cert_file: c\n"),
        "line 4: the key cert_file occurs twice in tls_server_config");
    EXPECT_EQ(
        error("http_server_config:\n  headers:\n    X-Frame-Options: deny\n"
              "    X-Frame-Options: sameorigin\n"),
        "line 4: the key X-Frame-Options occurs twice in headers");
    EXPECT_EQ(
        error("basic_auth_users:\n  bob: " + hash + "\n  bob: " + hash + "\n"),
        "line 3: basic_auth_users contains a user twice");
}

TEST_F(WebConfigFile, EmptyFileMeansPlainHttpForEverybody) {
    for (auto const* const text : {"", "# a comment\n", "basic_auth_users:\n"}) {
        auto const config = read(text);
        ASSERT_TRUE(config) << text;
        EXPECT_FALSE(config->tls);
        EXPECT_TRUE(config->users.empty());
        EXPECT_TRUE(config->headers.empty());
    }
}

TEST_F(WebConfigFile, ErrorNamesFileLineAndKey) {
    struct Row {
        std::string text;
        char const* error;
    };

    Row const rows[] = {
        {"basic_auth_user:\n", "line 1: unknown key basic_auth_user in the file"},
        {"tls_server_config:\n  cert_file: a\n  keyfile: b\n",
         "line 3: unknown key keyfile in tls_server_config"},
        {"\n- 1\n", "line 2: the file is not a map"},
        {"tls_server_config: 1\n", "line 1: tls_server_config is not a map"},
        {"tls_server_config:\n  cert_file: [a]\n", "line 2: cert_file is not a string"},
        {"tls_server_config:\n  cert_file: a\n",
         "line 2: tls_server_config needs cert_file and key_file, or cert and key"},
        {"tls_server_config:\n  cert: a\n",
         "line 2: tls_server_config needs cert_file and key_file, or cert and key"},
        {"tls_server_config:\n  cert: a\n  key: b\n  client_ca: c\n",
         "line 2: client_ca_file and client_ca need a client_auth_type"},
        {"rate_limit:\n  interval: 5\n", "line 2: interval is no duration such as 100ms"},
        {"rate_limit:\n  interval: 1s\n  burst: 0\n", "line 3: burst is no number of requests"},
        {"rate_limit:\n  rate: 1\n", "line 2: unknown key rate in rate_limit"},
        {"tls_server_config:\n  cert_file: a\n  key_file: b\n  min_version: TLS9\n",
         "line 4: min_version has an unknown value"},
        {"tls_server_config:\n  cert_file: a\n  key_file: b\n  cipher_suites: x\n",
         "line 4: cipher_suites is not a list"},
        {"tls_server_config:\n  cert_file: a\n  key_file: b\n"
         "  client_auth_type: RequireAndVerifyClientCert\n",
         "line 2: client_auth_type needs client_ca_file or client_ca"},
        {"tls_server_config:\n  cert_file: a\n  key_file: b\n  client_allowed_sans: [x]\n",
         "line 2: client_allowed_sans needs client_auth_type RequireAndVerifyClientCert"},
        {"tls_server_config:\n  cert_file: a\n  key_file: b\n  client_ca_file: c\n"
         "  client_auth_type: VerifyClientCertIfGiven\n  client_allowed_sans: [x]\n",
         "line 2: client_allowed_sans needs client_auth_type RequireAndVerifyClientCert"},
        {"tls_server_config:\n  cert_file: a\n  key_file: b\n"
         "  min_version: TLS13\n  max_version: TLS12\n",
         "line 2: min_version is above max_version"},
        {"http_server_config:\n  headers:\n    X-Other: y\n",
         "line 3: unknown key X-Other in headers"},
        {"http_server_config:\n  headers:\n    X-Frame-Options: \"a\\r\\nb\"\n",
         "line 3: a header must be one line"},
        {"basic_auth_users: [bob]\n", "line 1: basic_auth_users is not a map"},
        {"basic_auth_users:\n  bob: secret\n",
         "line 2: basic_auth_users: the password is not a bcrypt hash"},
    };
    for (auto const& row : rows) {
        EXPECT_EQ(error(row.text), row.error) << row.text;
    }
}

// Each prefix of a file that is being written is read or rejected, and never shows the hash.
TEST_F(WebConfigFile, HalfWrittenFileNeverGrantsAccessToUnknownUsers) {
    auto const whole = "basic_auth_users:\n  bob: " + hash + "\n";
    EXPECT_EQ(
        error(whole.substr(0, whole.size() - 20)),
        "line 2: basic_auth_users: the password is not a bcrypt hash");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        auto const config = read(whole.substr(0, size));
        if (config) {
            auto const users = config->users;
            EXPECT_TRUE(users.empty() || users.at("bob") == hash) << size;
        } else {
            EXPECT_EQ(to_string(config.failure()).find("$2b$"), std::string::npos) << size;
        }
    }
}

TEST_F(WebConfigFile, BrokenYamlNamesItsLine) {
    EXPECT_TRUE(error("a: 1\nb: \"c\n").starts_with("line ")) << error("a: 1\nb: \"c\n");
    EXPECT_TRUE(error("http_server_config:\n\theaders: 1\n").starts_with("line 2: "))
        << error("http_server_config:\n\theaders: 1\n");
    EXPECT_TRUE(error("a: [1\nb: 2\n").starts_with("line ")) << error("a: [1\nb: 2\n");
}

TEST_F(WebConfigFile, MissingFileIsNamed) {
    auto const path = (directory_.path() / "none.yml").string();
    auto const config = read_web_config(path);
    ASSERT_FALSE(config);
    EXPECT_EQ(to_string(config.failure()), "--web.config.file: " + path + ": no file " + path);
}

} // namespace
