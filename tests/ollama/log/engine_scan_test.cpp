#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/detail/engine_scan.hpp>
#include <ousage/ollama/log/engine_line.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;

struct Lines {
    std::vector<std::string> found;

    void operator()(AccessEntry const&) {}

    void line(std::string_view text, std::uint64_t) {
        if (parse_engine_line(text)) {
            found.emplace_back(text);
        }
    }
};

std::string any_line(std::mt19937_64& random) {
    constexpr std::string_view texts[] = {
        "slot op(): id  0 | task 7 | processing task, is_child = 0",
        "slot op(): id  0 | task 9 | stop processing: n_tokens = 49, truncated = 1",
        "prompt eval time =  1260.05 ms / 167 tokens (",
        "total time = 1.00 ms / 5 tokens",
        "srv stop: cancel task, id_task = 1682",
        "time=2026-11-25T10:45:52.500+01:00 level=INFO source=a.go:1 msg=\"loaded runners\" "
        "count=2",
        "time=2026-11-25T10:45:52.500+01:00 level=WARN source=a.go:1 msg=other",
        "srv  update:    - prompt 0x55f3dd124380:     439 tokens, checkpoints:  0",
        "slot op(): id  0 | task -1 | selected slot by LRU",
        "top_k = 40, temp = 0.700, arr[str,13] = [\"t h\", \"th e\"]",
        "size = 5, device e 3 k< [G lev e= k 5",
        ""};
    auto line = std::string(random() % 40, random() % 2 == 0 ? 'e' : '.');
    line += random() % 2 == 0 ? " " : "";
    line += texts[random() % std::size(texts)];
    return line.append(random() % 40, 'k');
}

// The bytes are scanned in blocks of 16: the lines begin at every offset of one.
TEST(EngineScan, SkipsNoLineOfTheEngine) {
    auto random = std::mt19937_64(33);
    std::size_t total = 0;
    for (int round = 0; round < 2000; ++round) {
        auto text = std::string{};
        auto expected = std::vector<std::string>{};
        auto const count = random() % 40;
        for (std::size_t index = 0; index < count; ++index) {
            auto const line = any_line(random);
            text += line + "\n";
            if (parse_engine_line(line)) {
                expected.push_back(line);
            }
        }
        auto const exact = std::vector<char>(text.begin(), text.end()); // nothing may follow
        auto lines = Lines{};
        auto log = AccessLog(Calendar::utc());
        log.feed({exact.data(), exact.size()}, lines);
        log.finish(lines);
        ASSERT_EQ(lines.found, expected) << text;
        ASSERT_EQ(log.counts().lines, count) << text;
        total += expected.size();
    }
    EXPECT_GT(total, 5'000u);
}

TEST(EngineScan, FindsTextAtEveryOffset) {
    for (std::size_t size = 0; size < 80; ++size) {
        for (std::size_t offset = 0; offset < size; ++offset) {
            for (std::string_view const text : {"lev", "task ", "time ="}) {
                auto line = std::string(size, 'x');
                line = line.replace(offset, text.size(), text).substr(0, size);
                auto const is_whole = offset + text.size() <= size;
                auto const exact = std::vector<char>(line.begin(), line.end());
                auto const view = std::string_view(exact.data(), exact.size());
                if (text == "lev") {
                    EXPECT_TRUE(!is_whole || ollama::detail::may_have_level(view)) << line;
                } else {
                    EXPECT_EQ(ollama::detail::may_be_engine_line(view), is_whole) << line;
                }
            }
        }
    }
}

} // namespace
