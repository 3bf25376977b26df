#include "example/demo/demo_life.hpp"
#include <ousage/ollama/log/engine_line.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <sstream>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono;

auto const now = sys_seconds(sys_days(2026y / November / 20) + hours(15));

bool has(std::string const& text, std::string const& part) {
    return text.find(part) != text.npos;
}

TEST(DemoLife, LoadsAndUnloadsModelsWithinAMinute) {
    auto states = std::set<std::pair<bool, bool>>{};
    for (int second = 0; second < 60; ++second) {
        auto const text = demo_life::loaded_models(seconds(second), now);
        states.emplace(has(text, "llama3.2:latest"), has(text, "qwen3:8b"));
    }
    EXPECT_EQ(states.size(), 4u);
}

TEST(DemoLife, BeginsAsTheStillPicture) {
    auto const text = demo_life::loaded_models(seconds(0), now);
    EXPECT_TRUE(has(text, "llama3.2:latest"));
    EXPECT_FALSE(has(text, "qwen3"));
    EXPECT_TRUE(has(text, R"("expires_at":"2026-11-20T15:04:00Z")"));
    EXPECT_EQ(demo_life::log_lines(seconds(0), now), "");
    EXPECT_TRUE(has(demo_life::balance(seconds(0)), R"("remaining_percent":88})"));
}

TEST(DemoLife, LinesAreThoseOfOllama) {
    int requests = 0;
    int failed = 0;
    int tasks = 0;
    for (int second = 1; second <= 600; ++second) {
        auto lines = std::istringstream(demo_life::log_lines(seconds(second), now));
        for (auto line = std::string{}; std::getline(lines, line);) {
            if (auto const gin = ollama::parse_gin_line(line)) {
                ++requests;
                failed += gin->status >= 500 ? 1 : 0;
            } else {
                auto const engine = ollama::parse_engine_line(line);
                ASSERT_TRUE(engine) << line;
                tasks += engine->event == ollama::EngineEvent::released ? 1 : 0;
            }
        }
    }
    EXPECT_GT(requests, 150);
    EXPECT_GT(failed, 0);
    EXPECT_GT(tasks, requests / 2);
}

TEST(DemoLife, QuotaIsConsumedToItsEnd) {
    EXPECT_TRUE(has(demo_life::balance(seconds(60)), R"("session":{"remaining_percent":82})"));
    EXPECT_TRUE(has(demo_life::balance(hours(9)), R"("session":{"remaining_percent":0})"));
}

} // namespace
