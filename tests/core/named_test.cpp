#include "support/sources.hpp"
#include <ousage/core/named.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono_literals;

TEST(Named, ChangesOnlyTheName) {
    asio::io_context context;
    auto run = Collection(context, after(0s, Right{1}) | named("backup"));
    turn(context, 0s);
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.source.name(), "backup");
    EXPECT_EQ(run.outcome.value.right, 1);
}

} // namespace
