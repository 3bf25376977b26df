#include "support/truth.hpp"
#include <ousage/io/http/base64.hpp>

#include <gtest/gtest.h>

#include <utility>

namespace {

using namespace ousage;
using namespace ousage::io;

TEST(Base64, EncodesStandardExamples) {
    for (auto const& [bytes, text] :
         {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="),
          std::pair("foo", "Zm9v"), std::pair("foobar", "Zm9vYmFy"),
          std::pair("\xFF\xFE", "//4=")}) {
        EXPECT_EQ(to_base64(bytes), text);
    }
}

TEST(Base64, RoundTripsAnyBytes) {
    auto bytes = std::string{};
    for (int value = 0; value < 600; ++value) {
        bytes += static_cast<char>(value * 7);
        EXPECT_EQ(test::from_base64(to_base64(bytes)), bytes);
    }
}

} // namespace
