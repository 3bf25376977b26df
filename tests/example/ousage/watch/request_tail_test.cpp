#include "example/ousage/watch/request_tail.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
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

} // namespace
