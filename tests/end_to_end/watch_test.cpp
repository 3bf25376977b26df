// Runs the dashboard in tmux as a user does, with keys, and compares what the screen shows.
#include "support/child.hpp"
#include "support/fake_ollama.hpp"
#include "support/process.hpp"
#include "support/tmux.hpp"
#include "support/truth.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>

namespace {

using namespace ousage::test;

std::string const program = OUSAGE_TEST_PROGRAM;

bool has(std::string const& text, std::string const& part) {
    return text.find(part) != text.npos;
}

// A line of Gin at the current second, in UTC.
std::string request_line(std::string const& path, int status) {
    auto const now = run_command("date -u '+%Y/%m/%d - %H:%M:%S'").out;
    return "[GIN] " + now.substr(0, now.find('\n')) + " | " + std::to_string(status) +
           " |  1.934028711s |       127.0.0.1 | POST     \"" + path + "\"\n";
}

// The dashboard in a terminal, beside a server and its log.
class Watch : public testing::Test {
protected:
    void SetUp() override {
        if (!Tmux::is_installed()) {
            GTEST_SKIP() << "tmux is not installed: the dashboard was NOT tested";
        }
        log_ = directory_.write("logs/server.log", request_line("/api/chat", 200));
    }

    std::string command(std::string const& options = {}) const {
        return "env -u OLLAMA_API_KEY TZ=UTC LC_ALL=C.UTF-8 XDG_CONFIG_HOME=/nonexistent " +
               program + " watch --no-state --base-url " + server_.url() + " --config-dir " +
               directory_.path().string() + " --log-timezone UTC " + options;
    }

    void add_request(std::string const& path, int status) const {
        std::ofstream(log_, std::ios::app) << request_line(path, status);
    }

    TemporaryDirectory directory_;
    FakeOllama server_;
    std::filesystem::path log_;
};

TEST_F(Watch, FollowsTheServerAndTheLog) {
    auto const terminal = Tmux(80, 24);
    terminal.type(command());
    auto const first = terminal.wait_for("tiny:latest");
    EXPECT_TRUE(has(first, " Ollama 0.24.0   127.0.0.1:")) << first;
    EXPECT_TRUE(has(first, "─ Loaded ─")) << first;
    EXPECT_TRUE(has(first, " q quit  ? help  t window")) << first;
    EXPECT_FALSE(has(first, "ready$")) << first;
    server_.respond("GET /api/ps", json(R"({"models":[]})"));
    terminal.wait_for("Nothing loaded");
    terminal.keys("l");
    terminal.wait_for("/api/chat");
    add_request("/api/embed", 500);
    terminal.wait_for("/api/embed");
    terminal.keys("Escape");
    terminal.wait_for("─ Requests ─");
    server_.respond("GET /api/ps", FakeOllama::loaded("2099-01-01T00:00:00Z"));
    terminal.wait_for("─ Loaded ─");
}

TEST_F(Watch, ReportsAServerThatStops) {
    auto const terminal = Tmux(80, 24);
    terminal.type(command());
    terminal.wait_for("tiny:latest");
    server_.stop();
    auto const screen = terminal.wait_for("is down: ");
    EXPECT_TRUE(has(screen, "(since ")) << screen;
    EXPECT_TRUE(has(screen, "─ Requests ─")) << screen;
}

TEST_F(Watch, KeysChangeTheView) {
    auto const terminal = Tmux(80, 24);
    terminal.type(command());
    terminal.wait_for("tiny:latest");
    terminal.keys("?");
    terminal.wait_for("order of the models");
    terminal.keys("?");
    terminal.wait_without("order of the models");
    terminal.keys("s");
    terminal.wait_for("by name");
    terminal.keys("p");
    terminal.wait_for("paused");
    terminal.keys("r");
    terminal.wait_without("paused");
    terminal.wait_for("\n   7 d ");
    terminal.keys("t");
    terminal.wait_without("\n   7 d ");
}

TEST_F(Watch, QuitRestoresTheTerminal) {
    auto const terminal = Tmux(80, 24);
    terminal.type(
        "echo earlier; " + command() +
        "; echo exit $?; stty -a; grep flags /proc/self/fdinfo/0 | sed s/^/input-/");
    terminal.wait_for("tiny:latest");
    terminal.keys("q");
    auto const screen = terminal.wait_for("exit 0");
    EXPECT_TRUE(has(screen, "earlier")) << screen;
    auto const settings = terminal.wait_for("input-flags:");
    EXPECT_TRUE(has(settings, " icanon ")) << settings;
    EXPECT_TRUE(has(settings, " echo ")) << settings;
    auto const flags = std::stoul(settings.substr(settings.find("input-flags:") + 12), nullptr, 8);
    EXPECT_EQ(flags & O_NONBLOCK, 0u) << settings;
}

TEST_F(Watch, SignalsRestoreTheTerminal) {
    for (auto const& [name, code] :
         {std::pair("TERM", "143"), std::pair("HUP", "129"), std::pair("QUIT", "131")}) {
        auto const terminal = Tmux(80, 24);
        auto const file = (directory_.path() / name).string();
        terminal.type(
            "sh -c 'echo $$ >" + file + "; exec " + command() + "'; echo exit $?; stty -a");
        terminal.wait_for("tiny:latest");
        run_command(std::string("kill -") + name + " " + read_file(file));
        terminal.wait_for(std::string("exit ") + code);
        auto const settings = terminal.wait_for("echok");
        EXPECT_TRUE(has(settings, " icanon ")) << settings;
        EXPECT_TRUE(has(settings, " echo ")) << settings;
    }
}

TEST_F(Watch, SignalEndsItWhileOutputIsStopped) {
    auto const terminal = Tmux(80, 24);
    auto const file = (directory_.path() / "number").string();
    terminal.type("stty ixon; sh -c 'echo $$ >" + file + "; exec " + command() + "'; echo exit $?");
    terminal.wait_for("tiny:latest");
    terminal.keys("C-s");
    terminal.keys("?"); // is drawn, which blocks
    auto const number = read_file(file);
    run_command("kill -TERM " + number);
    wait_until("the process has ended", [&number] {
        return run_command("sh -c 'kill -0 " + number.substr(0, number.size() - 1) + "'")
                   .exit_code != 0;
    });
    terminal.keys("C-q");
    terminal.wait_for("exit 143");
}

TEST_F(Watch, InterruptEndsIt) {
    auto const terminal = Tmux(80, 24);
    terminal.type(command() + "; echo exit $?");
    terminal.wait_for("tiny:latest");
    terminal.keys("C-c");
    terminal.wait_for("exit 130");
}

TEST_F(Watch, SuspendsAndContinues) {
    auto const terminal = Tmux(80, 24);
    terminal.type(command());
    terminal.wait_for("tiny:latest");
    for (int round = 0; round < 2; ++round) {
        terminal.keys("C-z");
        auto const screen = terminal.wait_for("Stopped");
        EXPECT_FALSE(has(screen, "─ Loaded ─")) << screen;
        terminal.type("clear; fg");
        terminal.wait_for("─ Loaded ─");
    }
    terminal.keys("?");
    terminal.wait_for("─ Help ─");
    terminal.keys("q");
    terminal.wait_for("ready$");
}

TEST_F(Watch, FollowsTheSizeOfTheTerminal) {
    auto const terminal = Tmux(80, 24);
    terminal.type(command());
    terminal.wait_for("tiny:latest");
    terminal.resize(40, 12);
    auto const small = terminal.wait_without("s sort");
    EXPECT_TRUE(has(small, "tiny:latest")) << small;
    terminal.resize(30, 5);
    terminal.wait_without("q quit");
    terminal.resize(160, 40);
    terminal.wait_for("─ Log ─");
}

TEST_F(Watch, WithoutUtf8OrColoursItIsPlain) {
    auto const terminal = Tmux(80, 24);
    terminal.type("export NO_COLOR=1");
    auto ascii = command();
    ascii.replace(ascii.find("C.UTF-8"), 7, "C");
    terminal.type(ascii);
    auto const screen = terminal.wait_for("tiny:latest");
    EXPECT_TRUE(has(screen, "- Loaded ---")) << screen;
    EXPECT_TRUE(std::all_of(screen.begin(), screen.end(), [](unsigned char character) {
        return character < 0x80;
    })) << screen;
    auto const coloured = terminal.coloured_screen();
    EXPECT_FALSE(has(coloured, "[36m")) << coloured;
    EXPECT_FALSE(has(coloured, "[32m")) << coloured;
}

TEST_F(Watch, RequestsOncePerIntervalWhatChangesRarely) {
    auto const terminal = Tmux(80, 24);
    terminal.type(command("--interval 1h"));
    terminal.wait_for("tiny:latest");
    server_.wait_for(7); // version, status, tags, and four times ps
    terminal.keys("q");
    terminal.wait_for("ready$");
    auto const count = [requests = server_.stop().requests()](std::string const& start) {
        return std::count_if(requests.begin(), requests.end(), [&](std::string const& request) {
            return request.starts_with(start);
        });
    };
    EXPECT_EQ(count("GET /api/version "), 1);
    EXPECT_EQ(count("GET /api/status "), 1);
    EXPECT_EQ(count("GET /api/tags "), 1);
    EXPECT_GE(count("GET /api/ps "), 4);
}

TEST_F(Watch, StoresTheHistoryUnlessItMayNot) {
    auto const database = directory_.path() / "state" / "history.db";
    auto stored = command("--history-db " + database.string());
    auto const unstored = stored;
    stored.replace(stored.find(" --no-state"), 11, "");
    auto const terminal = Tmux(80, 24);
    terminal.type(stored);
    terminal.wait_for("tiny:latest");
    wait_until("the history is stored", [&] { return std::filesystem::exists(database); });
    terminal.keys("q");
    terminal.wait_for("ready$");
    std::filesystem::remove_all(database.parent_path());
    terminal.type(unstored);
    terminal.wait_for("─ Requests ─");
    terminal.keys("q");
    terminal.wait_for("ready$");
    EXPECT_FALSE(std::filesystem::exists(database));
}

TEST_F(Watch, ShowsThatTheHistoryIsNotStored) {
    auto failing = command("--history-db " + directory_.path().string());
    failing.replace(failing.find(" --no-state"), 11, "");
    auto const terminal = Tmux(80, 24);
    terminal.type(failing);
    auto const screen = terminal.wait_for(" ! history: /");
    EXPECT_TRUE(has(screen, "─ Requests ─")) << screen;
    terminal.keys("q");
    auto const after = terminal.wait_for("ready$");
    EXPECT_FALSE(has(after, "history: /")) << after;
}

TEST_F(Watch, DemoChangesWithinAMinute) {
    auto const terminal = Tmux(120, 40);
    terminal.type("env LC_ALL=C.UTF-8 XDG_CONFIG_HOME=/nonexistent " + program + " watch --demo");
    terminal.wait_for("llama3.2:latest");
    terminal.wait_for("─ Log ─");
    // The second model is loaded after ten seconds.
    terminal.wait_for("   qwen3:8b         ██");
    terminal.wait_for("tok/s");
}

TEST(WatchStream, PrintsATablePerIntervalIntoAPipe) {
    auto const server = FakeOllama();
    auto const finished = run_command(
        "sh -c 'env XDG_CONFIG_HOME=/nonexistent " + program + " watch --base-url " + server.url() +
        " --config-dir /nonexistent --no-state --interval 200ms | grep -m 2 Ollama'");
    EXPECT_EQ(finished.exit_code, 0) << finished.error;
    EXPECT_EQ(split_lines(finished.out).size(), 2u) << finished.out;
}

TEST(WatchStream, StoresTheHistoryAndReportsAFailureOnce) {
    auto const directory = TemporaryDirectory();
    directory.write("logs/server.log", request_line("/api/chat", 200));
    auto const server = FakeOllama();
    auto const out = directory.path() / "out";
    auto const error = directory.path() / "error";
    auto const start = [&](std::filesystem::path const& database) {
        return Child(
            {program, "watch", "--base-url", server.url(), "--config-dir",
             directory.path().string(), "--log-timezone", "UTC", "--interval", "100ms", "--format",
             "compact", "--history-db", database.string()},
            out, error, {{"XDG_CONFIG_HOME", "/nonexistent"}});
    };
    auto storing = start(directory.path() / "history.db");
    wait_until("the history is stored", [&] {
        return std::filesystem::exists(directory.path() / "history.db");
    });
    storing.signal(SIGTERM);
    EXPECT_EQ(storing.wait().exit_code, 143);
    EXPECT_EQ(read_file(error), "");
    auto failing = start(directory.path());
    wait_until("the failure is reported", [&] { return !read_file(error).empty(); });
    auto const lines = split_lines(read_file(out)).size();
    wait_until("three more polls", [&] { return split_lines(read_file(out)).size() >= lines + 3; });
    failing.signal(SIGTERM);
    EXPECT_EQ(failing.wait().exit_code, 143);
    auto const reported = split_lines(read_file(error));
    ASSERT_EQ(reported.size(), 1u) << read_file(error);
    EXPECT_TRUE(reported[0].starts_with("ousage: history: " + directory.path().string()))
        << reported[0];
}

TEST(WatchStream, SignalEndsItWhileNobodyReads) {
    auto const directory = TemporaryDirectory();
    auto const server = FakeOllama();
    auto const pipe = (directory.path() / "pipe").string();
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    auto const reader = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(reader, 0);
    auto child = Child(
        {program, "watch", "--base-url", server.url(), "--config-dir", "/nonexistent", "--no-state",
         "--interval", "100ms", "--format", "json"},
        pipe, directory.path() / "error", {{"XDG_CONFIG_HOME", "/nonexistent"}});
    wait_until("the pipe is full", [reader] {
        auto state = pollfd{reader, POLLOUT, 0};
        return ::poll(&state, 1, 0) == 0;
    });
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait().exit_code, 143);
    ::close(reader);
}

TEST(WatchStream, PrintsOneJsonLinePerIntervalWithFormatCompact) {
    auto const server = FakeOllama();
    auto const finished = run_command(
        "sh -c 'env XDG_CONFIG_HOME=/nonexistent " + program + " watch --base-url " + server.url() +
        " --config-dir /nonexistent --no-state --interval 200ms --format compact | head -n 3'");
    auto const lines = split_lines(finished.out);
    ASSERT_EQ(lines.size(), 3u) << finished.out << finished.error;
    for (auto const& line : lines) {
        EXPECT_TRUE(line.starts_with(R"({"provider_id":"ollama")")) << line;
        EXPECT_TRUE(line.ends_with("}")) << line;
    }
}

} // namespace
