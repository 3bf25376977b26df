// Plants secrets and makes the cloud fail in every way: neither the outputs nor the state file of
// the program may contain a secret in any format.
#include "support/child.hpp"
#include "support/cloud_peer.hpp"
#include "support/instances.hpp"
#include "support/process.hpp"
#include "support/proxy_peer.hpp"
#include "support/tls_peer.hpp"
#include <ousage/json/reader.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace ousage;
using namespace ousage::test;

std::string const key = "planted-key-7f3a9c51e02b";
std::string const cookie = "planted-cookie-4be81d77a0c6";
std::string const word = "planted-word-9d20f6c8b135";

// All peers of the test. They run on their own thread while the program runs.
struct World {
    asio::io_context context{1};
    ScriptedPeer cloud{context};
    Identity authority = make_authority();
    TlsPeer good{context, make_identity({}, &authority), cloud.url()};
    TlsPeer unknown{context, make_identity({}), cloud.url()};
    TlsPeer hanging{context, make_identity({}), cloud.url(), TlsPeer::Mode::hang};
    ProxyPeer refusing{context, 1, "HTTP/1.1 407 " + word + "\r\nX: " + word + "\r\n\r\n" + word};
    TemporaryDirectory directory;

    World() { directory.write("root.pem", authority.pem()); }

    // Sets every response of the cloud, including that of the settings page.
    World& all(Reply const& reply) {
        for (auto const* const line : cloud_lines) {
            cloud.only(line, reply);
        }
        cloud.only("GET /settings", reply);
        return *this;
    }

    struct Run {
        Ended ended;
        std::string out, error, state;
    };

    Run run(std::string const& url, std::vector<std::string> const& more) {
        auto arguments =
            std::vector<std::string>{OUSAGE_TEST_PROGRAM, "--base-url",       "http://127.0.0.1:1",
                                     "--config-dir",      directory.path(),   "--timeout",
                                     "cloud=150ms",       "--cloud-base-url", url};
        arguments.insert(arguments.end(), more.begin(), more.end());
        auto const state = directory.path() / "state";
        auto const out = (directory.path() / "out").string();
        auto const error = (directory.path() / "error").string();
        auto child = Child(
            std::move(arguments), out, error,
            {{"OLLAMA_API_KEY", key},
             {"OLLAMA_SESSION_COOKIE", cookie},
             {"XDG_CONFIG_HOME", directory.path()},
             {"XDG_STATE_HOME", state},
             {"SSL_CERT_FILE", (directory.path() / "root.pem").string()},
             {"HTTPS_PROXY", "http://user:" + word + "@" + refusing.address()}});
        auto work = asio::make_work_guard(context);
        context.restart();
        auto thread = std::thread([this] { context.run(); });
        auto result = Run{child.wait(), {}, {}, {}};
        context.stop();
        thread.join();
        result.out = read_file(out);
        result.error = read_file(error);
        std::error_code none;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(state, none)) {
            result.state += entry.is_regular_file() ? read_file(entry.path()) : "";
        }
        return result;
    }
};

void expect_no_secret(std::string const& text) {
    EXPECT_EQ(text.find("planted"), text.npos) << text;
    // Base64 of `planted`, which `user:planted-word` and the key contain, at each of the three
    // alignments.
    for (auto const* const part : {"cGxhbnRlZ", "BsYW50ZWQ", "wbGFudGVk"}) {
        EXPECT_EQ(text.find(part), text.npos) << text;
    }
}

TEST(Secrets, OutputsAndFilesContainNoneOnAnyFailure) {
    auto world = World();
    auto const echo = "{\"error\":\"" + key + " " + cookie + "\",\"ID\":\"" + key +
                      "\",\"Name\":\"x " + key + "\",\"Email\":\"" + key + "\",\"plan\":\"Bearer " +
                      key + "\"}";
    auto const head = "\r\nX-Echo: " + key + "\r\nContent-Length: 0\r\n\r\n";

    struct Row {
        char const* name;
        Reply reply;
        std::string url;
    };

    auto const plain = io::to_string(world.cloud.url());
    Row const rows[] = {
        {"echoed in 200", json(echo), plain},
        {"echoed in 401", json(echo, "401 " + key), plain},
        {"echoed in 402", json(echo, "402 " + key), plain},
        {"echoed in 403", json(echo, "403 Forbidden"), plain},
        {"echoed in 429", {"HTTP/1.1 429 Slow\r\nRetry-After: " + key + head}, plain},
        {"echoed in 500", json(echo, "500 " + key), plain},
        {"redirect", {"HTTP/1.1 302 Found\r\nLocation: http://evil/" + key + head}, plain},
        {"not JSON", json("{\"" + key), plain},
        {"HTML", json("<html>" + cookie + "<p>Sign in"), plain},
        {"empty", json(""), plain},
        {"not HTTP", {key + "\r\n\r\n", Reply::Delivery::close}, plain},
        {"bad header", {"HTTP/1.1 200 OK\r\n" + key + head}, plain},
        {"cut",
         {"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + echo, Reply::Delivery::close},
         plain},
        {"reset", fault::reset(), plain},
        {"hang", fault::hang(), plain},
        {"good TLS", json(echo), io::to_string(world.good.url())},
        {"unknown certificate", json(echo), io::to_string(world.unknown.url())},
        {"hanging handshake", json(echo), io::to_string(world.hanging.url())},
        {"refusing proxy", json(echo), "https://cloud.test"},
        {"nobody there", json(echo), "http://127.0.0.1:1"},
        {"plain http", json(echo), "http://cloud.test"},
    };
    for (auto const& [name, reply, url] : rows) {
        world.all(reply);
        for (auto const* const format : {"json", "compact", "table"}) {
            SCOPED_TRACE(std::string(name) + " as " + format);
            std::filesystem::remove_all(world.directory.path() / "state");
            auto const run = world.run(url, {"--format", format});
            EXPECT_FALSE(run.out.empty());
            EXPECT_NE(run.out.find("cloud"), std::string::npos);
            EXPECT_FALSE(run.ended.by_signal);
            expect_no_secret(run.out);
            expect_no_secret(run.error);
            expect_no_secret(run.state);
        }
    }
    // The program did send the secrets, so the searches above are meaningful.
    auto const& requests = world.cloud.requests();
    auto const sent = [&requests](std::string const& secret) {
        return std::count_if(requests.begin(), requests.end(), [&](std::string const& request) {
            return request.find(secret) != request.npos;
        });
    };
    EXPECT_GT(sent(key), 100);
    EXPECT_GT(sent(cookie), 20);
    EXPECT_EQ(sent(word), 0);
    EXPECT_FALSE(world.refusing.heads().empty());
}

TEST(Secrets, KeyGivenAsVariableNameIsNotPrinted) {
    auto world = World();
    auto const run = world.run("http://127.0.0.1:1", {"--api-key-env", key + ".x"});
    expect_no_secret(run.out + run.error);
    auto const doctor = world.run("http://127.0.0.1:1", {"--api-key-env", key + ".x", "doctor"});
    EXPECT_NE(doctor.out.find("cloud"), std::string::npos);
    expect_no_secret(doctor.out + doctor.error);
}

// The frequent runs of a status bar share one round of requests; each run with `--no-state` makes
// its own round and writes no file.
TEST(CloudRuns, ShareOneRoundAMinuteUnlessNoState) {
    auto world = World();
    script_cloud(world.cloud);
    auto const url = io::to_string(world.cloud.url());
    auto const read = [](World::Run const& run) {
        auto snapshot = ollama::Snapshot{};
        EXPECT_FALSE(read_json(run.out, snapshot)) << run.out << run.error;
        EXPECT_EQ(snapshot.attributes.plan_name, "pro");
        EXPECT_EQ(snapshot.limits.usage_weekly->used, 60);
        return snapshot.attributes.cloud_age_seconds.value_or(99);
    };
    auto const patient = std::vector<std::string>{"--timeout", "cloud=20s"};
    auto const first = world.run(url, patient);
    EXPECT_EQ(first.ended.exit_code, 0);
    EXPECT_EQ(read(first), 0u);
    EXPECT_NE(first.state.find("\"plan_name\":\"pro\""), std::string::npos);
    auto const second = world.run(url, patient);
    EXPECT_LT(read(second), 60u);
    EXPECT_EQ(world.cloud.count("GET /api/tags"), 1u);
    auto const unkept = world.run(url, {"--no-state", "--timeout", "cloud=20s"});
    EXPECT_EQ(read(unkept), 0u);
    EXPECT_EQ(unkept.state, second.state);
    EXPECT_EQ(world.cloud.count("GET /api/tags"), 2u);
}

} // namespace
