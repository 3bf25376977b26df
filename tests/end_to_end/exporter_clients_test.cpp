// Tests the exporter with misbehaving clients: each gets the documented response or an error,
// nothing leaks, and the scrapes of other clients continue.
#include "example/exporter/authority.hpp"
#include "support/exporter_process.hpp"
#include "support/fake_ollama.hpp"
#include "support/process.hpp"
#include "support/raw_client.hpp"
#include "support/sanitized.hpp"
#include "support/wait_until.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <random>
#include <sstream>
#include <vector>

#ifdef OUSAGE_TEST_EXPORTER

namespace {

using namespace ousage;
using namespace ousage::test;

class Exporter : public ExporterProcess {
public:
    using ExporterProcess::ExporterProcess;

    /// Number of open file descriptors of the exporter.
    std::ptrdiff_t descriptors() {
        auto const directory = "/proc/" + std::to_string(child().number()) + "/fd";
        return std::distance(std::filesystem::directory_iterator(directory), {});
    }

    /// Resident memory of the exporter in KiB.
    long resident() {
        auto file =
            std::istringstream(read_file("/proc/" + std::to_string(child().number()) + "/status"));
        auto word = std::string{};
        while (file >> word && word != "VmRSS:") {
        }
        long size = 0;
        file >> size;
        return size;
    }
};

std::string const healthy = "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n";

std::string repeat(std::string const& text, std::size_t count) {
    auto whole = std::string{};
    for (std::size_t index = 0; index < count; ++index) {
        whole += text;
    }
    return whole;
}

TEST(ExporterClients, BadRequestGetsErrorStatusAndCloses) {
    auto const exporter = Exporter(nowhere);
    auto const large = std::string(1 << 20, 'a');
    auto const get = std::string("GET /-/healthy HTTP/1.1\r\nHost: x\r\n");

    auto const post = std::string("POST /metrics HTTP/1.1\r\nHost: x\r\n");

    struct Row {
        std::string request;
        std::vector<int> statuses; // one of them; 0 is no response
    };

    Row const rows[] = {
        {get + "X-Large: " + large + "\r\n\r\n", {431}},
        {get + large + ": x\r\n\r\n", {431}},
        {get + repeat("X-A: b\r\n", 150'000) + "\r\n", {431}},
        {get + repeat("X-A:\r\n", 101) + "\r\n", {431}},
        {get + repeat("X-A:\r\n", 90) + "\r\n", {200}},
        {get + "X: " + std::string(8192, 'a') + "\r\n\r\n", {200}},
        {get + "X: " + std::string(8193, 'a') + "\r\n\r\n", {431}},
        {"GET /" + large + " HTTP/1.1\r\nHost: x\r\n\r\n", {414}},
        {"GET /" + std::string(8191, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", {404}},
        {"GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", {414}},
        {post + "Content-Length: 1048576\r\n\r\n" + large, {413}},
        {post + "Content-Length: 1844674407370955160\r\n\r\n", {413}},
        {post + "Content-Length: 18446744073709551614\r\n\r\n", {400, 413}},
        {get + "Transfer-Encoding: chunked\r\n\r\n100000\r\n" + large, {413}},
        {post + "Content-Length: 5\r\n\r\nhello", {405}},
        {"GET /-/healthy HTTP/1.1\r\n\r\n", {400}},
        {get + "Host: y\r\n\r\n", {400}},
        {"GET /-/healthy HTTP/9.9\r\n\r\n", {505}},
        {"GET /-/healthy\r\n\r\n", {400, 505}},
        {get + "Content-Length: -1\r\n\r\n", {400}},
        {get + "Content-Length: 99999999999999999999999\r\n\r\n", {400}},
        {get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", {400}},
        {get + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}},
        {get + "X: " + std::string(1, '\0') + "\r\n\r\n", {400}},
        {get + "X: \x1b[31m\r\n\r\n", {400}},
        {get + " folded: x\r\n\r\n", {200, 400}}, // RFC 9112, section 5.2 allows both
        {get + "no colon\r\n\r\n", {400}},
        {get + "X: caf\xc3\xa9\r\n\r\n", {200}},
        {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9), {400}},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}},
        {large, {400}},
        {std::string(1 << 20, '\0'), {400}},
        {"BREW /metrics HTTP/1.1\r\n\r\n", {501}},
        {"GET /-/healthy HTTP/1.1\r\nHost: x\r\nX-Unfinished: ", {400}}, // never completed
        {"\r\n\r\n\r\n", {0}},                                           // no request, no response
        {"\r\n" + get + "\r\n", {200}},
    };
    for (auto const& [request, statuses] : rows) {
        auto client = RawClient(exporter.port());
        client.send(request);
        client.half_close();
        auto const response = client.read_all();
        auto const status = status_of(response);
        EXPECT_EQ(std::count(statuses.begin(), statuses.end(), status), 1)
            << status << " " << request.substr(0, 80);
        if (status >= 400 && status != 404) {
            EXPECT_EQ(header_of(response, "Connection"), "close") << request.substr(0, 80);
        }
        EXPECT_EQ(response.find("aaaaaaaa"), response.npos);
        // Exactly one response, whose body has the length in Content-Length.
        EXPECT_EQ(
            std::to_string(body_of(response).size()),
            status ? header_of(response, "Content-Length") : "0");
    }
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
}

TEST(ExporterClients, RespondsToPipelinedRequestsInOrder) {
    auto server = FakeOllama();
    server.respond("GET /api/ps", fault::hang());
    auto const exporter = Exporter(
        {"--ollama-host", "127.0.0.1:1", "--allow-target", "127.0.0.1:*", "--timeout", "55s"});
    auto client = RawClient(exporter.port());
    // Slow and immediate requests in turn, twice as many as are handled concurrently, then an
    // invalid one, after which no response follows.
    auto const probe = "GET /probe?target=" + server.url() +
                       " HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.1\r\n\r\n";
    client.send(
        probe + healthy + "HEAD /-/ready HTTP/1.1\r\nHost: x\r\n\r\n" +
        "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n" + repeat(probe + healthy, 2) + "garbage\r\n\r\n" +
        healthy);
    client.half_close();
    EXPECT_NE(client.read_response().find("ollama_up 1"), std::string::npos);
    EXPECT_EQ(body_of(client.read_response()), "healthy\n");
    EXPECT_NE(status_of(client.read_response(true)), 0);
    EXPECT_EQ(status_of(client.read_response()), 404);
    for (int round = 0; round < 2; ++round) {
        EXPECT_NE(client.read_response().find("ollama_up 1"), std::string::npos);
        EXPECT_EQ(body_of(client.read_response()), "healthy\n");
    }
    EXPECT_EQ(status_of(client.read_response()), 400);
    EXPECT_EQ(client.read_all(), "");
}

TEST(ExporterClients, RespondsOnHalfClosedConnection) {
    auto server = FakeOllama();
    server.respond("GET /api/ps", fault::hang());
    auto const exporter = Exporter(
        {"--ollama-host", "127.0.0.1:1", "--allow-target", "127.0.0.1:*", "--timeout", "55s"});
    for (auto const& path :
         {std::string("/-/healthy"), std::string("/metrics"), "/probe?target=" + server.url()}) {
        auto client = RawClient(exporter.port());
        client.send(
            "GET " + path +
            " HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.2\r\n\r\n");
        client.half_close();
        auto const response = client.read_all();
        EXPECT_EQ(status_of(response), 200) << path;
        EXPECT_EQ(header_of(response, "Content-Length"), std::to_string(body_of(response).size()));
    }
}

// The response exceeds the socket buffers.
TEST(ExporterClients, SendsLargeResponseCompletely) {
    auto server = FakeOllama();
    auto models = std::string();
    for (int index = 0; index < 10'000; ++index) {
        models += (index == 0 ? "" : ",") +
                  (R"({"name":"model-)" + std::to_string(index) + std::string(620, 'x') +
                   R"(:1","size":1,"digest":"d","capabilities":["completion"],
                      "details":{"family":"llama","context_length":1}})");
    }
    server.respond("GET /api/tags", json(R"({"models":[)" + models + "]}"));
    auto const exporter = Exporter({"--ollama-host", server.url()});
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "1");
    for (auto const& rest : {std::string(), std::string("garbage\r\n\r\n"), healthy}) {
        auto client = RawClient(exporter.port());
        client.send("GET /snapshot HTTP/1.1\r\nHost: x\r\n\r\n" + rest);
        client.half_close();
        // The exporter has read the first request by now.
        EXPECT_EQ(status_of(exporter.get("/-/healthy")), 200);
        auto const response = client.read_response();
        EXPECT_GT(response.size(), 8'000'000u);
        EXPECT_EQ(header_of(response, "Content-Length"), std::to_string(body_of(response).size()));
        auto const next = client.read_response();
        EXPECT_EQ(status_of(next), rest.empty() ? 0 : rest == healthy ? 200 : 400);
    }
}

// Sends one byte every 20 ms until the peer closes the connection, at most `most` bytes. Returns
// the number of bytes sent.
std::size_t trickle(RawClient& client, std::size_t most) {
    for (std::size_t sent = 0; sent < most; ++sent) {
        auto event = pollfd{client.descriptor(), POLLIN, 0};
        if (::poll(&event, 1, 20) > 0 || !client.send("x")) {
            return sent;
        }
    }
    return most;
}

TEST(ExporterClients, DisconnectsSlowClientAtDeadline) {
    auto exporter = Exporter({"--ollama-host", "http://127.0.0.1:1", "--client-timeout", "300ms"});
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    auto const before = exporter.descriptors();
    auto loris = RawClient(exporter.port());
    auto body = RawClient(exporter.port());
    auto silent = RawClient(exporter.port());
    auto idle = RawClient(exporter.port());
    auto upgrade = RawClient(exporter.port());
    loris.send("GET /metrics HTTP/1.1\r\nX-Slow: ");
    body.send("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n");
    idle.send(healthy);
    EXPECT_EQ(body_of(idle.read_response()), "healthy\n");
    // An upgrade is ignored.
    upgrade.send(
        "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    EXPECT_EQ(body_of(upgrade.read_response()), "healthy\n");
    EXPECT_LT(trickle(loris, 1000), 1000u);
    EXPECT_LT(trickle(body, 1000), 1000u);
    EXPECT_EQ(loris.read_all(), "");
    EXPECT_EQ(body.read_all(), "");
    EXPECT_EQ(silent.read_all(), "");
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_EQ(upgrade.read_all(), "");
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    while (exporter.descriptors() > before) {
        EXPECT_EQ(status_of(exporter.get("/-/healthy")), 200);
    }
}

// Writes a new certificate and its key, to which the directory's web.yml refers.
void write_certificate(TemporaryDirectory const& directory, std::string const& name) {
    auto subject = program::Subject{};
    subject.common_name = name;
    auto const identity = program::make_identity(subject);
    auto const memory = std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(
        memory.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &bytes);
    directory.write("cert.pem", identity.pem());
    directory.write("key.pem", {bytes, static_cast<std::size_t>(size)});
}

std::string const tls_yaml = "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n";

Finished request_with_tls(Exporter const& exporter) {
    return run_command(
        "openssl s_client -connect 127.0.0.1:" + std::to_string(exporter.port()) + " -ign_eof",
        "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
}

// The subject of the certificate: OpenSSL 3.0 prints `CN = name`, 3.5 `CN=name`.
bool shows_certificate_of(Exporter const& exporter, std::string const& name) {
    auto const out = request_with_tls(exporter).out;
    return out.find("CN = " + name + "\n") != out.npos || out.find("CN=" + name + "\n") != out.npos;
}

TEST(ExporterClients, ClosesUnfinishedTlsHandshakeAtDeadline) {
    auto const directory = TemporaryDirectory();
    write_certificate(directory, "localhost");
    auto const file = directory.write("web.yml", tls_yaml);
    auto exporter = Exporter(
        {"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string(), "--client-timeout",
         "300ms"});
    auto const before = exporter.descriptors();
    auto silent = RawClient(exporter.port());
    auto half = RawClient(exporter.port());
    half.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
    auto plain = RawClient(exporter.port());
    plain.send(healthy);
    // The response contains no HTTP; TLS may send an alert.
    EXPECT_EQ(plain.read_all().find("HTTP/"), std::string::npos);
    EXPECT_EQ(silent.read_all(), "");
    EXPECT_EQ(half.read_all(), "");
    wait_until("the descriptors are closed", [&] { return exporter.descriptors() <= before; });
    if (run_command("openssl version").exit_code == 0) {
        EXPECT_NE(request_with_tls(exporter).out.find("healthy\n"), std::string::npos);
    }
}

TEST(ExporterClients, EvictsOldestConnectionOverTheLimit) {
    auto exporter = Exporter(nowhere);
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    auto const before = exporter.descriptors();
    {
        auto slow = std::vector<RawClient>{};
        for (int count = 0; count < 700; ++count) {
            slow.emplace_back(exporter.port()).send("GET /metrics HTTP/1.1\r\nX-Slow: ");
            if (count % 50 == 0) {
                EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
            }
        }
        EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
        EXPECT_LE(exporter.descriptors(), before + 512 + 1);
        // The oldest connection was closed; the newest one is served.
        EXPECT_EQ(slow.front().read_all(), "");
        slow.back().send("\r\nHost: x\r\nConnection: close\r\n\r\n");
        EXPECT_EQ(status_of(slow.back().read_all()), 200);
    }
    while (exporter.descriptors() > before) {
        EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    }
    EXPECT_EQ(exporter.end().exit_code, 0);
}

void reset_at_close(RawClient const& client) {
    auto const now = linger{1, 0};
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

TEST(ExporterClients, TenThousandDroppedConnectionsLeakNothing) {
    auto exporter = Exporter(nowhere);
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    auto const round = [&exporter](int count) {
        for (int index = 0; index < count; ++index) {
            auto client = RawClient(exporter.port());
            reset_at_close(client);
            if (index % 4 == 1) {
                client.send("GET /metrics HTTP/1.1\r\nX-Unfinished: ");
            } else if (index % 4 == 2) {
                client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"); // response stays unread
            } else if (index % 4 == 3) {
                client.send("garbage\r\n\r\n");
            }
            if (index % 500 == 0) {
                EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
            }
        }
    };
    // Connections that are reset before the exporter accepts them.
    auto const reset_unaccepted = [&exporter] {
        exporter.child().signal(SIGSTOP);
        for (int index = 0; index < 100; ++index) {
            reset_at_close(RawClient(exporter.port()));
        }
        exporter.child().signal(SIGCONT);
        EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    };
    // The memory for the most connections at once is kept, so it is part of what is compared.
    round(1000);
    reset_unaccepted();
    auto const resident = exporter.resident();
    auto const settled = [&exporter, before = exporter.descriptors()] {
        while (exporter.descriptors() > before) {
            EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
        }
    };
    round(8000);
    settled();
    for (int batch = 0; batch < 10; ++batch) {
        reset_unaccepted();
    }
    settled();
    if (!is_sanitized) {
        EXPECT_LT(exporter.resident(), resident + 4 * 1024);
    }
    EXPECT_EQ(exporter.end().exit_code, 0);
}

TEST(ExporterClients, AnyAcceptHeaderGetsPageOrError) {
    auto const exporter = Exporter(nowhere);
    auto const text = std::string("text/plain; version=0.0.4; charset=utf-8");

    struct Row {
        std::string header;
        int status;
    };

    Row const rows[] = {
        {"Accept: " + std::string(100 * 1024, ','), 431},
        {"Accept: " + std::string(8000, ','), 200},
        {"Accept: " + repeat("text/*;q=0.1,", 600), 200},
        {"Accept: application/openmetrics-text;q=NaN", 200},
        {"Accept: application/openmetrics-text;q=2", 200},
        {"Accept: application/openmetrics-text;q=-1", 200},
        {"Accept: application/openmetrics-text;q=1e400", 200},
        {"Accept: image/png;q=1", 200},
        {"Accept: \xff\xfe", 200},
        {"Accept-Encoding: gzip;q=NaN", 200},
        {"Accept-Encoding: gzip;q=2", 200},
        {"Accept-Encoding: br", 200},
        {"Accept-Encoding: " + std::string(8000, ';'), 200},
        {"Accept-Encoding: gzip\r\nAccept-Encoding: identity;q=0", 200},
    };
    for (auto const& [header, status] : rows) {
        auto const response = exporter.get("/metrics", header + "\r\n");
        EXPECT_EQ(status_of(response), status) << header.substr(0, 60);
        if (status == 200 && header.find("identity") == header.npos) {
            EXPECT_EQ(header_of(response, "Content-Type"), text) << header.substr(0, 60);
            EXPECT_EQ(header_of(response, "Content-Encoding"), "");
            EXPECT_NE(response.find("\nollama_up 0\n"), response.npos);
        }
    }
    auto random = std::mt19937(5);
    for (int round = 0; round < 300; ++round) {
        auto value = std::string{};
        for (auto length = random() % 200; length > 0; --length) {
            value += static_cast<char>(random());
        }
        auto const status = status_of(exporter.get("/metrics", "Accept: " + value + "\r\n"));
        EXPECT_TRUE(status == 200 || status == 400) << status << testing::PrintToString(value);
    }
}

TEST(ExporterClients, RejectsTargetsThatAreNotAllowed) {
    auto server = FakeOllama();
    auto const port = server.url().substr(server.url().rfind(':') + 1);
    auto const exporter = Exporter(
        {"--ollama-host", "127.0.0.1:1", "--allow-target", "http://localhost:" + port,
         "--allow-target", "https://*.example.org", "--allow-target", "10.0.0.*", "--allow-target",
         "http://[fd00::*]:1"});

    struct Row {
        std::string query;
        int status;
    };

    auto const good = "target=http://localhost:" + port;
    Row const rows[] = {
        {good, 200},
        {good + "&module=x", 200},
        {"module=x&" + good, 200},
        {good + "&" + good, 400},
        {good + "&target=", 400},
        {"target=&" + good, 400},
        {"", 400},
        {"target", 400},
        {"Target=http://localhost:" + port, 400},
        {"target=%", 400},
        {"target=%f", 400},
        {"target=%gg", 400},
        {"target=file:///etc/passwd", 403},
        {"target=file:%2f%2flocalhost:" + port, 403},
        {"target=//localhost:" + port, 403},
        {"target=http:localhost:" + port, 403},
        {"target=http:///localhost:" + port, 403},
        {"target=http://user:hunter2@localhost:" + port, 403},
        {"target=http://user@localhost:" + port, 403},
        {"target=http://localhost:" + port + "@evil.example", 403},
        {"target=http://evil.example%23@localhost:" + port, 403},
        {"target=http://evil.example%5c@localhost:" + port, 403},
        {"target=http://localhost:" + port + "/..%2fadmin", 403},
        {"target=http://localhost:" + port + "%3fx=y", 403},
        {"target=http://localhost:" + port + "%23x", 403},
        {"target=http://localhost:" + port + "%0d%0aX-Evil:%201", 403},
        {"target=http://localhost:" + port + "%00", 403},
        {"target=http://localhost%00.example.org:" + port, 403},
        {"target=https://evil.example%00.example.org", 403},
        {"target=https://evil.example%23.example.org", 403},
        {"target=https://evil.example%3f.example.org", 403},
        {"target=https://evil.example%0a.example.org", 403},
        {"target=https://evil.example/.example.org", 403},
        {"target=https://evil.example:1.example.org", 403},
        {"target=http://[fd00::1.evil.example]:1", 403},
        {"target=https://a@b.example.org", 403},
        {"target=10.0.0.example.org", 403}, // a domain name that anyone can register
        {"target=10.0.0.1.example.org:11434", 403},
        {"target=a%25b.example.org", 403},
        {"target=http://127.0.0.1:" + port, 403},
        {"target=http://[::1]:" + port, 403},
        {"target=http://2130706433:" + port, 403},
        {"target=http://localhost.:" + port, 403},
        {"target=http://%E2%93%9Bocalhost:" + port, 403},
        // Bytes above 0x7f are not allowed in a request target.
        {"target=http://l\xc3\xb6"
         "calhost:" +
             port,
         400},
        {"target=%F0%9F%A6%99", 403},
        {"target=%ff%fe", 403},
        {"target=" + std::string(8000, 'a'), 403},
        {"target=" + std::string(9000, 'a'), 414},
        {"target=localhost:0" + port, 403},
        {"target=localhost:", 403},
        {"target=*", 403},
    };
    for (auto const& [query, status] : rows) {
        auto const response = exporter.get("/probe?" + query);
        EXPECT_EQ(status_of(response), status) << query.substr(0, 80);
        EXPECT_EQ(response.find("hunter2"), response.npos) << query;
        EXPECT_EQ(response.find("X-Evil"), response.npos) << query;
        EXPECT_EQ(header_of(response, "Content-Length"), std::to_string(body_of(response).size()));
    }
    // Random targets: only allowed servers are ever queried.
    auto random = std::mt19937(7);
    static constexpr std::string_view alphabet = "htp:/localhost.127%0aA@#?*[]&=+\\x\x80\xff";
    for (int round = 0; round < 300; ++round) {
        auto query = std::string("target=");
        for (auto length = random() % 40; length > 0; --length) {
            query += alphabet[random() % alphabet.size()];
        }
        auto const status = status_of(exporter.get("/probe?" + query));
        EXPECT_TRUE(status == 400 || status == 403) << status << testing::PrintToString(query);
    }
    EXPECT_EQ(exporter.errors().find("hunter2"), std::string::npos);
}

// Hash of the password `secret`.
constexpr char const* secret = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

TEST(ExporterClients, ReloadsUsersWhenFileChanges) {
    auto const directory = TemporaryDirectory();
    auto const users = [](char const* name) {
        return "basic_auth_users: {" + std::string(name) + ": " + secret + "}\n";
    };
    auto const file = directory.write("web.yml", users("alice"));
    auto const exporter =
        Exporter({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    auto const status = [&exporter](char const* login) {
        return status_of(
            exporter.get("/-/healthy", std::string("Authorization: Basic ") + login + "\r\n"));
    };
    auto const alice = "YWxpY2U6c2VjcmV0", bob = "Ym9iOnNlY3JldA==";
    EXPECT_EQ(status(alice), 200);
    EXPECT_EQ(status(bob), 401);
    directory.write("web.yml", users("bob"));
    wait_until("bob has access", [&] { return status(bob) == 200; });
    EXPECT_EQ(status(alice), 401);
    // An invalid file changes nothing, and its error message contains no value.
    directory.write("web.yml", "basic_auth_users: {alice: hunter2}\n");
    wait_until("the message with the line", [&] {
        EXPECT_EQ(status(bob), 200);
        return exporter.errors().find("line 1") != std::string::npos;
    });
    EXPECT_EQ(exporter.errors().find("hunter2"), std::string::npos);
    EXPECT_EQ(status(bob), 200);
    EXPECT_EQ(status(alice), 401);
    // A truncated file gives nobody access.
    for (auto const* const cut : {"", "basic_auth_users:\n", "{}\n"}) {
        auto const size = exporter.errors().size();
        directory.write("web.yml", cut);
        wait_until("the message that the change is rejected", [&] {
            EXPECT_EQ(status("bm9ib2R5Om5vdGhpbmc="), 401);
            return exporter.errors().find("removing all users needs a restart", size) !=
                   std::string::npos;
        });
        EXPECT_EQ(status("bm9ib2R5Om5vdGhpbmc="), 401);
    }
}

TEST(ExporterClients, ShowsNewCertificateToNextClient) {
    if (run_command("openssl version").exit_code != 0) {
        GTEST_SKIP() << "openssl was not found";
    }
    auto const directory = TemporaryDirectory();
    write_certificate(directory, "first");
    auto const file = directory.write("web.yml", tls_yaml);
    auto const exporter =
        Exporter({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    EXPECT_TRUE(shows_certificate_of(exporter, "first"));
    write_certificate(directory, "second");
    wait_until(
        "the certificate of second", [&] { return shows_certificate_of(exporter, "second"); });
    // A certificate may come after the configuration that names it.
    directory.write("web.yml", "tls_server_config: {cert_file: later.pem, key_file: later.key}\n");
    wait_until("the message that the files are rejected", [&] {
        EXPECT_TRUE(shows_certificate_of(exporter, "second"));
        return exporter.errors().find("rejected") != std::string::npos;
    });
    write_certificate(directory, "third");
    std::filesystem::rename(directory.path() / "cert.pem", directory.path() / "later.pem");
    std::filesystem::rename(directory.path() / "key.pem", directory.path() / "later.key");
    wait_until("the certificate of third", [&] { return shows_certificate_of(exporter, "third"); });
    // No change switches to plain HTTP.
    directory.write("web.yml", "{}\n");
    wait_until("the message that switching TLS on or off needs a restart", [&] {
        EXPECT_NE(request_with_tls(exporter).out.find("healthy\n"), std::string::npos);
        return exporter.errors().find("switching TLS on or off needs a restart") !=
               std::string::npos;
    });
    EXPECT_EQ(status_of(exporter.get("/-/healthy")), 0);
}

} // namespace

#endif
