#include <ousage/ollama/assembly/ollama_host.hpp>

#include <gtest/gtest.h>

namespace {

using ousage::io::to_string;
using ousage::ollama::parse_ollama_host;

struct Row {
    std::string_view input;
    std::string_view url;
};

// Every row of Ollama's own TestHost (envconfig/config_test.go), and further observed values.
constexpr Row rows[] = {
    {"", "http://127.0.0.1:11434"},
    {"1.2.3.4", "http://1.2.3.4:11434"},
    {":1234", "http://:1234"},
    {"1.2.3.4:1234", "http://1.2.3.4:1234"},
    {"example.com", "http://example.com:11434"},
    {"example.com:1234", "http://example.com:1234"},
    {":0", "http://:0"},
    {":66000", "http://:11434"},
    {":-1", "http://:11434"},
    {"[::1]", "http://[::1]:11434"},
    {"::1", "http://[::1]:11434"},
    {"[::]", "http://[::]:11434"},
    {"[::1]:1337", "http://[::1]:1337"},
    {" 1.2.3.4 ", "http://1.2.3.4:11434"},
    {"\"1.2.3.4\"", "http://1.2.3.4:11434"},
    {" \" 1.2.3.4 \" ", "http://1.2.3.4:11434"},
    {"'1.2.3.4'", "http://1.2.3.4:11434"},
    {"http://1.2.3.4", "http://1.2.3.4:80"},
    {"http://1.2.3.4:4321", "http://1.2.3.4:4321"},
    {"https://1.2.3.4", "https://1.2.3.4:443"},
    {"https://1.2.3.4:4321", "https://1.2.3.4:4321"},
    {"https://example.com/ollama", "https://example.com:443/ollama"},
    {"ollama.com", "https://ollama.com:443"},
    {"https://example.com:8443/ollama/v1", "https://example.com:8443/ollama/v1"},
    {"OLLAMA.COM", "http://OLLAMA.COM:11434"},
    {"ollama.com/", "http://ollama.com:11434"},
    {"ollama.com:443", "http://ollama.com:443"},
    {"http://ollama.com", "http://ollama.com:80"},
    {"https://ollama.com", "https://ollama.com:443"},
    {"0.0.0.0", "http://0.0.0.0:11434"},
    {"0.0.0.0:11435", "http://0.0.0.0:11435"},
    {"11434", "http://11434:11434"},
    {"1234", "http://1234:11434"},
    {"localhost", "http://localhost:11434"},
    {"localhost:", "http://localhost:11434"},
    {"localhost:abc", "http://localhost:11434"},
    {":", "http://:11434"},
    {"::", "http://[::]:11434"},
    {"2001:db8::1", "http://[2001:db8::1]:11434"},
    {"[2001:db8::1]", "http://[2001:db8::1]:11434"},
    {"::1:1234", "http://[::1:1234]:11434"},
    {"fe80::1%eth0", "http://[fe80::1%25eth0]:11434"},
    {"[fe80::1%eth0]:1234", "http://[fe80::1%25eth0]:1234"},
    {"http://[::1]", "http://[::1]:80"},
    {"http://[::1]:8080/x/y", "http://[::1]:8080/x/y"},
    {"example.com/", "http://example.com:11434"},
    {"example.com:1234/", "http://example.com:1234"},
    {"1.2.3.4/api", "http://1.2.3.4:11434/api"},
    {"http://", "http://127.0.0.1:80"},
    {"https://", "https://127.0.0.1:443"},
    {"http://:8080", "http://:8080"},
    {"tcp://1.2.3.4", "tcp://1.2.3.4:11434"},
    {"unix:///run/x.sock", "unix://127.0.0.1:11434/run/x.sock"},
    {"HTTP://1.2.3.4", "http://1.2.3.4:11434"},
    {"Https://1.2.3.4", "https://1.2.3.4:11434"},
    {"HTTP://1.2.3.4:80", "http://1.2.3.4:80"},
    {"TCP://1.2.3.4", "TCP://1.2.3.4:11434"},
    {"\u00A01.2.3.4\u00A0", "http://1.2.3.4:11434"},
    {"\u3000\"\u2028 1.2.3.4\u0085\"\u205F", "http://1.2.3.4:11434"},
    {"http://user:pw@1.2.3.4:99", "http://[user:pw%401.2.3.4:99]:80"},
    {"http://1.2.3.4:80?x=1", "http://1.2.3.4:80"},
    {"/", "http://127.0.0.1:11434"},
    {"1.2.3.4:080", "http://1.2.3.4:080"},
    {"1.2.3.4:+80", "http://1.2.3.4:+80"},
    {"1.2.3.4: 80", "http://1.2.3.4:11434"},
};

TEST(OllamaHost, ParsesEveryRowLikeOllama) {
    for (auto const& row : rows) {
        EXPECT_EQ(to_string(parse_ollama_host(row.input)), row.url) << "input " << row.input;
    }
}

TEST(OllamaHost, UnspecifiedAddressConnectsToLoopback) {
    using ousage::io::connectable;
    EXPECT_EQ(connectable(parse_ollama_host("0.0.0.0:5")).host, "127.0.0.1");
    EXPECT_EQ(connectable(parse_ollama_host("[::]:5")).host, "::1");
    EXPECT_EQ(connectable(parse_ollama_host(":5")).host, "127.0.0.1");
    for (auto const* const text : {"::0", "0::", "[::0]:5", "[0::]:5", "0:0:0:0:0:0:0:0"}) {
        EXPECT_EQ(connectable(parse_ollama_host(text)).host, "::1") << text;
    }
    EXPECT_EQ(connectable(parse_ollama_host("::5")).host, "::5");
    EXPECT_EQ(
        to_string(connectable(parse_ollama_host("https://0.0.0.0:4321"))),
        "https://127.0.0.1:4321");
}

TEST(OllamaHost, BaseUrlRejectsWhatMayContainASecret) {
    using ousage::ollama::parse_base_url;
    for (auto const* const text :
         {"http://bob:s3cret@1.2.3.4:5", "bob:s3cret@1.2.3.4", "s3cret@h", "h?token=s3cret",
          "http://1.2.3.4:80?t=s3cret", "https://h/path?s3cret", "h:5/#s3cret",
          "http://bob:a/s3cret@h"}) {
        auto const url = parse_base_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.failure().code, ousage::Errc::configuration);
        EXPECT_EQ(url.failure().text.find("s3cret"), std::string::npos);
    }
    EXPECT_EQ(to_string(*parse_base_url("HTTP://h/a")), "http://h:11434/a");
}

TEST(OllamaHost, HostHeaderOmitsDefaultPortAndZone) {
    using ousage::io::host_header;
    EXPECT_EQ(host_header(parse_ollama_host("http://x")), "x");
    EXPECT_EQ(host_header(parse_ollama_host("x")), "x:11434");
    EXPECT_EQ(host_header(parse_ollama_host("https://[::1]")), "[::1]");
    EXPECT_EQ(host_header(parse_ollama_host("[fe80::1%eth0]:1234")), "[fe80::1]:1234");
}

} // namespace
