#include "support/truth.hpp"
#include <ousage/ollama/log/detail/gin_columns.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace ousage::ollama;
using namespace ousage::ollama::detail;
using namespace ousage::test;

// Expects the same result from the general parser if the columns were read. Returns whether they
// were. The bytes after the line, starting at its newline, must not affect the result.
bool agrees(std::string const& line, GinColumns& columns, std::string_view after = {}) {
    auto const text = line + std::string(after);
    auto fast = GinLine{};
    auto const [end, route] = columns.read(text.data(), text.data() + text.size(), fast);
    if (end == nullptr) {
        return false;
    }
    EXPECT_EQ(end, text.data() + line.size()) << line;
    auto const general = parse_gin_line(line);
    if (!general) {
        ADD_FAILURE() << "not an access line: " << line;
        return true;
    }
    EXPECT_EQ(fast.time, general->time) << line;
    EXPECT_EQ(fast.status, general->status) << line;
    EXPECT_EQ(fast.latency_ns, general->latency_ns) << line;
    EXPECT_EQ(fast.client, general->client) << line;
    EXPECT_EQ(fast.method, general->method) << line;
    EXPECT_EQ(fast.quoted_path, general->quoted_path) << line;
    EXPECT_EQ(route, route_of_quoted(general->method, general->quoted_path)) << line;
    return true;
}

// Longer than a cached tail.
constexpr std::string_view next_line =
    "\n[GIN] 2026/11/20 - 16:04:05 | 200 |            1s |       127.0.0.1 | GET      \"/\"\n";

TEST(GinColumns, MatchGeneralParserOnRecordedLines) {
    auto columns = GinColumns();
    std::size_t plain = 0;
    std::size_t read = 0;
    for (auto const& line : recorded_gin_lines()) {
        plain += line.starts_with("[GIN] ") && line.find('\x1b') == line.npos ? 1u : 0u;
        auto const found = agrees(line, columns);
        EXPECT_EQ(agrees(line, columns, next_line), found) << line;
        EXPECT_EQ(agrees(line, columns, next_line), found) << "remembered: " << line;
        read += found ? 1u : 0u;
    }
    if (has_gin_columns) {
        EXPECT_GT(read * 10, plain * 4) << read << " of " << plain;
    }
}

TEST(GinColumns, MatchGeneralParserOnMutatedLines) {
    constexpr std::string_view alphabet = "0123456789 |.:/-\"\\\x1b[?msn\xC2\xB5hPx\t\r";
    auto random = std::mt19937(4);
    auto const lines = recorded_gin_lines();
    auto columns = GinColumns();
    std::size_t read = 0;
    for (int round = 0; round < 200'000; ++round) {
        auto line = lines[random() % lines.size()];
        for (auto count = random() % 3 + 1; count > 0 && !line.empty(); --count) {
            auto const position = random() % line.size();
            switch (random() % 4) {
            case 0: line.erase(position, 1); break;
            case 1: line.insert(position, 1, alphabet[random() % alphabet.size()]); break;
            case 2: line.resize(position); break;
            default: line[position] = alphabet[random() % alphabet.size()]; break;
            }
        }
        agrees(lines[random() % lines.size()], columns, next_line);
        read += agrees(line, columns, next_line) ? 1u : 0u;
    }
    if (has_gin_columns) {
        EXPECT_GT(read, 4'000u);
    }
}

TEST(GinColumns, MatchGeneralParserOnEveryLatency) {
    auto random = std::mt19937(5);
    auto columns = GinColumns();
    for (int round = 0; round < 100'000; ++round) {
        static constexpr unsigned sizes[] = {100, 1000, 1'000'000'000};
        auto number = std::to_string(random() % sizes[round % 3]);
        if (random() % 4 != 0) {
            number.insert(random() % (number.size() + 1), ".");
        }
        static constexpr std::string_view units[] = {
            "ms", "s", "\xC2\xB5s", "ns", "us", "m1s", "m59s", "m", "h2m3s", "h59m59s", "h5s", ""};
        auto latency = number + std::string(units[random() % std::size(units)]);
        latency.insert(0, latency.size() < 13 ? 13 - latency.size() : 0, ' ');
        agrees(
            "[GIN] 2026/11/20 - 16:04:05 | 200 | " + latency +
                " |       127.0.0.1 | POST     \"/api/chat\"",
            columns);
    }
}

#if OUSAGE_WITH_SSE2
TEST(GinColumns, HoursAndMinutesAreReadAsColumns) {
    auto const seconds_of = [](std::string_view text) -> std::int64_t {
        std::int64_t value = 0;
        return read_minutes(text.data(), text.data() + text.size(), value) ? value / 1'000'000'000
                                                                           : -1;
    };
    EXPECT_EQ(seconds_of("        1m12s"), 72);
    EXPECT_EQ(seconds_of("       1h2m3s"), 3'723);
    EXPECT_EQ(seconds_of("999999h59m59s"), 3'599'999'999);
    // The general parser reads or rejects these.
    for (auto const* const text :
         {"1000000h0m0s", "h2m3s", " h2m3s", "-1h2m3s", "1.5h2m3s", "1h3s", "1h2m", "1h 2m3s",
          "h"}) {
        EXPECT_EQ(seconds_of(text), -1) << text;
    }
}
#endif

TEST(GinColumns, CachedMinuteIsNotUsedForAnother) {
    auto columns = GinColumns();
    auto const line = [](std::string const& time) {
        return "[GIN] " + time + " | 200 |            1s |       127.0.0.1 | GET      \"/\"";
    };
    for (auto const* const time :
         {"2026/11/20 - 16:04:05", "2026/11/20 - 16:04:59", "2026/11/20 - 16:05:00",
          "2026/11/21 - 16:05:00", "2027/11/21 - 16:05:00", "2027/11/21 - 16:05:60",
          "2027/11/21 - 16:05:0x", "2027/13/21 - 16:05:00", "2027/11/21 - 16:04:00"}) {
        EXPECT_EQ(
            agrees(line(time), columns) || !has_gin_columns,
            parse_gin_line(line(time)).has_value() || !has_gin_columns)
            << time;
    }
}

TEST(GinColumns, CachedTailIsNotUsedForAnother) {
    auto const head = std::string("[GIN] 2026/11/20 - 16:04:05 | 200 |            1s ");
    auto const tails = {
        std::string("|       127.0.0.1 | POST     \"/api/chat\""),
        std::string("|             ::1 | GET      \"/\""),
        std::string("|   192.168.1.101 | OPTIONS  \"/v1/chat/completions?a=b\""),
        std::string("|                 | POST     \"/api/embed\"")};
    for (auto const& tail : tails) {
        for (std::size_t position = 0; position < tail.size(); ++position) {
            for (auto const character : {' ', '1', '|', '"', 'P', '?', '\0', '\n', '\\'}) {
                auto columns = GinColumns();
                EXPECT_EQ(agrees(head + tail, columns, next_line), has_gin_columns);
                auto other = tail;
                other[position] = character;
                agrees(head + other.substr(0, other.find('\n')), columns, next_line);
            }
            auto columns = GinColumns();
            agrees(head + tail, columns, next_line);
            agrees(head + tail.substr(0, position), columns, next_line);
            agrees(head + tail.substr(0, position) + tail.substr(position + 1), columns, next_line);
            agrees(
                head + tail.substr(0, position) + "x" + tail.substr(position), columns, next_line);
        }
    }
}

TEST(GinColumns, CacheIsEmptyBeforeFirstLine) {
    auto const whole = std::string(
        "[GIN] 2026/11/20 - 16:04:05 | 200 |            1s |       127.0.0.1 | GET      \"/\"");
    auto columns = GinColumns();
    EXPECT_EQ(agrees(whole, columns), has_gin_columns);
    for (std::size_t start = 0; start < 36; ++start) {
        for (std::size_t end = start + 1; end <= 36; ++end) {
            auto line = whole;
            std::fill(
                line.begin() + static_cast<std::ptrdiff_t>(start),
                line.begin() + static_cast<std::ptrdiff_t>(end), '\0');
            auto fresh = GinColumns();
            EXPECT_FALSE(agrees(line, fresh)) << start << " to " << end;
        }
    }
    auto fresh = GinColumns();
    EXPECT_EQ(agrees("[GIN] 1970/01/01 - 00:00:05" + whole.substr(27), fresh), has_gin_columns);
}

TEST(GinColumns, NeverReadPastEndOfLine) {
    // Every prefix of a line in a buffer of exactly its size, so that AddressSanitizer detects an
    // overread.
    auto columns = GinColumns();
    auto const line = std::string("[GIN] 2026/11/20 - 16:04:05 | 200 |     21.917\xC2\xB5s |       "
                                  "127.0.0.1 | POST     \"/a\"");
    for (std::size_t size = 1; size <= line.size(); ++size) {
        auto const cut =
            std::vector<char>(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(size));
        auto fast = GinLine{};
        auto const text = std::string_view(cut.data(), cut.size());
        auto const* const end = text.data() + text.size();
        EXPECT_EQ(
            columns.read(text.data(), end, fast).end == end,
            has_gin_columns && size == line.size());
    }
}

} // namespace
