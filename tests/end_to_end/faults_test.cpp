// Tests the program against misbehaving servers: memory is bounded, signals end it, and the data of
// the other sources is complete.
#include "support/child.hpp"
#include "support/instances.hpp"
#include "support/process.hpp"
#include "support/sanitized.hpp"
#include "support/threaded_peer.hpp"
#include <ousage/core/enum_name.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::test;

char const* const all_lines[] = {
    "GET /api/version", "GET /api/status", "GET /api/tags", "GET /api/ps"};

// Sends the same response to every request.
auto every(Reply const& reply) {
    return [reply](ScriptedPeer& peer) {
        for (auto const* const line : all_lines) {
            peer.on(line, reply);
        }
    };
}

std::string const log_text =
    "time=2026-11-20T15:00:00.000Z level=INFO source=a.go:1 msg=x\n"
    "[GIN] 2026/11/20 - 15:30:00 | 200 |            1s |       127.0.0.1 | POST     "
    "\"/api/chat\"\n";

// One run of the program with a log besides the server, so that one source is always complete.
class Observation {
public:
    Observation(std::string const& url, std::vector<std::string> more) {
        directory_.write("logs/server.log", log_text);
        auto arguments = std::vector<std::string>{OUSAGE_TEST_PROGRAM,   "--base-url",      url,
                                                  "--config-dir",        directory_.path(), "--now",
                                                  "2026-11-20T16:00:00Z"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        child_.emplace(
            std::move(arguments), out(), directory_.path() / "error",
            std::vector<std::pair<std::string, std::string>>{
                {"XDG_CONFIG_HOME", directory_.path()}, {"OLLAMA_API_KEY", ""}});
    }

    Child& child() { return *child_; }

    std::string out() const { return directory_.path() / "out"; }

    ollama::Snapshot snapshot() const {
        auto snapshot = ollama::Snapshot{};
        auto const text = read_file(out());
        auto const failure = read_json(text, snapshot);
        EXPECT_FALSE(failure) << failure->text << "\n" << text;
        EXPECT_EQ(read_file(directory_.path() / "error"), "");
        return snapshot;
    }

private:
    TemporaryDirectory directory_;
    std::optional<Child> child_;
};

void expect_the_log_whole(ollama::Snapshot const& snapshot) {
    ASSERT_EQ(snapshot.sources.size(), 7u);
    EXPECT_EQ(snapshot.sources[1].state, State::ok);
    EXPECT_EQ(snapshot.metrics.requests.five_hours.requests, 1u);
    EXPECT_EQ(snapshot.status, ollama::Status::OK);
}

TEST(ProgramFaults, ServerFaultKeepsLogCompleteAndMemoryBounded) {
    struct Row {
        char const* name;
        Reply reply;
    };

    for (auto const& [name, reply] :
         {Row{"close", fault::close()}, Row{"reset", fault::reset()}, Row{"hang", fault::hang()},
          Row{"drip", fault::drip()}, Row{"garbage", fault::garbage()},
          Row{"half", fault::half_json()}, Row{"long", fault::long_length()},
          Row{"endless", fault::endless()}, Row{"endless head", fault::endless_head()},
          Row{"redirect", fault::redirect("/x")}}) {
        SCOPED_TRACE(name);
        auto peer = ThreadedPeer(every(reply));
        auto run = Observation(peer.url(), {"--timeout", "1s"});
        auto const ended = run.child().wait();
        EXPECT_EQ(ended.exit_code, 0);
        auto const snapshot = run.snapshot();
        expect_the_log_whole(snapshot);
        auto const state = snapshot.sources[0].state;
        EXPECT_TRUE(state == State::error || state == State::timeout) << enum_name(state);
        EXPECT_TRUE(snapshot.sources[0].error.has_value());
        EXPECT_FALSE(snapshot.diagnostics.empty());
        EXPECT_EQ(peer.stop().unused(), "");
        RecordProperty(name, std::to_string(ended.peak_kilobytes));
        if (!is_sanitized) {
            EXPECT_LT(ended.peak_kilobytes, 64 * 1024);
        }
    }
}

TEST(ProgramFaults, SignalEndsProgramDuringHangingRequests) {
    for (auto const which : {SIGTERM, SIGINT}) {
        auto peer = ThreadedPeer(every(fault::hang()));
        auto run = Observation(peer.url(), {"--timeout", "1h"});
        peer.wait_for(4);
        run.child().signal(which);
        auto const ended = run.child().wait();
        EXPECT_EQ(ended.exit_code, 128 + which);
        EXPECT_FALSE(ended.by_signal);
        EXPECT_EQ(read_file(run.out()), "");
    }
}

TEST(ProgramFaults, SourceTimeoutCancelsThatSourceOnly) {
    auto peer = ThreadedPeer(every(fault::hang()));
    auto run = Observation(peer.url(), {"--timeout", "1h", "--timeout", "local_api=50ms"});
    EXPECT_EQ(run.child().wait().exit_code, 0);
    auto const snapshot = run.snapshot();
    expect_the_log_whole(snapshot);
    EXPECT_EQ(snapshot.sources[0].state, State::timeout);
}

} // namespace
