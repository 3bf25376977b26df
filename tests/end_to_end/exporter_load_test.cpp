// Loads the exporter with bad clients and measures how long another client waits for /metrics. Each
// load has a tenth of the clients, and all with OUSAGE_SOAK. These tests measure time.
#include "example/exporter/authority.hpp"
#include "support/exporter_process.hpp"
#include "support/process.hpp"
#include "support/raw_client.hpp"
#include "support/sanitized.hpp"
#include "support/tls_client.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <list>
#include <memory>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#ifdef OUSAGE_TEST_EXPORTER

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

bool const is_soak = std::getenv("OUSAGE_SOAK") != nullptr;

// Returns the number of clients of a load.
int scaled(int clients) {
    return is_soak ? clients : clients / 10;
}

// Allows this process to have that many descriptors.
void raise_descriptors(rlim_t count) {
    auto limit = rlimit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur < count) {
        limit.rlim_cur = count;
        limit.rlim_max = std::max(limit.rlim_max, count);
        ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0) << "this test needs descriptors";
    }
}

// Returns a value of /proc/PID/status in KiB, such as VmHWM.
long memory_of(ExporterProcess& exporter, std::string const& name) {
    auto file = std::istringstream(
        read_file("/proc/" + std::to_string(exporter.child().number()) + "/status"));
    auto word = std::string{};
    while (file >> word && word != name + ":") {
    }
    long size = 0;
    file >> size;
    return size;
}

// The bad clients of an exporter. `Client` is RawClient, or TlsClient for an exporter with TLS.
template <class Client>
class Loads {
public:
    explicit Loads(ExporterProcess const& exporter) : port_(exporter.port()) {}

    // Clients that send 200 requests each and never read.
    void unread() {
        auto requests = std::string{};
        for (int count = 0; count < 200; ++count) {
            requests += "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
        }
        for (int count = 0; count < scaled(530); ++count) {
            unread_.emplace_back(port_).send(requests);
            measure_each(20, count);
        }
    }

    // Clients that send one byte now and then.
    void slow() {
        for (int count = 0; count < scaled(2000); ++count) {
            slow_.emplace_back(port_).send("G");
            measure_each(50, count);
        }
        for (int round = 0; round < 3; ++round) {
            for (auto& client : slow_) {
                client.send("E");
            }
            measure();
        }
    }

    void idle() {
        for (int count = 0; count < scaled(2000); ++count) {
            idle_.emplace_back(port_);
            measure_each(50, count);
        }
    }

    void brief() {
        for (int count = 0; count < scaled(20'000); ++count) {
            auto client = Client(port_);
            client.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            measure_each(200, count);
        }
    }

    void resets() {
        for (int count = 0; count < scaled(5000); ++count) {
            auto const client = RawClient(port_);
            auto const now = linger{1, 0};
            ::setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
            measure_each(50, count);
        }
    }

    void forget() {
        unread_.clear();
        slow_.clear();
        idle_.clear();
    }

    // Requests /metrics as a client without faults.
    void measure() {
        auto const start = std::chrono::steady_clock::now();
        auto client = Client(port_);
        client.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        auto received = std::string{};
        while (client.read_some(received)) {
        }
        slowest_ = std::max(slowest_, std::chrono::steady_clock::now() - start);
        EXPECT_EQ(status_of(received), 200);
        EXPECT_EQ(header_of(received, "Content-Length"), std::to_string(body_of(received).size()));
    }

    // Returns the longest time of a response, and starts anew.
    std::chrono::duration<double> slowest() {
        return std::exchange(slowest_, std::chrono::steady_clock::duration(0));
    }

private:
    void measure_each(int clients, int count) {
        if (count % clients == 0) {
            measure();
        }
    }

    std::uint16_t port_;
    std::list<Client> unread_;
    std::list<RawClient> slow_, idle_; // over TLS, the handshake is never completed
    std::chrono::steady_clock::duration slowest_{0};
};

template <class Client>
void expect_answers(ExporterProcess& exporter) {
    raise_descriptors(6000);
    auto const most = is_sanitized ? 10.0 : 1.0;
    auto loads = Loads<Client>(exporter);
    auto const expect_fast = [&](char const* load) {
        auto const seconds = loads.slowest().count();
        EXPECT_LT(seconds, most) << load;
        std::cout << load << ": " << seconds << " s at most\n";
    };
    loads.measure(); // waits for the first poll
    loads.slowest();
    loads.unread();
    expect_fast("clients that do not read");
    loads.forget();
    loads.slow();
    expect_fast("slow clients");
    loads.forget();
    loads.idle();
    expect_fast("idle clients");
    loads.forget();
    loads.brief();
    expect_fast("short connections");
    loads.resets();
    expect_fast("resets");
    loads.unread();
    loads.slow();
    loads.idle();
    loads.brief();
    loads.resets();
    expect_fast("all at once");
    auto const peak = memory_of(exporter, "VmHWM");
    std::cout << "peak memory: " << peak / 1024 << " MiB\n";
    EXPECT_GT(peak, 0);
    if (!is_sanitized) {
        EXPECT_LT(peak, 100 * 1024);
    }
    EXPECT_EQ(exporter.end().exit_code, 0);
}

// The limit of a tenth of the clients, so that connections are evicted in the short form, too.
std::vector<std::string> options() {
    return {"--ollama-host", "127.0.0.1:1", "--web.max-connections", is_soak ? "512" : "52"};
}

TEST(ExporterLoad, AnswersWithinASecondWhateverOtherClientsDo) {
    auto exporter = ExporterProcess(options());
    expect_answers<RawClient>(exporter);
}

TEST(ExporterLoad, AnswersOverTlsWithinASecondWhateverOtherClientsDo) {
    auto const directory = TemporaryDirectory();
    auto const identity = program::make_identity({});
    auto const memory = std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(
        memory.get(), identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    auto const size = BIO_get_mem_data(memory.get(), &bytes);
    directory.write("key.pem", std::string(bytes, static_cast<std::size_t>(size)));
    directory.write("cert.pem", identity.pem());
    auto arguments = options();
    arguments.push_back("--web.config.file");
    arguments.push_back(
        directory.write("web.yml", "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n")
            .string());
    auto exporter = ExporterProcess(arguments);
    expect_answers<TlsClient>(exporter);
}

// bcrypt of "secret", cost 10.
std::string const hash = "$2b$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u";

// Requests a page with a login. Returns the status and the time.
std::pair<int, double> log_in(std::uint16_t port, std::string const& login, char const* source) {
    auto base64 = std::string(4 * login.size() / 3 + 8, '\0');
    auto const size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(base64.data()),
        reinterpret_cast<unsigned char const*>(login.data()), static_cast<int>(login.size()));
    base64.resize(static_cast<std::size_t>(size));
    auto const start = std::chrono::steady_clock::now();
    auto client = RawClient(port, source);
    client.send(
        "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic " +
        base64 + "\r\n\r\n");
    auto const status = status_of(client.read_all());
    auto const elapsed = std::chrono::steady_clock::now() - start;
    return {status, std::chrono::duration<double>(elapsed).count()};
}

TEST(ExporterLoad, GuessesDelayACorrectLoginByLessThanASecond) {
    auto const directory = TemporaryDirectory();
    auto const file = directory.write("web.yml", "basic_auth_users: {alice: '" + hash + "'}\n");
    auto exporter =
        ExporterProcess({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    auto guesses = std::atomic<int>(0);
    auto guessers = std::vector<std::jthread>{};
    for (int number = 2; number < 18; ++number) {
        guessers.emplace_back([&exporter, &guesses, number](std::stop_token stop) {
            auto const source = "127.0.0." + std::to_string(number);
            for (int guess = 0; !stop.stop_requested(); ++guess) {
                auto const login = "alice:" + source + std::to_string(guess);
                auto const [status, seconds] = log_in(exporter.port(), login, source.c_str());
                EXPECT_TRUE(status == 401 || status == 503) << status;
                ++guesses;
            }
        });
    }
    // Every guesser is known by then. Before, all clients are new, and their turn is that of their
    // arrival.
    wait_until("a guess of each client", [&guesses] { return guesses >= 17; });
    auto const start = std::chrono::steady_clock::now();
    auto const [first, seconds] = log_in(exporter.port(), "alice:secret", nullptr);
    EXPECT_EQ(first, 200);
    auto const end = start + (is_soak ? 60s : 2s);
    while (std::chrono::steady_clock::now() < end) {
        EXPECT_EQ(log_in(exporter.port(), "alice:secret", nullptr).first, 200);
    }
    wait_until("more guesses", [&guesses] { return guesses >= 17 + 8; });
    // One hash as it is computed here and now, while other programs may use the processors. At most
    // as many as there are threads for run when the login arrives.
    auto const elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start);
    auto const own = 2 * elapsed.count() / (guesses - 17);
    EXPECT_LT(seconds, 2 * own + (is_sanitized ? 5.0 : 1.0));
    std::cout << "first login: " << seconds << " s, a hash: " << own << " s at most\n";
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// The hash of bob is 16 times as fast as that of alice.
TEST(ExporterLoad, UnknownUsersTakeAsLongAsKnownOnes) {
    auto const directory = TemporaryDirectory();
    auto fast = hash;
    fast.replace(4, 2, "06");
    auto const file = directory.write(
        "web.yml", "basic_auth_users: {alice: '" + hash + "', bob: '" + fast + "'}\n");
    auto exporter =
        ExporterProcess({"--ollama-host", "127.0.0.1:1", "--web.config.file", file.string()});
    auto alice = std::vector<double>{}, bob = alice, unknown = alice;
    for (int count = 0; count < (is_soak ? 100 : 15); ++count) {
        auto const password = ":" + std::to_string(count);
        alice.push_back(log_in(exporter.port(), "alice" + password, nullptr).second);
        bob.push_back(log_in(exporter.port(), "bob" + password, nullptr).second);
        unknown.push_back(log_in(exporter.port(), "nobody" + password, nullptr).second);
    }
    EXPECT_LT(std::abs(median(alice) / median(unknown) - 1), is_soak ? 0.1 : 0.5);
    EXPECT_LT(std::abs(median(bob) / median(unknown) - 1), is_soak ? 0.1 : 0.5);
}

// Stalled clients are no work: the server waits for readiness, and checks deadlines ten times a
// second.
TEST(ExporterLoad, StalledClientsCostNoProcessorTime) {
    auto exporter = ExporterProcess({"--ollama-host", "127.0.0.1:1", "--scrape-interval", "1h"});
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "0");
    raise_descriptors(2000);
    auto clients = std::list<RawClient>{};
    for (int count = 0; count < 400; ++count) {
        clients.emplace_back(exporter.port()).send("GET /metrics HTTP/1.1\r\nX: ");
    }
    auto const processor = [&exporter] {
        return exporter.metrics().value("process_cpu_seconds_total");
    };
    auto const before = processor();
    auto const start = std::chrono::steady_clock::now();
    wait_until("two seconds have passed", [start] {
        return std::chrono::steady_clock::now() - start > 2s;
    });
    EXPECT_LT(processor() - before, is_sanitized ? 1.0 : 0.2);
}

} // namespace

#endif
