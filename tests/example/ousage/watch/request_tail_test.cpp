#include "example/ousage/watch/request_tail.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <numeric>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono;

auto const now = sys_seconds(sys_days(2026y / November / 20) + hours(15) + minutes(30));

ollama::AccessEntry entry(sys_seconds time, ollama::Route route, std::string_view path) {
    auto entry = ollama::AccessEntry{};
    entry.time = time;
    entry.route = route;
    entry.line.status = 200;
    entry.line.quoted_path = path;
    return entry;
}

TEST(RequestTail, IsEmptyBeforeTheFirstRequest) {
    auto const tail = RequestTail();
    EXPECT_TRUE(tail.entries().empty());
    EXPECT_TRUE(tail.last_day(now).empty());
    EXPECT_FALSE(tail.last_inference());
}

TEST(RequestTail, NewestIsFirstAndWithoutItsQuery) {
    auto const tail = std::make_shared<RequestTail>();
    auto const observer = RequestTail::observer(tail);
    observer.entry(entry(now - 2s, ollama::Route::chat, "/api/chat"));
    observer.entry(entry(now - 1s, ollama::Route::other, "/api/tags?x=secret"));
    auto const entries = tail->entries();
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].path, "/api/tags");
    EXPECT_EQ(entries[1].path, "/api/chat");
    EXPECT_EQ(tail->last_inference(), now - 2s);
}

TEST(RequestTail, KeepsTheLastRequests) {
    auto tail = RequestTail();
    for (std::size_t index = 0; index < RequestTail::kept_entries + 5; ++index) {
        tail.add(entry(now, ollama::Route::other, std::to_string(index)));
    }
    auto const entries = tail.entries();
    EXPECT_EQ(entries.size(), RequestTail::kept_entries);
    EXPECT_EQ(entries.back().path, "5");
}

TEST(RequestTail, CountsInferenceByHourOfTheClock) {
    auto tail = RequestTail();
    tail.add(entry(now - hours(24), ollama::Route::chat, "/"));
    tail.add(entry(now - hours(23) - minutes(30), ollama::Route::chat, "/"));
    tail.add(entry(now - minutes(31), ollama::Route::embed, "/"));
    tail.add(entry(now - minutes(29), ollama::Route::generate, "/"));
    tail.add(entry(now, ollama::Route::other, "/"));
    auto const day = tail.last_day(now);
    ASSERT_EQ(day.size(), 24u);
    EXPECT_EQ(day.front(), 1u);
    EXPECT_EQ(day[22], 1u);
    EXPECT_EQ(day[23], 1u);
    EXPECT_EQ(std::accumulate(day.begin(), day.end(), std::uint64_t{0}), 3u);
}

TEST(RequestTail, OldHoursAreForgotten) {
    auto tail = RequestTail();
    for (int hour = 500; hour >= 0; --hour) {
        tail.add(entry(now - hours(hour), ollama::Route::chat, "/"));
    }
    auto const day = tail.last_day(now);
    EXPECT_EQ(std::accumulate(day.begin(), day.end(), std::uint64_t{0}), 24u);
    EXPECT_EQ(tail.last_day(now - hours(100))[0], 0u);
}

} // namespace
