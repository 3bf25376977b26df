#include "support/sources.hpp"
#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>

#include <asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

// Records the context that it runs on.
Source<Right> recording(std::vector<asio::execution_context*>& contexts) {
    return Source<Right>("recording", [&contexts](Outcome<Right>& into) -> asio::awaitable<void> {
        auto const executor = co_await asio::this_coro::executor;
        contexts.push_back(&asio::query(executor, asio::execution::context));
        auto timer = asio::steady_timer(executor, 2ms);
        co_await timer.async_wait(asio::use_awaitable);
        into.value.right = 1;
    });
}

TEST(Run, CallsOnOneThreadShareAContext) {
    auto contexts = std::vector<asio::execution_context*>{};
    auto const source = recording(contexts);
    EXPECT_EQ(run(source).value.right, 1);
    EXPECT_EQ(run(source | with_timeout(1h)).value.right, 1);
    EXPECT_EQ(contexts.at(0), contexts.at(1));
    auto on_thread = [&source] { EXPECT_EQ(run(source).value.right, 1); };
    std::thread(on_thread).join();
    EXPECT_NE(contexts.at(0), contexts.at(2));
}

TEST(Run, NestedCallHasItsOwnContext) {
    auto contexts = std::vector<asio::execution_context*>{};
    auto const inner = recording(contexts);
    auto const outer =
        Source<Right>("outer", [inner, &contexts](Outcome<Right>& into) -> asio::awaitable<void> {
            auto const executor = co_await asio::this_coro::executor;
            contexts.push_back(&asio::query(executor, asio::execution::context));
            into.value = run(inner).value;
        });
    EXPECT_EQ(run(outer).value.right, 1);
    EXPECT_EQ(run(outer).value.right, 1);
    ASSERT_EQ(contexts.size(), 4u);
    EXPECT_NE(contexts[0], contexts[1]);
    EXPECT_EQ(contexts[0], contexts[2]);
}

TEST(Run, ElapsedTimeIsSet) {
    auto contexts = std::vector<asio::execution_context*>{};
    EXPECT_GE(run(recording(contexts)).elapsed, 2ms);
    EXPECT_GE(run(recording(contexts) | with_timeout(1h)).elapsed, 2ms);
}

} // namespace
