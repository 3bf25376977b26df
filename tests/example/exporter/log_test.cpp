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
    // Control characters of two bytes, and the separators that some readers take as line ends.
    EXPECT_EQ(
        line("\xC2\x80\xC2\x9B"
             "2J\xC2\x9F\xC2\xA0"),
        "error=\"\\u0080\\u009b2J\\u009f\xC2\xA0\"\n");
    EXPECT_EQ(
        line("\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA"),
        "error=\"\xE2\x80\xA7\\u2028\\u2029\xE2\x80\xAA\"\n");
    EXPECT_EQ(line(std::string(1, '\0')), "error=\"\\x00\"\n");
}

TEST(Log, WritesJson) {
    EXPECT_EQ(
        log_line(
            LogFormat::json, time_of_event, LogLevel::warn, "refused \"x\"",
            {{"count", "3"}, {"text", "a\nb\xC2\x9B\xC2\xA0\x7F"}}),
        "{\"time\":\"2026-11-27T20:00:00.007Z\",\"level\":\"WARN\",\"msg\":\"refused \\\"x\\\"\","
        "\"count\":\"3\",\"text\":\"a\\nb\\u009b\xC2\xA0\\u007f\"}\n");
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
