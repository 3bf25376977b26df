#include "example/exporter/log.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace {

using namespace ousage::program;
using namespace std::chrono_literals;

auto const time_of_event = std::chrono::system_clock::time_point(1'795'809'600s + 7ms);

TEST(Log, WritesLogfmt) {
    EXPECT_EQ(
        log_line(
            LogFormat::logfmt, time_of_event, LogLevel::info, "listening",
            {{"address", "[::]:9200"}, {"none", ""}, {"tls", "false"}}),
        "time=2026-11-27T20:00:00.007Z level=INFO msg=listening address=[::]:9200 tls=false\n");
}

TEST(Log, QuotesAndEscapesValuesInLogfmt) {
    auto const line = [](std::string value) {
        auto const whole = log_line(
            LogFormat::logfmt, time_of_event, LogLevel::error, "x y",
            {{"error", std::move(value)}});
        auto const start = std::string("time=2026-11-27T20:00:00.007Z level=ERROR msg=\"x y\" ");
        EXPECT_TRUE(whole.starts_with(start)) << whole;
        return whole.substr(start.size());
    };
    EXPECT_EQ(line("a=b"), "error=\"a=b\"\n");
    EXPECT_EQ(line("say \"x\\y\""), "error=\"say \\\"x\\\\y\\\"\"\n");
    EXPECT_EQ(line("a\nb\x1b[1m\x7f"), "error=\"a\\nb\\x1b[1m\\x7f\"\n");
    EXPECT_EQ(line("\xC3\xA9\xFF"), "error=\"\xC3\xA9\xEF\xBF\xBD\"\n");
    EXPECT_EQ(line("C:\\x"), "error=C:\\x\n");
}

TEST(Log, WritesJson) {
    EXPECT_EQ(
        log_line(
            LogFormat::json, time_of_event, LogLevel::warn, "refused \"x\"",
            {{"count", "3"}, {"text", "a\nb"}}),
        "{\"time\":\"2026-11-27T20:00:00.007Z\",\"level\":\"WARN\",\"msg\":\"refused \\\"x\\\"\","
        "\"count\":\"3\",\"text\":\"a\\nb\"}\n");
}

TEST(Log, WritesOnlyEnabledLevels) {
    set_log(LogLevel::warn, LogFormat::json);
    testing::internal::CaptureStderr();
    log_event(LogLevel::info, "hidden");
    log_event(LogLevel::warn, "shown");
    auto const text = testing::internal::GetCapturedStderr();
    set_log(LogLevel::info, LogFormat::logfmt);
    EXPECT_EQ(text.find("hidden"), text.npos);
    EXPECT_NE(text.find("\"msg\":\"shown\"}\n"), text.npos) << text;
}

} // namespace
