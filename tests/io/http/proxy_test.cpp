#include "support/environment.hpp"
#include "support/process.hpp"
#include "support/proxy_peer.hpp"
#include "support/tls_peer.hpp"
#include <ousage/io/http/http_client.hpp>
#include <ousage/io/http/proxy.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <gtest/gtest.h>

#include <map>

namespace {

using namespace ousage;
using namespace ousage::io;
using namespace ousage::test;

using Map = std::map<std::string, std::string>;

Result<std::optional<Proxy>> find_proxy(std::string const& target, Map const& variables) {
    auto const url = parse_url(target);
    EXPECT_TRUE(url) << target;
    return proxy_for(*url, [&variables](char const* name) {
        auto const found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

// `host:port` of the proxy, "" for none, "!" for a failure.
std::string proxy_of(std::string const& target, Map const& variables) {
    auto const found = find_proxy(target, variables);
    return !found ? "!" : *found ? (*found)->url.host + ":" + (*found)->url.port : "";
}

TEST(Proxy, SelectsVariableBySchemeOfTarget) {
    auto const both = Map{{"HTTPS_PROXY", "http://secure:1"}, {"HTTP_PROXY", "http://plain:2"}};
    EXPECT_EQ(proxy_of("https://ollama.com", both), "secure:1");
    EXPECT_EQ(proxy_of("http://example.com", both), "plain:2");
    EXPECT_EQ(proxy_of("https://ollama.com", {{"HTTP_PROXY", "http://plain:2"}}), "");
    EXPECT_EQ(proxy_of("https://ollama.com", {}), "");
    EXPECT_EQ(proxy_of("https://ollama.com", {{"HTTPS_PROXY", ""}}), "");
    EXPECT_EQ(proxy_of("https://ollama.com", {{"https_proxy", "small:3"}}), "small:3");
    EXPECT_EQ(
        proxy_of("https://ollama.com", {{"HTTPS_PROXY", "big:4"}, {"https_proxy", "small:3"}}),
        "big:4");
    EXPECT_EQ(
        proxy_of("https://ollama.com", {{"HTTPS_PROXY", ""}, {"https_proxy", "small:3"}}),
        "small:3");
    EXPECT_EQ(proxy_of("https://ollama.com", {{"ALL_PROXY", "http://all:5"}}), "");
    // In a CGI program, HTTP_PROXY may contain a client's `Proxy` header.
    auto cgi = both;
    cgi["REQUEST_METHOD"] = "GET";
    EXPECT_EQ(proxy_of("http://example.com", cgi), "!");
    EXPECT_EQ(proxy_of("https://ollama.com", cgi), "secure:1");
}

TEST(Proxy, ParsesAllAddressForms) {
    struct Row {
        char const* text;
        char const* address;
        char const* credentials;
    };

    for (auto const& [text, address, credentials] :
         {Row{"proxy", "proxy:80", ""}, Row{"proxy:3128", "proxy:3128", ""},
          Row{"http://proxy", "proxy:80", ""}, Row{"HTTP://proxy:3128/", "proxy:3128", ""},
          Row{"http://[::1]:3128", "::1:3128", ""}, Row{"10.0.0.1:3128", "10.0.0.1:3128", ""},
          Row{"http://user:word@proxy:3128/path?x#y", "proxy:3128", "user:word"},
          Row{"user:w%40rd%3A%25@proxy", "proxy:80", "user:w@rd:%"},
          Row{"http://user@proxy", "proxy:80", "user:"},
          Row{"http://a:b@c@proxy", "proxy:80", "a:b@c"},
          Row{"http://us%zz%4@proxy", "proxy:80", "us%zz%4:"}}) {
        auto const found = find_proxy("https://ollama.com", {{"HTTPS_PROXY", text}});
        ASSERT_TRUE(found && *found) << text;
        EXPECT_EQ((*found)->url.host + ":" + (*found)->url.port, address) << text;
        EXPECT_EQ((*found)->credentials.reveal(), credentials) << text;
    }
    // Go ignores an address it cannot parse. An address that Go supports and ousage does not is
    // reported, without its text.
    for (auto const* const text :
         {"http://", "http://proxy:port", "http://proxy:99999", "://x y"}) {
        auto const found = proxy_of("https://ollama.com", {{"HTTPS_PROXY", text}});
        EXPECT_TRUE(found.empty() || found == "!") << text << " " << found;
    }
    for (auto const* const text :
         {"socks5://user:planted@proxy:1080", "https://user:planted@proxy", "socks5h://planted"}) {
        auto const found = find_proxy("https://ollama.com", {{"HTTPS_PROXY", text}});
        ASSERT_FALSE(found);
        EXPECT_EQ(found.failure().code, Errc::unsupported);
        EXPECT_EQ(to_string(found.failure()).find("planted"), std::string::npos);
    }
}

TEST(Proxy, BypassedForLoopbackAndNoProxyHosts) {
    struct Row {
        char const* exceptions;
        char const* target;
        bool direct;
    };

    Row const rows[] = {
        {"", "https://localhost", true},
        {"", "https://localhost:8443", true},
        {"", "https://127.0.0.1", true},
        {"", "https://127.9.9.9:1", true},
        {"", "https://[::1]", true},
        {"", "https://localhost.example.com", false},
        {"", "https://128.0.0.1", false},
        {"*", "https://ollama.com", true},
        {" , * ,x", "https://ollama.com", true},
        {"ollama.com", "https://ollama.com", true},
        {"OLLAMA.com", "https://Ollama.COM", true},
        {"ollama.com", "https://api.ollama.com", true},
        {"ollama.com", "https://xollama.com", false},
        {"ollama.com", "https://ollama.com.evil.test", false},
        {".ollama.com", "https://ollama.com", false},
        {".ollama.com", "https://api.ollama.com", true},
        {"*.ollama.com", "https://api.ollama.com", true},
        {"*.ollama.com", "https://ollama.com", false},
        {"ollama.com:443", "https://ollama.com", true},
        {"ollama.com:8443", "https://ollama.com", false},
        {"ollama.com:8443", "https://ollama.com:8443", true},
        {"a.test, ollama.com ,b.test", "https://ollama.com", true},
        {"a.test ollama.com", "https://ollama.com", false},
        {"com", "https://ollama.com", true},
        {"10.1.2.3", "https://10.1.2.3", true},
        {"10.1.2.3:444", "https://10.1.2.3", false},
        {"10.1.2.3:443", "https://10.1.2.3", true},
        {"10.0.0.0/8", "https://10.1.2.3", true},
        {"10.0.0.0/8", "https://11.1.2.3", false},
        {"10.1.2.3/32", "https://10.1.2.3", true},
        {"0.0.0.0/0", "https://10.1.2.3", true},
        {"10.0.0.0/33", "https://10.1.2.3", false},
        {"10.0.0.0/", "https://10.1.2.3", false},
        {"2001:db8::/32", "https://[2001:db8::5]", true},
        {"2001:db8::/32", "https://[2001:db9::5]", false},
        {"2001:db8::5", "https://[2001:db8::5]", true},
        {"[2001:db8::5]:443", "https://[2001:db8::5]", true},
        {"[2001:db8::5]:80", "https://[2001:db8::5]", false},
        {"1.2.3", "https://10.1.2.3", false},
        {":443", "https://ollama.com", false},
        {",,", "https://ollama.com", false},
    };
    for (auto const& [exceptions, target, direct] : rows) {
        for (auto const* const name : {"NO_PROXY", "no_proxy"}) {
            auto const found = proxy_of(target, {{"HTTPS_PROXY", "proxy:1"}, {name, exceptions}});
            EXPECT_EQ(found, direct ? "" : "proxy:1") << exceptions << " " << target;
        }
    }
}

// A trusted server `cloud.test` behind a proxy.
struct Scene {
    Identity authority = make_authority();
    TemporaryDirectory certificates;
    Variable file{"SSL_CERT_FILE", certificates.write("root.pem", authority.pem()).string()};
    Variable directory{"SSL_CERT_DIR", (certificates.path() / "none").string()};
    asio::io_context context;
    ScriptedPeer peer{context};
    TlsPeer server{context, make_identity({"x", "DNS:cloud.test"}, &authority), peer.url()};
    HttpClient client{Url{"https", "cloud.test", "443", ""}};

    Scene() { peer.on("GET /a", json("1")).on("GET /b", json("2")); }

    void use(ProxyPeer const& proxy, std::string const& user = {}) {
        client.use_proxy(
            *find_proxy("https://cloud.test", {{"HTTPS_PROXY", user + proxy.address()}}));
    }

    static asio::awaitable<void>
    send(HttpClient& client, std::string target, std::optional<Result<HttpResponse>>& into) {
        auto request = HttpRequest{};
        request.target = std::move(target);
        auto response = co_await client.send(std::move(request));
        into.emplace(std::move(response));
    }

    Result<HttpResponse> get(std::string target) {
        auto response = std::optional<Result<HttpResponse>>();
        auto work = send(client, std::move(target), response);
        asio::co_spawn(context, std::move(work), asio::detached);
        context.restart();
        while (!response && context.run_one() > 0) {
        }
        return std::move(*response);
    }
};

TEST(ProxyTunnel, ReachesServerWithoutExposingRequests) {
    auto scene = Scene();
    auto const proxy = ProxyPeer(scene.context, io::port_number(scene.server.url().port).value());
    scene.use(proxy, "user:planted-word@");
    EXPECT_EQ(scene.get("/a")->body, "1");
    EXPECT_EQ(scene.get("/b")->body, "2");
    ASSERT_EQ(proxy.heads().size(), 1u);
    EXPECT_EQ(
        proxy.heads()[0], "CONNECT cloud.test:443 HTTP/1.1\r\nHost: cloud.test:443\r\n"
                          "Proxy-Authorization: Basic dXNlcjpwbGFudGVkLXdvcmQ=\r\n\r\n");
    EXPECT_EQ(proxy.upstream_bytes().find("GET "), std::string::npos);
    EXPECT_EQ(scene.server.server_names(), std::vector<std::string>{"cloud.test"});
    // The server does not receive the proxy's credentials.
    EXPECT_EQ(scene.peer.requests()[0].find("Proxy-Authorization"), std::string::npos);
}

TEST(ProxyTunnel, VerifiesCertificateOfServer) {
    auto scene = Scene();
    auto const other = TlsPeer(
        scene.context, make_identity({"x", "DNS:other.test"}, &scene.authority), scene.peer.url());
    auto const proxy = ProxyPeer(scene.context, io::port_number(other.url().port).value());
    scene.use(proxy);
    auto const response = scene.get("/a");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.failure().code, Errc::tls);
    EXPECT_EQ(response.failure().text, "TLS with cloud.test failed: hostname mismatch");
    EXPECT_EQ(proxy.heads()[0].find("Proxy-Authorization"), std::string::npos);
}

TEST(ProxyTunnel, RefusalIsConnectFailure) {
    for (auto const& [reply, words] :
         {std::pair(
              "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 5\r\n\r\nplanted",
              "HTTP status 407"),
          std::pair("HTTP/1.1 502 Bad Gateway\r\n\r\n", "HTTP status 502"),
          std::pair("HTTP/1.1 302 Found\r\nLocation: http://planted/\r\n\r\n", "HTTP status 302"),
          std::pair("", "closed before the response"), std::pair("SSH-2.0-planted\r\n", "not HTTP"),
          std::pair("HTTP/1.1 200 OK\r\n\r\nplanted", "sent bytes after its response")}) {
        auto scene = Scene();
        auto const port = io::port_number(scene.server.url().port).value();
        auto const proxy = ProxyPeer(scene.context, port, reply);
        scene.use(proxy, "user:planted-word@");
        auto const response = scene.get("/a");
        ASSERT_FALSE(response) << reply;
        EXPECT_EQ(response.failure().code, Errc::connect) << reply;
        auto const& text = response.failure().text;
        EXPECT_TRUE(text.starts_with("cannot connect through the proxy " + proxy.address()))
            << text;
        EXPECT_NE(text.find(words), text.npos) << text;
        EXPECT_EQ(text.find("planted"), text.npos) << text;
    }
}

TEST(ProxyTunnel, UnreachableProxyIsNamedInFailure) {
    auto scene = Scene();
    auto proxy = ProxyPeer(scene.context, 1);
    scene.use(proxy);
    proxy.stop();
    auto const response = scene.get("/a");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.failure().code, Errc::connect);
    EXPECT_TRUE(
        response.failure().text.starts_with("cannot connect to the proxy " + proxy.address()));
}

} // namespace
