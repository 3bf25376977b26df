#include "support/sources.hpp"
#include <ousage/core/transform.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

int value_of(Right part) {
    return part.right.value_or(-1);
}

TEST(Transform, AppliesFunctionAndKeepsSourceName) {
    asio::io_context context;
    auto run = Collection(context, after(1s, Right{20}) | transform(value_of));
    turn(context, 1s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.value, 20);
    EXPECT_EQ(run.source.name(), "after");
}

TEST(Transform, ChainEqualsComposedFunction) {
    auto const add = [](int value) { return value + 1; };
    auto const twice = [](int value) { return value * 2; };
    asio::io_context context;
    auto steps = Collection(
        context, after(0s, Right{20}) | transform(value_of) | transform(add) | transform(twice));
    auto once = Collection(context, after(0s, Right{20}) | transform([&](Right part) {
                                        return twice(add(value_of(part)));
                                    }));
    turn(context, 0s);
    EXPECT_EQ(steps.outcome.value, once.outcome.value);
    EXPECT_EQ(once.outcome.value, 42);
}

TEST(Transform, IdentityKeepsStateAndFailures) {
    asio::io_context context;
    auto run =
        Collection(context, throwing<Right>(0s) | transform([](Right part) { return part; }));
    turn(context, 0s);
    EXPECT_EQ(run.outcome.state, State::error);
    EXPECT_EQ(run.outcome.failures.size(), 1u);
}

TEST(Transform, ExceptionOfFunctionBecomesFailure) {
    asio::io_context context;
    auto run = Collection(context, after(0s, Right{1}) | transform([](Right) -> Right {
                                       throw std::runtime_error("thrown by the function");
                                   }));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.outcome.state, State::error);
    EXPECT_EQ(run.outcome.failures[0].text, "thrown by the function");
}

} // namespace
