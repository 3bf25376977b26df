#include "support/truth.hpp"
#include <ousage/ollama/runners/detail/slots.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ousage::test {

namespace {

using namespace ousage::ollama::detail;
using namespace std::chrono_literals;

std::string const busy =
    R"([{"id":1,"n_ctx":8192,"speculative":false,"is_processing":true,"id_task":11,)"
    R"("n_prompt_tokens":114,"params":{"seed":1},"next_token":[{"has_next_token":true,)"
    R"("n_remain":6,"n_decoded":2}]},{"id":0,"n_ctx":8192,"is_processing":false}])";

TEST(Slots, ReadsTheBusySlots) {
    auto const slots = parse_slots(busy);
    ASSERT_TRUE(slots);
    ASSERT_EQ(slots->size(), 1u);
    EXPECT_EQ((*slots)[0].slot, 1);
    EXPECT_EQ((*slots)[0].task, 11);
    EXPECT_EQ((*slots)[0].decoded, 2u);
}

TEST(Slots, NextTokenMayBeAnObject) {
    auto const slots =
        parse_slots(R"([{"id":0,"is_processing":true,"id_task":3,"next_token":{"n_decoded":40}}])");
    ASSERT_TRUE(slots);
    ASSERT_EQ(slots->size(), 1u);
    EXPECT_EQ((*slots)[0].decoded, 40u);
}

TEST(Slots, OtherDocumentsAreNoSlots) {
    for (auto const* const text :
         {"", "{}", "null", "[1]", "[{}]", R"({"error":{"message":"Loading model"}})",
          R"([{"is_processing":1}])"}) {
        EXPECT_FALSE(parse_slots(text)) << text;
    }
    EXPECT_TRUE(parse_slots("[]")->empty());
    EXPECT_TRUE(parse_slots(R"([{"is_processing":true,"next_token":[]}])")->empty());
}

TEST(Slots, TruncatedOrChangedTextIsReadWithinItsBounds) {
    auto random = std::mt19937(9);
    for (std::size_t size = 0; size < busy.size(); ++size) {
        EXPECT_FALSE(parse_slots(busy.substr(0, size)));
    }
    for (int round = 0; round < 5'000; ++round) {
        auto text = busy;
        text[random() % text.size()] = static_cast<char>(random() % 256);
        parse_slots(text);
    }
}

// Bodies of a real llama-server; the expected numbers are found as text.
TEST(Slots, ReadsRecordedResponses) {
    auto lines = std::istringstream(read_data("ollama/v0.33.0-slots/slots.jsonl"));
    auto line = std::string{};
    int busy_slots = 0;
    while (std::getline(lines, line)) {
        auto const body = line.substr(line.find("\"body\":") + 7);
        auto const slots = parse_slots(std::string_view(body).substr(0, body.size() - 1));
        ASSERT_EQ(slots.has_value(), line.find("\"status\":200") != line.npos) << line;
        if (!slots) {
            continue;
        }
        auto expected = std::vector<std::uint64_t>{};
        auto const mark = std::string("\"is_processing\":true");
        auto const number = std::string("\"n_decoded\":");
        for (auto at = body.find(mark); at != body.npos; at = body.find(mark, at + 1)) {
            auto const decoded = body.find(number, at);
            ASSERT_NE(decoded, body.npos);
            expected.push_back(std::stoull(body.substr(decoded + number.size())));
        }
        ASSERT_EQ(slots->size(), expected.size()) << line;
        for (std::size_t at = 0; at < expected.size(); ++at) {
            EXPECT_EQ((*slots)[at].decoded, expected[at]);
        }
        busy_slots += static_cast<int>(expected.size());
    }
    EXPECT_GE(busy_slots, 24);
}

TEST(SlotHistory, SpeedIsThatOfTasksInTwoResponses) {
    auto history = SlotHistory();
    auto const start = std::chrono::steady_clock::time_point(100s);
    EXPECT_TRUE(history.may_query(start));
    history.start(start);
    EXPECT_FALSE(history.may_query(start + 999ms));
    EXPECT_TRUE(history.may_query(start + 1s));
    history.add({{0, 7, 10}}, start);
    EXPECT_EQ(history.tokens().output_tokens, 10u);
    EXPECT_FALSE(history.tokens().output_tokens_per_second);
    history.start(start + 2s);
    EXPECT_FALSE(history.tokens().output_tokens);
    history.add({{0, 7, 50}, {1, 8, 5}}, start + 2s);
    EXPECT_EQ(history.tokens().output_tokens, 55u);
    EXPECT_EQ(history.tokens().output_tokens_per_second, 20.0);
    history.add({{0, 9, 5}}, start + 3s);
    EXPECT_FALSE(history.tokens().output_tokens_per_second);
    history.add({}, start + 4s);
    EXPECT_FALSE(history.tokens().output_tokens);
}

} // namespace

} // namespace ousage::test
