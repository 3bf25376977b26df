#include "support/ipv6.hpp"
#include "support/proc_tree.hpp"
#include "support/threaded_peer.hpp"
#include "support/wait_until.hpp"
#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/runners.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ousage::test {

namespace {

using namespace std::chrono_literals;
using ollama::RunnerState;
using ollama::RunnerSystem;
using Tcp = asio::ip::tcp;

std::string const digest = std::string(60, 'a') + "0123";
std::string const blob = "/var/lib/ollama/blobs/sha256-" + digest;

// A process table with an Ollama server (100), and the real table of connections.
class RunnersSource : public testing::Test {
protected:
    RunnersSource() {
        tree.add({1, 0, "systemd", 0, {"/sbin/init"}});
        tree.add({100, 1, "ollama", user, {"/usr/bin/ollama", "serve"}});
        system.proc = tree.path();
    }

    void add_engine(
        std::uint32_t pid, std::uint16_t port, std::uint32_t owner, std::uint32_t parent = 100) {
        tree.add(
            {pid,
             parent,
             "llama-server",
             owner,
             {"/usr/lib/ollama/llama-server", "--model", blob, "--port", std::to_string(port),
              "--host", "127.0.0.1", "-c", "8192", "-np", "2"}});
    }

    void listen(char const* address = "127.0.0.1") {
        listeners.emplace_back(context, Tcp::endpoint(asio::ip::make_address(address), 0));
    }

    std::uint16_t port(std::size_t listener = 0) const {
        return listeners.at(listener).local_endpoint().port();
    }

    // Opens a connection, accepted by nobody: the kernel has established it.
    void connect(std::uint16_t to, char const* address = "127.0.0.1") {
        clients.emplace_back(context);
        clients.back().connect(Tcp::endpoint(asio::ip::make_address(address), to));
    }

    Outcome<RunnerState> collect() { return run(ollama::runners(system)); }

    std::uint32_t const user = ::geteuid();
    ProcTree tree;
    RunnerSystem system;
    asio::io_context context;
    std::vector<Tcp::acceptor> listeners;
    std::vector<Tcp::socket> clients;
};

TEST_F(RunnersSource, CountsEstablishedConnectionsOfAVerifiedListener) {
    listen();
    add_engine(101, port(), user);
    EXPECT_EQ(collect().value.runner.active_requests, 0u);
    connect(port());
    connect(port());
    for (auto const table : {io::TcpTable::automatic, io::TcpTable::procfs}) {
        system.connections = table;
        if (table == io::TcpTable::procfs) {
            std::filesystem::create_directory_symlink("/proc/self/net", tree.path() / "net");
        }
        auto const outcome = collect();
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        ASSERT_EQ(outcome.value.runners.size(), 1u);
        EXPECT_EQ(
            to_json(outcome.value.runners[0], JsonStyle::compact),
            R"({"digest":")" + digest + R"(","port":)" + std::to_string(port()) +
                R"(,"context_length":8192,"slots":2,"active_requests":2})");
        EXPECT_EQ(outcome.value.runner.runners_total, 1u);
        EXPECT_EQ(outcome.value.runner.active_requests, 2u);
    }
    clients.pop_back();
    EXPECT_EQ(collect().value.runner.active_requests, 1u);
}

TEST_F(RunnersSource, CountsIpv6AndSeveralEngines) {
    if (!has_ipv6()) {
        GTEST_SKIP() << "no IPv6 on this machine";
    }
    listen("::1");
    listen("127.0.0.1");
    add_engine(101, port(0), user);
    add_engine(102, port(1), user);
    connect(port(0), "::1");
    auto const outcome = collect();
    ASSERT_EQ(outcome.value.runners.size(), 2u);
    EXPECT_EQ(outcome.value.runners[0].active_requests, 1u);
    EXPECT_EQ(outcome.value.runners[1].active_requests, 0u);
    EXPECT_EQ(outcome.value.runner.active_requests, 1u);
}

TEST_F(RunnersSource, ListenerOfAnotherUserIsNotVerified) {
    listen();
    add_engine(101, port(), user + 1);
    connect(port());
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::partial);
    ASSERT_EQ(outcome.value.runners.size(), 1u);
    EXPECT_FALSE(outcome.value.runners[0].active_requests);
    EXPECT_FALSE(outcome.value.runner.active_requests);
    EXPECT_NE(describe(outcome).find("does not belong to the user"), std::string::npos);
}

TEST_F(RunnersSource, UnmappedUserVerifiesNothing) {
    system.connections = io::TcpTable::procfs;
    tree.write(
        "net/tcp",
        "  sl\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 65534        0"
        " 1 1 0 100 0 0 10 0\n"
        "   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000 65534        0"
        " 2 1 0 20 0 0 10 -1\n");
    add_engine(101, 8080, 65534);
    auto const outcome = collect();
    ASSERT_EQ(outcome.value.runners.size(), 1u);
    EXPECT_FALSE(outcome.value.runners[0].active_requests);
}

TEST_F(RunnersSource, OneForeignListenerOnThePortSpoilsTheVerification) {
    system.connections = io::TcpTable::procfs;
    auto const line = [](std::string const& number, std::string const& address) {
        return "   0: " + address +
               ":1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 " + number +
               "        0 1 1 0 100 0 0 10 0\n";
    };
    add_engine(101, 8080, 65001);
    tree.write("net/tcp", "  sl\n" + line("65001", "00000000"));
    EXPECT_EQ(collect().value.runner.active_requests, 0u);
    tree.write("net/tcp", "  sl\n" + line("65001", "00000000") + line("65002", "0100007F"));
    EXPECT_FALSE(collect().value.runner.active_requests);
}

TEST_F(RunnersSource, LlamaServerOfAnotherParentIsNoRunner) {
    listen();
    add_engine(101, port(), user, 1);
    tree.add({200, 1, "bash", user, {"bash"}});
    add_engine(102, port(), user, 200);
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::absent);
    EXPECT_EQ(outcome.note, "no engine process of an Ollama server");
}

TEST_F(RunnersSource, WithoutListenerOfAnyEngineIsAbsent) {
    listen();
    auto const unused = port();
    listeners.clear();
    add_engine(101, unused, user);
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::absent);
    EXPECT_NE(outcome.note.find("network namespace"), std::string::npos) << outcome.note;
}

TEST_F(RunnersSource, HiddenOrMissingProcessTableIsAbsent) {
    auto const hidden = ProcTree();
    system.proc = hidden.path();
    EXPECT_EQ(collect().state, State::absent);
    EXPECT_EQ(collect().note, "the process table is hidden");
    system.proc = hidden.path() / "nowhere";
    EXPECT_EQ(collect().state, State::absent);
}

TEST_F(RunnersSource, WithoutTableOfConnectionsEnginesAreListed) {
    system.connections = io::TcpTable::procfs;
    add_engine(101, 8080, user);
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::partial);
    ASSERT_EQ(outcome.value.runners.size(), 1u);
    EXPECT_FALSE(outcome.value.runners[0].active_requests);
}

TEST_F(RunnersSource, RunnerBeforeVersion030IsListedWithoutRequests) {
    listen();
    connect(port());
    tree.add(
        {101,
         100,
         "ollama",
         user,
         {"/usr/bin/ollama", "runner", "--ollama-engine", "--model", blob, "--ctx-size", "4096",
          "--parallel=3", "--port", std::to_string(port())}});
    tree.add({102, 1, "ollama", user, {"ollama", "run", "--port", "80"}});
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.runners.size(), 1u);
    EXPECT_EQ(
        to_json(outcome.value.runners[0], JsonStyle::compact),
        R"({"digest":")" + digest + R"(","port":)" + std::to_string(port()) +
            R"(,"context_length":4096,"slots":3})");
    EXPECT_FALSE(outcome.value.runner.active_requests);
}

TEST_F(RunnersSource, MalformedCommandLineHasNoValues) {
    for (auto const& arguments : std::vector<std::vector<std::string>>{
             {},
             {"llama-server"},
             {"llama-server", "--port"},
             {"llama-server", "--port", "65536", "--model", "/etc/passwd", "-c", "-5"},
             {"llama-server", "--port=0", "-np=x", "--model=sha256-" + std::string(64, 'G')},
             {"llama-server", "--model", "/blobs/sha256-" + std::string(100'000, 'a')}}) {
        tree.add({101, 100, "llama-server", user, arguments});
        auto const outcome = collect();
        ASSERT_EQ(outcome.value.runners.size(), 1u);
        EXPECT_EQ(to_json(outcome.value.runners[0], JsonStyle::compact), "{}");
    }
}

// Processes that really have these names: symbolic links to the shell, which wait for the end of
// their standard input. The pipe closes when the test ends.
class RealProcesses {
public:
    explicit RealProcesses(std::uint16_t port) {
        for (auto const* const name : {"ollama", "llama-server"}) {
            std::filesystem::create_symlink("/bin/sh", directory_.path() / name);
        }
        auto const server = (directory_.path() / "ollama").string();
        auto const engine = (directory_.path() / "llama-server").string();
        auto const script = engine + " -c 'read line; :' --model " + blob + " --port " +
                            std::to_string(port) + " -c 4096 -np 1; :";
        int ends[2];
        if (::pipe(ends) != 0) {
            throw std::runtime_error("no pipe");
        }
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(ends[0], 0);
            ::close(ends[0]);
            ::close(ends[1]);
            ::execl(server.c_str(), server.c_str(), "-c", script.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[0]);
        pipe_ = ends[1];
    }

    RealProcesses(RealProcesses const&) = delete;
    RealProcesses& operator=(RealProcesses const&) = delete;

    ~RealProcesses() {
        ::close(pipe_);
        ::waitpid(child_, nullptr, 0);
    }

private:
    TemporaryDirectory directory_;
    pid_t child_ = -1;
    int pipe_ = -1;
};

TEST_F(RunnersSource, FindsRealProcessesAndTheirEnd) {
    listen();
    connect(port());
    system.proc = "/proc";
    auto const own = [this]() -> std::optional<std::uint64_t> {
        auto const outcome = collect();
        for (auto const& runner : outcome.value.runners) {
            if (runner.port == port()) {
                EXPECT_EQ(runner.digest, digest);
                EXPECT_EQ(runner.context_length, 4096u);
                return runner.active_requests;
            }
        }
        return std::nullopt;
    };
    {
        auto const processes = RealProcesses(port());
        auto requests = std::optional<std::uint64_t>{};
        wait_until("the engine runs", [&] {
            requests = own();
            return requests.has_value();
        });
        EXPECT_EQ(requests, 1u);
    }
    EXPECT_EQ(own(), std::nullopt); // the port is that of an engine that ended
}

std::string slots_body(std::uint64_t decoded, std::string const& canary = "") {
    return R"([{"id":0,"n_ctx":8192,"is_processing":true,"id_task":7,"prompt":")" + canary +
           R"(","generated":")" + canary + R"(","params":{"grammar":")" + canary +
           R"("},"next_token":[{"has_next_token":true,"n_decoded":)" + std::to_string(decoded) +
           R"(}]},{"id":1,"n_ctx":8192,"is_processing":false,"next_token":{"n_decoded":99}}])";
}

// An engine that answers GET /slots.
class RunnerSlots : public RunnersSource {
protected:
    void answer(Reply reply) {
        peer = std::make_unique<ThreadedPeer>(
            [&](ScriptedPeer& script) { script.on("GET /slots", std::move(reply)); });
        auto const url = peer->url();
        number = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
        add_engine(101, number, user);
        connect(number);
        system.query_slots = true;
    }

    std::unique_ptr<ThreadedPeer> peer;
    std::uint16_t number = 0;
};

TEST_F(RunnerSlots, ReadsTokensOfTheBusySlots) {
    answer(json(slots_body(12)));
    auto const source = ollama::runners(system);
    auto const outcome = run(source);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.runners.size(), 1u);
    EXPECT_EQ(outcome.value.runners[0].output_tokens, 12u);
    EXPECT_FALSE(outcome.value.runners[0].output_tokens_per_second);
    // Within a second, the values are those of the first query.
    EXPECT_EQ(run(source).value.runners[0].output_tokens, 12u);
    auto const& requests = peer->stop().requests();
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_TRUE(requests[0].starts_with("GET /slots HTTP/1.1\r\n"));
    EXPECT_NE(requests[0].find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_EQ(requests[0].find("uthorization"), std::string::npos);
}

TEST_F(RunnerSlots, IdleOrUnverifiedEngineIsNotQueried) {
    answer(json(slots_body(12)));
    clients.clear();
    EXPECT_FALSE(collect().value.runners.at(0).output_tokens);
    connect(number);
    add_engine(101, number, user + 1);
    EXPECT_FALSE(collect().value.runners.at(0).output_tokens);
    add_engine(101, number, user, 1); // another program took the port of an engine that ended
    EXPECT_EQ(collect().state, State::absent);
    add_engine(101, number, user);
    system.query_slots = false;
    EXPECT_FALSE(collect().value.runners.at(0).output_tokens);
    EXPECT_TRUE(peer->stop().requests().empty());
}

TEST_F(RunnerSlots, WithoutUsableResponseTokensAreUnknown) {
    auto replies = std::vector<Reply>{
        json("{\"error\":\"Loading model\"}"),
        json("[{\"id\":0}]"),
        json("[" + std::string(300'000, ' ') + "]"),
        json("not JSON"),
        fault::half_json(),
        fault::redirect("http://127.0.0.1:1/"),
        fault::reset(),
        fault::drip(),
        fault::endless(),
        fault::endless_head(),
        fault::close(),
        fault::hang(),
    };
    for (auto const& reply : replies) {
        answer(reply);
        auto const outcome = run(ollama::runners(system) | with_timeout(20s));
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.runners.at(0).active_requests, 1u);
        EXPECT_FALSE(outcome.value.runners.at(0).output_tokens);
        clients.clear();
        EXPECT_LE(peer->stop().requests().size(), 1u);
    }
}

TEST_F(RunnerSlots, TextOfPromptAndGenerationIsInNoOutput) {
    auto const canary = std::string("CANARY-text");
    for (auto const& body :
         {slots_body(5, canary), slots_body(5, canary).substr(0, 60), "\"" + canary + "\"",
          "[{\"is_processing\":\"" + canary + "\"}]"}) {
        answer(json(body));
        auto const outcome = collect();
        auto text = to_json(outcome.value) + outcome.note + describe(outcome);
        EXPECT_EQ(text.find(canary), std::string::npos) << text;
        clients.clear();
    }
}

} // namespace

} // namespace ousage::test
