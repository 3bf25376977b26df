#include <ousage/io/file/read_buffer.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace {

using ousage::io::ReadBuffer;

TEST(ReadBuffer, IsAlignedToCacheLine) {
    for (auto const size : {std::size_t{1}, std::size_t{100}, std::size_t{256 * 1024}}) {
        auto const buffer = ReadBuffer(size);
        EXPECT_EQ(buffer.size(), size);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0u);
        buffer.data()[size - 1] = 'x';
    }
}

TEST(ReadBuffer, MovedFromIsEmpty) {
    EXPECT_EQ(ReadBuffer().data(), nullptr);
    auto first = ReadBuffer(10);
    auto* const data = first.data();
    auto second = ReadBuffer();
    second = std::move(first);
    EXPECT_EQ(first.size(), 0u); // NOLINT(bugprone-use-after-move): specified
    EXPECT_EQ(first.data(), nullptr);
    EXPECT_EQ(second.size(), 10u);
    EXPECT_EQ(second.data(), data);
}

} // namespace
