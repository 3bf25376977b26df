#include "support/sources.hpp"
#include <ousage/core/or_else.hpp>
#include <ousage/core/transform.hpp>
#include <ousage/core/with_timeout.hpp>

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

struct Count {
    int errors = 0;
    bool stopped = false;
};

asio::awaitable<void> count_none(Outcome<Count>& into) {
    into.value.errors = 0;
    co_return;
}

asio::awaitable<void> count_none_of_half(Outcome<Count>& into) {
    into.value.errors = 0;
    into.fail("half", Errc::parse, "malformed");
    co_return;
}

asio::awaitable<void> measure_zero(Outcome<Right>& into) {
    into.value.right = 0;
    co_return;
}

asio::awaitable<void> measure_defaults(Outcome<Right>& into) {
    into.measured = true;
    co_return;
}

template <class T>
Outcome<T> collect(Source<T> source) {
    asio::io_context context;
    auto run = Collection(context, std::move(source));
    turn(context, 0s);
    EXPECT_TRUE(run.done);
    return run.outcome;
}

TEST(OrElse, MeasuredZeroIsData) {
    auto const other = Source<Count>("other", [](Outcome<Count>& into) -> asio::awaitable<void> {
        into.value.errors = 7;
        co_return;
    });
    EXPECT_EQ(collect(or_else(Source<Count>("zero", count_none), other)).value.errors, 0);
    EXPECT_EQ(collect(or_else(Source<Count>("half", count_none_of_half), other)).value.errors, 0);
    EXPECT_EQ(collect(or_else(throwing<Count>(0s), other)).value.errors, 7);
    EXPECT_EQ(
        collect(or_else(Source<Right>("z", measure_zero), after(0s, Right{2}))).value.right, 0);
    auto const defaults = Source<Right>("defaults", measure_defaults);
    EXPECT_EQ(collect(or_else(defaults, after(0s, Right{2}))).value.right, std::nullopt);
}

TEST(OrElse, AbsentSourceOfNumbersHasNoData) {
    auto const absent = Source<Count>("absent", [](Outcome<Count>& into) -> asio::awaitable<void> {
        into.absent("no file");
        co_return;
    });
    auto const other = after(0s, Count{7, true});
    EXPECT_EQ(collect(or_else(absent, other)).value.errors, 7);
}

TEST(Outcome, MeasuredZeroAndAFailureArePartial) {
    EXPECT_EQ(collect(Source<Count>("half", count_none_of_half)).state, State::partial);
    EXPECT_EQ(collect(Source<Count>("zero", count_none)).state, State::ok);
    EXPECT_EQ(collect(throwing<Count>(0s)).state, State::error);
    EXPECT_EQ(collect(after(1h, Count{}) | with_timeout<ManualClock>(0s)).state, State::timeout);
}

TEST(Outcome, TransformedValueExistsIfItsSourceHasOne) {
    auto const number = [](Right part) { return part.right.value_or(-1); };
    EXPECT_FALSE(collect(throwing<Right>(0s) | transform(number)).has_value());
    EXPECT_EQ(collect(throwing<Right>(0s) | transform(number)).state, State::error);
    EXPECT_TRUE(collect(Source<Right>("z", measure_zero) | transform(number)).has_value());
}

TEST(OrElse, DestructionAfterAnyHandlerIsSafe) {
    EXPECT_GT(
        stop_after_every_handler(
            [](asio::io_context&) { return throwing<Right>(1s) | or_else(after(1s, Right{1})); }),
        1u);
}

} // namespace
