// TLS against a server and a certificate authority created by the test.
#include "support/environment.hpp"
#include "support/process.hpp"
#include "support/tls_peer.hpp"
#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/io/http/detail/tls_stream.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <cstdio>
#include <future>
#include <thread>

namespace {

using namespace ousage;
using namespace ousage::io;
using namespace ousage::test;

// A certificate authority, the only one that the process trusts during the lifetime of this object.
struct Trusted {
    Identity authority = make_authority("ousage test root");
    TemporaryDirectory certificates;
    Variable file{"SSL_CERT_FILE", certificates.write("root.pem", authority.pem()).string()};
    Variable directory{"SSL_CERT_DIR", (certificates.path() / "none").string()};
};

struct Body {
    std::optional<std::string> text;
    std::optional<int> status;
};

asio::awaitable<void> fetch(HttpClient& client, std::string target, Outcome<Body>& into) {
    auto request = HttpRequest{};
    request.target = std::move(target);
    auto const response = co_await client.send(std::move(request));
    if (!response) {
        into.fail({}, response.failure());
        co_return;
    }
    into.value.text = response->body;
    into.value.status = response->status;
}

// Sends a request under a deadline, which a passing test does not reach unless it sets its own.
Outcome<Body> collect(
    asio::io_context& context, HttpClient& client, std::string target,
    std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    auto function = [&](Outcome<Body>& into) { return fetch(client, target, into); };
    auto const source = with_timeout(Source<Body>("body", std::move(function)), limit);
    auto outcome = Outcome<Body>{};
    auto done = false;
    asio::co_spawn(context, source.collect(outcome), [&](std::exception_ptr) { done = true; });
    context.restart();
    while (!done && context.run_one() > 0) {
    }
    return outcome;
}

Failure first_failure(Outcome<Body> const& outcome) {
    return outcome.failures.empty() ? Failure{} : outcome.failures.front();
}

// Sends one request to a TLS server with this certificate.
Outcome<Body> ask_server(
    Identity const& identity, TlsPeer::Mode mode = TlsPeer::Mode::serve,
    std::string const& host = "localhost",
    std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    asio::io_context context;
    auto peer = ScriptedPeer(context);
    peer.on("GET /a", json("1"));
    auto const server = TlsPeer(context, identity, peer.url(), mode);
    auto client = HttpClient(server.url(host));
    auto outcome = collect(context, client, "/a", limit);
    // Nothing is sent to an untrusted server.
    EXPECT_EQ(peer.requests().size(), outcome.value.text ? 1u : 0u);
    return outcome;
}

TEST(Https, TrustsValidServerAndReusesConnection) {
    auto const trusted = Trusted();
    asio::io_context context;
    auto peer = ScriptedPeer(context);
    peer.on("GET /a", json("1"))
        .on("GET /b", json("2"))
        .on("GET /c", json(std::string(200'000, 'x')));
    auto const server = TlsPeer(context, make_identity({}, &trusted.authority), peer.url());
    auto client = HttpClient(server.url());
    EXPECT_EQ(collect(context, client, "/a").value.text, "1");
    EXPECT_EQ(collect(context, client, "/b").value.text, "2");
    EXPECT_EQ(collect(context, client, "/c").value.text->size(), 200'000u);
    EXPECT_EQ(server.connections(), 1u);
    EXPECT_EQ(server.protocol(), "TLSv1.3");
    EXPECT_EQ(server.server_names(), std::vector<std::string>{"localhost"});
    EXPECT_NE(
        peer.requests().front().find("\r\nHost: localhost:" + server.url().port),
        std::string::npos);
}

TEST(Https, VerifiesIpAddressWithoutServerName) {
    auto const trusted = Trusted();
    asio::io_context context;
    auto peer = ScriptedPeer(context);
    peer.on("GET /a", json("1"));
    auto const server = TlsPeer(context, make_identity({}, &trusted.authority), peer.url());
    auto client = HttpClient(server.url("127.0.0.1"));
    EXPECT_EQ(collect(context, client, "/a").value.text, "1");
    EXPECT_EQ(server.server_names(), std::vector<std::string>{""});
    auto const other = make_identity({"x", "DNS:localhost,IP:127.0.0.2"}, &trusted.authority);
    auto const outcome = ask_server(other, TlsPeer::Mode::serve, "127.0.0.1");
    EXPECT_EQ(first_failure(outcome).code, Errc::tls);
    EXPECT_NE(first_failure(outcome).text.find("IP address mismatch"), std::string::npos);
}

TEST(Https, InvalidCertificateIsTlsFailureWithReason) {
    auto const trusted = Trusted();
    auto const stranger = make_authority("a stranger");
    auto const* const known = &trusted.authority;

    struct Row {
        char const* why;
        Identity identity;
    };

    auto const between = make_identity({"between", "", -3600, 3600, true}, known);
    Row const rows[] = {
        {"certificate has expired",
         make_identity({"localhost", "DNS:localhost", -7200, -60}, known)},
        {"certificate is not yet valid",
         make_identity({"localhost", "DNS:localhost", 600, 7200}, known)},
        {"hostname mismatch", make_identity({"localhost", "DNS:example.com"}, known)},
        {"hostname mismatch", make_identity({"localhost", "DNS:*.localhost,DNS:localhos"}, known)},
        {"self-signed certificate", make_identity({})},
        {"unable to get local issuer certificate", make_identity({}, &stranger)},
        // The intermediate is not sent: the chain is incomplete.
        {"unable to get local issuer certificate", make_identity({}, &between)},
    };
    for (auto const& [why, identity] : rows) {
        SCOPED_TRACE(why);
        auto const outcome = ask_server(identity);
        EXPECT_EQ(outcome.state, State::error);
        ASSERT_EQ(outcome.failures.size(), 1u);
        EXPECT_EQ(outcome.failures[0].code, Errc::tls);
        EXPECT_EQ(outcome.failures[0].text, "TLS with localhost failed: " + std::string(why));
    }
}

TEST(Https, RejectsChainThroughNonCaCertificate) {
    auto const trusted = Trusted();
    auto const leaf = make_identity({"leaf", "DNS:leaf"}, &trusted.authority);
    asio::io_context context;
    auto peer = ScriptedPeer(context);
    auto server = TlsPeer(context, make_identity({}, &leaf), peer.url());
    SSL_CTX_add1_chain_cert(server.native(), leaf.certificate.get());
    auto client = HttpClient(server.url());
    auto const outcome = collect(context, client, "/a");
    EXPECT_EQ(first_failure(outcome).code, Errc::tls);
    EXPECT_NE(first_failure(outcome).text.find("invalid CA certificate"), std::string::npos)
        << first_failure(outcome).text;
}

TEST(Https, AcceptsIntermediateSentByServer) {
    auto const trusted = Trusted();
    auto const between = make_identity({"between", "", -3600, 3600, true}, &trusted.authority);
    asio::io_context context;
    auto peer = ScriptedPeer(context);
    peer.on("GET /a", json("1"));
    auto server = TlsPeer(context, make_identity({}, &between), peer.url());
    SSL_CTX_add1_chain_cert(server.native(), between.certificate.get());
    auto client = HttpClient(server.url());
    EXPECT_EQ(collect(context, client, "/a").value.text, "1");
}

TEST(Https, RejectsProtocolsBeforeTls12) {
    auto shared = io::detail::TlsContext();
    auto const made = shared.get();
    ASSERT_TRUE(made);
    EXPECT_EQ(SSL_CTX_get_min_proto_version((*made)->native_handle()), TLS1_2_VERSION);
    auto const trusted = Trusted();
    auto const identity = make_identity({}, &trusted.authority);

    struct Row {
        int version;
        bool good;
    };

    for (auto const& [version, good] :
         {Row{TLS1_VERSION, false}, Row{TLS1_1_VERSION, false}, Row{TLS1_2_VERSION, true},
          Row{TLS1_3_VERSION, true}}) {
        asio::io_context context;
        auto peer = ScriptedPeer(context);
        peer.on("GET /a", json("1"));
        auto server = TlsPeer(context, identity, peer.url());
        SSL_CTX_set_security_level(server.native(), 0);
        SSL_CTX_set_min_proto_version(server.native(), version);
        SSL_CTX_set_max_proto_version(server.native(), version);
        auto client = HttpClient(server.url());
        auto const outcome = collect(context, client, "/a");
        EXPECT_EQ(outcome.value.text.has_value(), good) << version;
        EXPECT_EQ(first_failure(outcome).code == Errc::tls, !good) << version;
        EXPECT_EQ(server.handshakes(), good ? 1u : 0u) << version;
    }
}

TEST(Https, HangingHandshakeEndsAtDeadline) {
    auto const trusted = Trusted();
    auto const identity = make_identity({}, &trusted.authority);
    auto const limit = std::chrono::milliseconds(30);
    auto const outcome = ask_server(identity, TlsPeer::Mode::hang, "localhost", limit);
    EXPECT_EQ(outcome.state, State::timeout);
    ASSERT_EQ(outcome.failures.size(), 1u);
    EXPECT_EQ(outcome.failures[0].code, Errc::timeout);
}

TEST(Https, PlainTextInsteadOfHandshakeIsTlsFailure) {
    auto const trusted = Trusted();
    auto const identity = make_identity({}, &trusted.authority);
    auto const outcome = ask_server(identity, TlsPeer::Mode::garbage);
    EXPECT_EQ(first_failure(outcome).code, Errc::tls);
    // The reverse: a TLS client connects to a plain server, which never completes the handshake.
    asio::io_context context;
    auto peer = ScriptedPeer(context);
    auto url = peer.url();
    url.scheme = "https";
    auto client = HttpClient(url);
    auto const limit = std::chrono::milliseconds(30);
    auto const plain = collect(context, client, "/a", limit);
    EXPECT_EQ(first_failure(plain).code, Errc::timeout);
}

// A body that ends with the connection may have been truncated by an attacker, unless TLS signals
// the end with close_notify.
TEST(Https, TruncatedBodyIsReceiveFailure) {
    auto const trusted = Trusted();
    auto const identity = make_identity({}, &trusted.authority);
    auto const without_length = Reply{"HTTP/1.1 200 OK\r\n\r\n{\"a\":1}", Reply::Delivery::close};
    for (auto const mode : {TlsPeer::Mode::serve, TlsPeer::Mode::truncate}) {
        asio::io_context context;
        auto peer = ScriptedPeer(context);
        peer.on("GET /a", without_length).on("GET /long", fault::long_length());
        auto const server = TlsPeer(context, identity, peer.url(), mode);
        auto client = HttpClient(server.url());
        auto const outcome = collect(context, client, "/a");
        if (mode == TlsPeer::Mode::serve) {
            EXPECT_EQ(outcome.value.text, "{\"a\":1}");
        } else {
            EXPECT_FALSE(outcome.value.text);
            EXPECT_EQ(first_failure(outcome).code, Errc::receive);
        }
        EXPECT_EQ(first_failure(collect(context, client, "/long")).code, Errc::receive);
    }
}

TEST(Https, ReplacesIdleConnectionClosedByServer) {
    auto const trusted = Trusted();
    auto const identity = make_identity({}, &trusted.authority);
    for (auto const mode : {TlsPeer::Mode::serve, TlsPeer::Mode::truncate}) {
        asio::io_context context;
        auto peer = ScriptedPeer(context);
        auto closing = json("1");
        closing.delivery = Reply::Delivery::close;
        peer.on("GET /a", closing).on("GET /b", json("2"));
        auto const server = TlsPeer(context, identity, peer.url(), mode);
        auto client = HttpClient(server.url());
        EXPECT_EQ(collect(context, client, "/a").value.text, "1");
        EXPECT_EQ(collect(context, client, "/b").value.text, "2");
        EXPECT_EQ(server.connections(), 2u);
    }
}

TEST(Https, ReadsCertificatesFromPathsInEnvironment) {
    auto const authority = make_authority("ousage test root");
    auto const identity = make_identity({}, &authority);
    auto const certificates = TemporaryDirectory();
    auto const none = (certificates.path() / "none").string();
    auto const file = certificates.write("root.pem", authority.pem()).string();
    char name[16];
    std::snprintf(
        name, sizeof name, "%08lx.0", X509_subject_name_hash(authority.certificate.get()));
    certificates.write(std::string("hashed/") + name, authority.pem());
    auto const hashed = (certificates.path() / "hashed").string();

    struct Row {
        std::string file, directory;
        bool good;
    };

    Row const rows[] = {
        {file, none, true},
        {none, hashed, true},
        {none, none, false},
        {none, "/nonexistent", false}};
    for (auto const& row : rows) {
        auto const cert_file = Variable("SSL_CERT_FILE", row.file);
        auto const cert_directory = Variable("SSL_CERT_DIR", row.directory);
        auto const outcome = ask_server(identity);
        EXPECT_EQ(outcome.value.text.has_value(), row.good) << row.file << " " << row.directory;
        EXPECT_EQ(first_failure(outcome).code == Errc::tls, !row.good);
    }
    // The system's certificate store does not contain the test's authority.
    auto const cert_file = Variable("SSL_CERT_FILE", std::nullopt);
    auto const cert_directory = Variable("SSL_CERT_DIR", std::nullopt);
    EXPECT_EQ(first_failure(ask_server(identity)).code, Errc::tls);
}

TEST(Https, LocalApiWorksThroughReverseProxy) {
    auto const trusted = Trusted();
    asio::io_context context;
    auto peer = ScriptedPeer(context);
    peer.on("GET /api/version", json(R"({"version":"0.33.0"})"));
    peer.on("GET /api/status", json(R"({"cloud":{"disabled":true,"source":"env"}})"));
    peer.on("GET /api/tags", json(R"({"models":[]})")).on("GET /api/ps", json(R"({"models":[]})"));
    auto const server = TlsPeer(context, make_identity({}, &trusted.authority), peer.url());
    auto const source = ollama::local_api(server.url());
    auto outcome = Outcome<ollama::LocalApi>{};
    auto done = false;
    asio::co_spawn(context, source.collect(outcome), [&](std::exception_ptr) { done = true; });
    while (!done && context.run_one() > 0) {
    }
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.cli_version, "0.33.0");
    EXPECT_EQ(outcome.value.server.models_total, 0u);
}

// Cancels or destroys a request over TLS after every handler. Nothing may hang, leak or access
// freed memory (run under ASan).
TEST(Https, StopAfterAnyHandlerIsSafe) {
    auto const trusted = Trusted();
    auto const identity = make_identity({}, &trusted.authority);
    for (auto const destroy : {false, true}) {
        auto whole = false;
        std::size_t limit = 0;
        for (; !whole && limit < 1000; ++limit) {
            asio::io_context outer;
            auto peer = ScriptedPeer(outer);
            peer.on("GET /a", json("1"));
            auto const server = TlsPeer(outer, identity, peer.url());
            auto client = HttpClient(server.url());
            auto outcome = Outcome<Body>{};
            auto function = [&](Outcome<Body>& into) { return fetch(client, "/a", into); };
            auto const source = Source<Body>("body", std::move(function));
            auto done = false;
            auto cancel = asio::cancellation_signal();
            auto inner = std::make_unique<asio::io_context>();
            asio::co_spawn(
                *inner, source.collect(outcome),
                asio::bind_cancellation_slot(
                    cancel.slot(), [&](std::exception_ptr) { done = true; }));
            for (std::size_t ran = 0; ran < limit && !done;) {
                ran += inner->poll_one();
                outer.poll();
            }
            whole = done;
            if (!destroy) {
                cancel.emit(asio::cancellation_type::terminal);
                while (!done && inner->run_one() > 0) {
                }
                EXPECT_TRUE(done);
                EXPECT_EQ(outcome.value.text.has_value(), whole);
            }
            inner.reset();
        }
        EXPECT_TRUE(whole);
        EXPECT_GT(limit, 5u);
    }
}

} // namespace
