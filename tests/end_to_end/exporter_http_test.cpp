// Sends the requests of data/http/requests.json to the exporter, over plain HTTP and TLS, with the
// sending direction left open and closed. Tests HTTP beyond single requests: client certificates,
// logins, many connections and the end of the program.
#include "example/exporter/authority.hpp"
#include "support/exporter_process.hpp"
#include "support/fake_ollama.hpp"
#include "support/process.hpp"
#include "support/raw_client.hpp"
#include "support/threaded_peer.hpp"
#include "support/tls_client.hpp"
#include <ousage/json/reader.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <list>
#include <string>
#include <utility>
#include <vector>

#ifdef OUSAGE_TEST_EXPORTER

namespace {

using namespace ousage;
using namespace ousage::test;

struct Part {
    std::string base64;
    int times = 0;
};

struct Case {
    std::string name;
    std::vector<Part> request;
    std::vector<std::vector<std::string>> accepted; // statuses of each response in turn
};

std::vector<Case> read_cases() {
    auto cases = std::vector<Case>{};
    auto const failure = read_json(read_file(OUSAGE_TEST_DATA "/http/requests.json"), cases);
    EXPECT_FALSE(failure);
    EXPECT_GT(cases.size(), 40u);
    return cases;
}

std::string bytes_of(Case const& row) {
    auto bytes = std::string{};
    for (auto const& [base64, times] : row.request) {
        auto part = std::string(base64.size(), '\0');
        auto const size = EVP_DecodeBlock(
            reinterpret_cast<unsigned char*>(part.data()),
            reinterpret_cast<unsigned char const*>(base64.data()), static_cast<int>(base64.size()));
        auto const padding = std::count(base64.begin(), base64.end(), '=');
        part.resize(static_cast<std::size_t>(size - padding));
        for (int count = 0; count < times; ++count) {
            bytes += part;
        }
    }
    return bytes;
}

// Returns the statuses of the complete responses, and "rest" if other bytes follow.
std::vector<std::string> statuses_in(std::string received, bool to_head) {
    auto statuses = std::vector<std::string>{};
    while (received.starts_with("HTTP/1.1 ")) {
        auto const body = body_of(received);
        auto const end = received.find("\r\n\r\n");
        if (end == received.npos) {
            break;
        }
        statuses.push_back(received.substr(9, 3));
        auto const has_body = statuses.back() != "100" && !to_head;
        auto const length = header_of(received, "Content-Length");
        auto const size = has_body ? std::strtoul(length.c_str(), nullptr, 10) : 0;
        if (body.size() < size) {
            statuses.pop_back();
            break;
        }
        received = body.substr(size);
    }
    if (!received.empty()) {
        statuses.push_back("rest");
    }
    return statuses;
}

bool fits(std::vector<std::string> const& found, Case const& row) {
    for (std::size_t index = 0; index < row.accepted.size(); ++index) {
        auto const& choices = row.accepted[index];
        auto const is_accepted = [&choices](std::string const& status) {
            return std::find(choices.begin(), choices.end(), status) != choices.end();
        };
        if (index < found.size() ? !is_accepted(found[index])
                                 : !is_accepted("closed") && !is_accepted("end")) {
            return false;
        }
    }
    return found.size() <= row.accepted.size();
}

// Sends each request. If it is left open, closes the sending direction after the responses.
template <class Client>
void send_cases(std::uint16_t port) {
    for (auto const& row : read_cases()) {
        auto const bytes = bytes_of(row);
        auto const to_head = bytes.starts_with("HEAD ");
        for (auto const left_open : {true, false}) {
            auto client = Client(port);
            client.send(bytes);
            auto received = std::string{};
            if (left_open) {
                while (!fits(statuses_in(received, to_head), row) && client.read_some(received)) {
                }
            }
            client.half_close();
            while (client.read_some(received)) {
            }
            auto const found = statuses_in(received, to_head);
            EXPECT_TRUE(fits(found, row))
                << row.name << (left_open ? ": " : ", closed: ") << testing::PrintToString(found);
        }
    }
}

TEST(ExporterHttp, RespondsAsRfc9112Demands) {
    auto const exporter = ExporterProcess(nowhere);
    send_cases<RawClient>(exporter.port());
}

std::string key_pem(program::Identity const& identity) {
    auto const memory = std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(
        memory.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

// Writes NAME.pem and NAME.key.
void write_identity(
    TemporaryDirectory const& directory, std::string const& name,
    program::Identity const& identity) {
    directory.write(name + ".pem", identity.pem());
    directory.write(name + ".key", key_pem(identity));
}

TEST(ExporterHttp, RespondsOverTlsAsRfc9112Demands) {
    auto const directory = TemporaryDirectory();
    write_identity(directory, "server", program::make_identity({}));
    auto const file = directory.write(
        "web.yml", "tls_server_config: {cert_file: server.pem, key_file: server.key}\n");
    auto const exporter =
        ExporterProcess({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    send_cases<TlsClient>(exporter.port());
}

TEST(ExporterHttp, AdmitsOnlyClientCertificatesWithAllowedName) {
    auto const directory = TemporaryDirectory();
    auto const authority = program::make_authority();
    auto const stranger = program::make_authority("stranger");
    auto const with_name = [](char const* names) {
        auto subject = program::Subject{};
        subject.names = names;
        return subject;
    };
    directory.write("ca.pem", authority.pem());
    write_identity(directory, "server", program::make_identity({}, &authority));
    write_identity(directory, "dns", program::make_identity(with_name("DNS:a.org"), &authority));
    write_identity(directory, "ip", program::make_identity(with_name("IP:10.0.0.1"), &authority));
    write_identity(directory, "uri", program::make_identity(with_name("URI:urn:x"), &authority));
    write_identity(directory, "other", program::make_identity(with_name("DNS:b.org"), &authority));
    write_identity(directory, "wild", program::make_identity(with_name("DNS:*.org"), &authority));
    write_identity(directory, "fake", program::make_identity(with_name("DNS:a.org"), &stranger));
    auto const file = directory.write(
        "web.yml", "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
                   "  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n"
                   "  client_allowed_sans: [a.org, 10.0.0.1, 'urn:x']\n");
    auto const exporter =
        ExporterProcess({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    auto const status = [&](std::string const& name) {
        auto const path = (directory.path() / name).string();
        auto client = name.empty() ? TlsClient(exporter.port())
                                   : TlsClient(exporter.port(), path + ".pem", path + ".key");
        client.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        auto received = std::string{};
        while (client.read_some(received)) {
        }
        return status_of(received);
    };
    for (auto const* const name : {"dns", "ip", "uri"}) {
        EXPECT_EQ(status(name), 200) << name;
    }
    for (auto const* const name : {"", "other", "wild", "fake"}) {
        EXPECT_EQ(status(name), 0) << name;
    }
}

TEST(ExporterHttp, DropsClientThatDoesNotReadAndServesOthers) {
    auto exporter = ExporterProcess(nowhere);
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    auto requests = std::string{};
    for (int index = 0; index < 200; ++index) {
        requests += "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    auto clients = std::vector<RawClient>{};
    auto slowest = std::chrono::steady_clock::duration(0);
    for (int index = 0; index < 530; ++index) {
        clients.emplace_back(exporter.port()).send(requests);
        auto const start = std::chrono::steady_clock::now();
        if (index % 20 == 0) {
            EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
        }
        slowest = std::max(slowest, std::chrono::steady_clock::now() - start);
    }
    EXPECT_LT(slowest, std::chrono::seconds(5));
    // The oldest was evicted when the limit was reached.
    ssize_t count = 1;
    while (count > 0) {
        count = ::recv(clients.front().descriptor(), requests.data(), requests.size(), 0);
    }
    EXPECT_TRUE(count == 0 || errno == ECONNRESET) << errno; // EAGAIN: still open
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
}

// A client that never reads its responses delays the end by less than a second.
TEST(ExporterHttp, SignalEndsWithinASecondWhateverClientsDo) {
    auto exporter = ExporterProcess(nowhere);
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    auto requests = std::string{};
    for (int index = 0; index < 400; ++index) {
        requests += "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    auto unread = RawClient(exporter.port());
    unread.send(requests);
    auto half = RawClient(exporter.port());
    half.send("GET /metrics HTTP/1.1\r\n");
    auto idle = RawClient(exporter.port());
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    auto const start = std::chrono::steady_clock::now();
    EXPECT_EQ(exporter.end().exit_code, 0);
    // The program allows itself 0.9 s; the rest is for a slow machine.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(ExporterHttp, SignalCompletesEveryAcceptedScrape) {
    auto exporter = ExporterProcess(nowhere);
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    auto clients = std::vector<RawClient>{};
    exporter.child().signal(SIGSTOP); // so that all are in progress at once
    for (int index = 0; index < 200; ++index) {
        clients.emplace_back(exporter.port()).send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    exporter.child().signal(SIGTERM);
    exporter.child().signal(SIGCONT);
    for (auto& client : clients) {
        auto const response = client.read_all();
        EXPECT_EQ(status_of(response), 200);
        EXPECT_EQ(header_of(response, "Content-Length"), std::to_string(body_of(response).size()));
    }
    EXPECT_EQ(exporter.child().wait().exit_code, 0);
}

// Returns the ports that the exporter has written, in order.
std::vector<std::uint16_t> ports_in(std::string const& events) {
    auto ports = std::vector<std::uint16_t>{};
    for (auto at = events.find(" address="); at != events.npos; at = events.find(" address=", at)) {
        auto const end = events.find('\n', at);
        auto const colon = events.rfind(':', end);
        ports.push_back(
            static_cast<std::uint16_t>(std::strtoul(events.c_str() + colon + 1, nullptr, 10)));
        at = end;
    }
    return ports;
}

TEST(ExporterHttp, ListensOnEveryAddress) {
    auto exporter = ExporterProcess(
        {"--ollama-host", "127.0.0.1:1", "--web.listen-address", "localhost:0",
         "--web.listen-address", ":0", "--web.telemetry-path", "/ollama"});
    wait_until("three addresses", [&] { return ports_in(exporter.errors()).size() == 3; });
    for (auto const port : ports_in(exporter.errors())) {
        EXPECT_EQ(status_of(http_get(port, "/ollama")), 200) << port;
        EXPECT_EQ(status_of(http_get(port, "/metrics")), 404) << port;
    }
    EXPECT_EQ(exporter.end().exit_code, 0);
}

TEST(ExporterHttp, SystemdSocketIsRequiredIfRequested) {
    auto const finished = run_command("env -u LISTEN_FDS " OUSAGE_TEST_EXPORTER
                                      " --ollama-host 127.0.0.1:1 --web.systemd-socket");
    EXPECT_EQ(finished.exit_code, 2);
    EXPECT_NE(
        finished.error.find("--web.systemd-socket: systemd passed no socket"), std::string::npos)
        << finished.error;
}

// Runs a program with that many descriptors, as a limit that it cannot raise.
std::vector<std::string> with_descriptors(std::string const& count) {
    return {"/bin/sh", "-c", "ulimit -n " + count + " && exec \"$@\"", "sh"};
}

// Each target has a client of its own, whose connections the server keeps open.
TEST(ExporterHttp, ProbesMoreTargetsThanDescriptorsOneAfterAnother) {
    constexpr int most = 1200;
    auto server = ThreadedPeer([](ScriptedPeer& peer) {
        for (int target = 0; target < most; ++target) {
            auto const path = "/t" + std::to_string(target);
            peer.on("GET " + path + "/api/version", json(R"({"version":"0.24.0"})"));
            peer.on("GET " + path + "/api/tags", json(R"({"models":[]})"));
            peer.on("GET " + path + "/api/ps", json(R"({"models":[]})"));
        }
    });
    auto rows = std::vector<std::pair<std::string, int>>{{"64", 100}, {"256", 320}};
    if (std::getenv("OUSAGE_SOAK") != nullptr) {
        rows.emplace_back("1024", most);
    }
    for (auto const& [descriptors, targets] : rows) {
        auto exporter = ExporterProcess(
            {"--ollama-host", "127.0.0.1:1", "--allow-target", server.url() + "/*"}, {},
            with_descriptors(descriptors));
        EXPECT_EQ(exporter.metrics().number("process_max_fds"), descriptors);
        for (int target = 0; target < targets; ++target) {
            auto const path = "/probe?target=" + server.url() + "/t" + std::to_string(target);
            auto const read = ExpositionReader(body_of(exporter.get(path)), false);
            ASSERT_EQ(read.number("ollama_up"), "1") << descriptors << " " << target;
        }
        EXPECT_LT(exporter.metrics().value("process_open_fds"), 0.75 * std::stod(descriptors));
        EXPECT_EQ(exporter.end().exit_code, 0);
    }
}

// A client whose request was received gets a response, however many others connect after it.
TEST(ExporterHttp, RespondsToProbesOfSilentServerWhileOthersConnect) {
    auto context = asio::io_context();
    auto const any = asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0);
    auto const silent = asio::ip::tcp::acceptor(context, any);
    auto const url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
    auto exporter = ExporterProcess(
        {"--ollama-host", "127.0.0.1:1", "--allow-target", url + "/*"}, {}, with_descriptors("64"));
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    exporter.child().signal(SIGSTOP); // so that all requests are there before the first is read
    auto probes = std::vector<RawClient>{};
    for (int target = 0; target < 24; ++target) {
        probes.emplace_back(exporter.port())
            .send(
                "GET /probe?target=" + url + "/t" + std::to_string(target) +
                " HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 1.5\r\n\r\n");
    }
    auto idle = std::vector<RawClient>{};
    for (int count = 0; count < 60; ++count) {
        idle.emplace_back(exporter.port());
    }
    exporter.child().signal(SIGCONT);
    EXPECT_EQ(body_of(exporter.get("/-/healthy")), "healthy\n");
    auto polled = 0;
    for (auto& probe : probes) {
        auto const status = status_of(probe.read_response());
        EXPECT_TRUE(status == 200 || status == 503) << status;
        polled += status == 200 ? 1 : 0;
    }
    EXPECT_EQ(polled, 4); // as many as there are descriptors for
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    EXPECT_EQ(exporter.end().exit_code, 0);
}

TEST(ExporterHttp, AcceptsAgainAfterDescriptorsRanOut) {
    auto exporter = ExporterProcess(nowhere);
    auto const open = exporter.metrics().value("process_open_fds");
    auto earlier = rlimit{};
    ASSERT_EQ(::prlimit(exporter.child().number(), RLIMIT_NOFILE, nullptr, &earlier), 0);
    auto low = earlier;
    low.rlim_cur = static_cast<rlim_t>(open) + 3;
    ASSERT_EQ(::prlimit(exporter.child().number(), RLIMIT_NOFILE, &low, nullptr), 0);
    auto idle = std::vector<RawClient>{};
    for (int count = 0; count < 60; ++count) {
        idle.emplace_back(exporter.port());
    }
    EXPECT_EQ(body_of(exporter.get("/-/healthy")), "healthy\n");
    ASSERT_EQ(::prlimit(exporter.child().number(), RLIMIT_NOFILE, &earlier, nullptr), 0);
    auto const evicted = [&exporter] {
        return exporter.metrics().value(
            "ousage_http_connections_dropped_total", {{"reason", "evicted"}});
    };
    wait_until("a new page counts the evicted clients", [&] { return evicted() > 50; });
    EXPECT_LT(evicted(), 62);
    EXPECT_EQ(exporter.end().exit_code, 0);
}

TEST(ExporterHttp, FiftyConcurrentLoginsSucceed) {
    auto const directory = TemporaryDirectory();
    // bcrypt of "secret", cost 10.
    auto const alice = std::string("$2b$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u");
    auto const file = directory.write("web.yml", "basic_auth_users: {alice: " + alice + "}\n");
    auto const exporter =
        ExporterProcess({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    auto const log_in = [&exporter](char const* when) {
        auto const start = std::chrono::steady_clock::now();
        auto clients = std::vector<RawClient>{};
        for (int index = 0; index < 50; ++index) {
            clients.emplace_back(exporter.port())
                .send("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                      "Authorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n");
        }
        for (auto& client : clients) {
            EXPECT_EQ(status_of(client.read_all()), 200) << when;
        }
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10)) << when;
    };
    log_in("after the start");
    directory.write("web.yml", "# changed\nbasic_auth_users: {alice: " + alice + "}\n");
    wait_until("the file is read", [&] {
        log_in("after a change that concerns no user");
        return exporter.errors().find("reloaded the web configuration") != std::string::npos;
    });
    // Every login must be checked again.
    auto const size = exporter.errors().size();
    directory.write("web.yml", "basic_auth_users: {alice: " + alice + ", bob: " + alice + "}\n");
    wait_until("the file is read", [&] {
        log_in("after a new user");
        return exporter.errors().find("reloaded the web configuration", size) != std::string::npos;
    });
}

// The certificate and the users change while 50 clients log in.
TEST(ExporterHttp, FiftyConcurrentLoginsSucceedWhileCertificateIsRotated) {
    auto const directory = TemporaryDirectory();
    auto const alice = std::string("$2b$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u");
    write_identity(directory, "server", program::make_identity({}));
    auto const file = directory.write(
        "web.yml", "tls_server_config: {cert_file: server.pem, key_file: server.key}\n"
                   "basic_auth_users: {alice: " +
                       alice + "}\n");
    auto const exporter =
        ExporterProcess({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    auto const request = std::string("GET /-/healthy HTTP/1.1\r\nHost: x\r\n"
                                     "Authorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n");
    auto kept = TlsClient(exporter.port());
    auto received = std::string{};
    auto const log_in = [&exporter, &request] {
        auto const start = std::chrono::steady_clock::now();
        auto clients = std::list<TlsClient>{};
        for (int index = 0; index < 50; ++index) {
            clients.emplace_back(exporter.port()).send(request);
        }
        for (auto& client : clients) {
            auto response = std::string{};
            while (body_of(response) != "healthy\n" && client.read_some(response)) {
            }
            EXPECT_EQ(status_of(response), 200);
        }
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
    };
    log_in();
    write_identity(directory, "server", program::make_identity({}));
    wait_until("the certificate is read", [&] {
        log_in();
        return exporter.errors().find("reloaded the web configuration") != std::string::npos;
    });
    log_in();
    // A connection that was open before remains usable.
    kept.send(request);
    while (body_of(received) != "healthy\n" && kept.read_some(received)) {
    }
    EXPECT_EQ(status_of(received), 200);
}

} // namespace

#endif
