#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/testing/manual_clock.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

TEST(ScriptedPeer, ServesItsScriptAndThenHangs) {
    auto context = asio::io_context(1);
    auto peer = ScriptedPeer(context);
    peer.on("GET /api/version", json(R"({"version":"0.24.0"})"))
        .on("GET /api/version", fault::hang());
    auto const source = ollama::local_api(peer.url()) | with_timeout<ManualClock>(2s);
    auto first = Outcome<ollama::LocalApi>{};
    auto done = 0;
    auto const count = [&done](std::exception_ptr) { ++done; };
    asio::co_spawn(context, source.collect(first), count);
    while (done < 1) {
        context.run_one();
    }
    EXPECT_EQ(first.value.cli_version, "0.24.0");

    auto second = Outcome<ollama::LocalApi>{};
    asio::co_spawn(context, source.collect(second), count);
    while (peer.count("GET /api/version") < 2) {
        context.run_one();
    }
    ManualClock::current += 2s;
    while (done < 2) {
        context.run_one();
    }
    EXPECT_EQ(second.value.cli_version, std::nullopt);
    EXPECT_EQ(second.failures.empty(), false);
    EXPECT_EQ(peer.count("GET /api/version"), 2u);
}

} // namespace
