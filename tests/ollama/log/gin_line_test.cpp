#include "support/gin_line_reference.hpp"
#include "support/truth.hpp"
#include <ousage/ollama/log/detail/gin_fields.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::string_view_literals;

// The fields of the line as text, for readable differences; empty if it is not an access line.
std::string fields(std::string const& line) {
    auto const found = parse_gin_line(line);
    if (!found) {
        return "";
    }
    return std::to_string(found->status) + " " + std::to_string(found->latency_ns) + " " +
           std::string(found->client) + " " + std::string(found->method) + " " +
           std::string(found->quoted_path);
}

std::string reference_fields(std::string const& line) {
    auto const found = read_gin_line(line);
    return found ? found->status + " " + std::to_string(*read_latency(found->latency)) + " " +
                       found->client + " " + found->method + " " + found->quoted
                 : "";
}

TEST(GinLine, MatchesReferenceParserOnRecordedLines) {
    std::size_t entries = 0;
    for (auto const& line : recorded_gin_lines()) {
        auto const ours = fields(line);
        EXPECT_EQ(ours, reference_fields(line)) << line;
        entries += ours.empty() ? 0u : 1u;
    }
    EXPECT_GT(entries, 5'000u);
}

// At every offset: one byte removed, changed or inserted, or the rest of the line cut off. The
// reference parser skips a colour within a word, the tested parser reads it as a space; the
// inserted bytes therefore include no ESC.
TEST(GinLine, MatchesReferenceParserOnMutatedLines) {
    constexpr std::string_view alphabet = "019 |.:/-\"\\[?mnsu\xC2\xB5hPx\t\r\0"sv;
    constexpr std::string_view lines[] = {
        "[GIN] 2026/11/20 - 16:04:05 | 200 |    1.234567ms |       127.0.0.1 | POST     "
        "\"/api/chat\"",
        "[GIN] 2026/12/01 - 00:00:00 | 404 |   41.27\xC2\xB5s |     2001:db8::1 | PROPFIND  "
        "\"/a\\\"b?c=\\x00\"",
        "x [GIN] 2026/02/28 - 23:59:59 | 599 | -2562047h47m16.854775808s |                 | A|B   "
        "   \"*\"\r",
        "[GIN] [GIN] 2024/02/29 - 09:08:07 | 100 |         1m0s | ::1 | GET      "
        "\"/\\u200b\\U000e0001\""};
    std::size_t entries = 0;
    auto const compare = [&](std::string const& line) {
        auto const ours = fields(line);
        ASSERT_EQ(ours, reference_fields(line)) << line;
        entries += ours.empty() ? 0u : 1u;
    };
    for (auto const line : lines) {
        for (std::size_t position = 0; position < line.size(); ++position) {
            compare(std::string(line.substr(0, position)));
            compare(std::string(line).erase(position, 1));
            for (auto const character : alphabet) {
                auto changed = std::string(line);
                compare(changed.insert(position, 1, character));
                changed = line;
                changed[position] = character;
                compare(changed);
            }
        }
    }
    EXPECT_GT(entries, 3'000u);
}

TEST(GinLine, MatchesReferenceParserOnEveryLatency) {
    constexpr std::string_view numbers[] = {
        "0",   "1",       "59.999999999", "1.",         ".5", "-",
        "1.5", "2562047", "1.0000000001", "47",         "00", "16",
        "",    "1..2",    "9223372036",   "854775807.9"};
    constexpr std::string_view units[] = {"h",  "m",  "s",         "ms",        "us", "\xC2\xB5s",
                                          "ns", "ks", "\xCE\xBCs", "\xC3\x82s", "",   "S"};
    auto parts = std::vector<std::string>{""};
    for (auto const number : numbers) {
        for (auto const unit : units) {
            parts.push_back(std::string(number).append(unit));
        }
    }
    std::size_t good = 0;
    for (auto const& first : parts) {
        for (auto const& second : parts) {
            auto const latency = first + second;
            auto const ours = detail::parse_latency(latency);
            ASSERT_EQ(ours, read_latency(latency)) << latency;
            ASSERT_EQ(detail::parse_latency("-" + latency), read_latency("-" + latency)) << latency;
            good += ours ? 1u : 0u;
        }
    }
    EXPECT_GT(good, 200u);
}

} // namespace
