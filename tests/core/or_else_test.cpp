#include "support/sources.hpp"
#include <ousage/core/or_else.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

TEST(OrElse, UsesFirstSourceIfItHasData) {
    asio::io_context context;
    auto run = Collection(context, after(0s, Right{1}) | or_else(throwing<Right>(0s)));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.right, 1);
    EXPECT_EQ(run.outcome.state, State::ok);
}

TEST(OrElse, UsesSecondSourceIfFirstHasNoData) {
    asio::io_context context;
    auto run = Collection(context, throwing<Right>(0s) | or_else(after(0s, Right{2})));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value.right, 2);
    EXPECT_EQ(run.outcome.state, State::ok);
}

TEST(OrElse, ReportsBothFailuresInOrder) {
    asio::io_context context;
    auto absent = Source<Right>("absent", [](Outcome<Right>& into) -> asio::awaitable<void> {
        into.fail("file", Errc::file, "no such file");
        co_return;
    });
    auto run = Collection(context, absent | or_else(throwing<Right>(0s)));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::error);
    ASSERT_EQ(run.outcome.failures.size(), 2u);
    EXPECT_EQ(run.outcome.failures[0].part, "file");
    EXPECT_EQ(run.outcome.failures[1].code, Errc::exception);
}

TEST(OrElse, DestructionAfterAnyHandlerIsSafe) {
    EXPECT_GT(
        stop_after_every_handler(
            [](asio::io_context&) { return throwing<Right>(1s) | or_else(after(1s, Right{1})); }),
        1u);
}

} // namespace
