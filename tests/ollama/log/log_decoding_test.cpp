#include "support/access_log_reference.hpp"
#include "support/process.hpp"
#include "support/truth.hpp"
#include <ousage/core/timestamp.hpp>
#include <ousage/io/file/time_zone.hpp>
#include <ousage/json/value.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

struct Reading {
    std::vector<std::string> times;
    std::vector<std::int64_t> latencies;
    std::vector<std::vector<std::string>> errors;
    std::vector<Route> routes;
    std::uint64_t lines = 0, unparsed = 0;

    bool operator==(Reading const&) const = default;

    void operator()(AccessEntry const& entry) {
        auto const offset = static_cast<std::int32_t>(entry.offset.count());
        times.push_back(to_rfc3339({entry.time, 0, offset}));
        latencies.push_back(entry.line.latency_ns);
        errors.push_back(entry.errors);
        routes.push_back(entry.route);
    }
};

// Reads a log as standard input: in chunks, without a look ahead.
Reading read_stream(std::string const& text, std::string const& zone, std::size_t step) {
    auto reading = Reading{};
    auto log = AccessLog(*io::load_time_zone(zone));
    for (std::size_t start = 0; start < text.size(); start += step) {
        log.feed(std::string_view(text).substr(start, step), reading);
    }
    log.finish(reading);
    reading.lines = log.counts().lines;
    reading.unparsed = log.counts().unparsed;
    EXPECT_EQ(log.counts().bytes, text.size());
    return reading;
}

// Reads a log as a file of the logs directory. The last, partial line of `server.log` is held back.
Reading read_file(std::string const& text, std::string const& zone, std::string const& name) {
    auto const directory = TemporaryDirectory();
    directory.write(name, text);
    auto reading = Reading{};
    auto observer = LogObserver{};
    observer.entry = [&reading](AccessEntry const& entry) { reading(entry); };
    auto log_zone = LogZone{};
    log_zone.calendar = *io::load_time_zone(zone);
    auto reader = ServerLogReader(directory.path(), log_zone, {}, observer);
    auto const now = parse_rfc3339("2026-11-20T18:00:00+01:00")->at;
    auto const outcome = reader.poll(now, {});
    reading.lines = outcome.value.log.log_lines.value_or(0);
    reading.unparsed = outcome.value.log.log_lines_unparsed.value_or(0);
    return reading;
}

// Reads a log in every way and expects one result.
Reading read_all(std::string const& text, std::string const& zone = "Europe/Berlin") {
    auto const reading = read_stream(text, zone, text.size() + 1);
    for (auto const step : {1u, 2u, 3u, 17u, 4096u}) {
        EXPECT_EQ(read_stream(text, zone, step), reading) << "in chunks of " << step;
    }
    EXPECT_EQ(read_file(text, zone, "server-1.log"), reading);
    if (text.ends_with('\n') || text.ends_with(std::string_view("\n\0", 2))) {
        EXPECT_EQ(read_file(text, zone, "server.log"), reading);
    }
    return reading;
}

constexpr std::string_view good =
    "[GIN] 2026/11/20 - 16:04:05 | 200 |    1.234567ms |       127.0.0.1 | POST     \"/api/chat\"";

struct Case {
    std::string name;
    std::uint64_t lines;
    std::vector<std::string> times;
    std::vector<std::int64_t> latencies = {};
    std::vector<std::vector<std::string>> errors = {};
};

TEST(LogDecoding, ReadsEverySavedShape) {
    auto const at = std::string("2026-11-20T16:04:05+01:00"),
               utc = std::string("2026-11-20T15:04:05Z");
    auto const cases = std::vector<Case>{
        {"21_docker_logs_t_stdout", 1, {utc}},
        {"24_caret_colour", 2, {at, at}, {7'799'372'595, 1'921'034'882}},
        {"25_docker_json_file", 3, {utc, "2026-11-20T15:04:06Z"}, {1'234'567, 21'917}},
        {"32_journal_json", 3, {at, at}},
        // Three lines of UTF-16; the byte after the last 0x0A belongs to the line feed.
        {"41_utf16le_bom", 3, {at, at}, {1'234'567, 517'300}},
        {"44_micro_cp437", 1, {at}, {517'300}},
        {"46_micro_cp1252", 4, {at, at, at, at}, {0, 517'300, 1'029'200, 812'000}},
        {"70_grafana_json", 10, {at}},
        {"77_errors_compose", 3, {at, at}, {}, {{"write: broken pipe"}, {}}},
        {"86_stderr_only", 3, {}},
        {"89_nul_head_long", 2, {at, at}},
        {"z1_last_slog_no_newline", 2, {"2026-11-20T16:04:05Z"}},
        {"z2_glued_slog", 2, {"2026-11-20T16:04:05Z", "2026-11-20T16:04:05Z"}},
        {"z3_error_line_slog",
         3,
         {at, at},
         {},
         {{"time=2026-11-20T15:04:05.000Z level=ERROR msg=b"}, {}}},
    };
    for (auto const& expected : cases) {
        SCOPED_TRACE(expected.name);
        auto const reading = read_all(read_data("log/" + expected.name + "/input"));
        EXPECT_EQ(reading.lines, expected.lines);
        EXPECT_EQ(reading.unparsed, 0u);
        EXPECT_EQ(reading.times, expected.times);
        if (!expected.latencies.empty()) {
            EXPECT_EQ(reading.latencies, expected.latencies);
        }
        if (!expected.errors.empty()) {
            EXPECT_EQ(reading.errors, expected.errors);
        }
    }
}

TEST(LogDecoding, DockerFileContainsAChatAndAGenerate) {
    auto const reading = read_all(read_data("log/25_docker_json_file/input"));
    EXPECT_EQ(reading.routes, (std::vector<Route>{Route::chat, Route::generate}));
}

std::string to_utf16(std::string_view text, bool big_endian) {
    auto bytes = std::string();
    for (auto const character : text) {
        bytes += big_endian ? '\0' : character;
        bytes += big_endian ? character : '\0';
    }
    return bytes;
}

TEST(LogDecoding, ReadsUtf16OfBothByteOrdersAndUtf8Mark) {
    auto const text = std::string(good) + "\r\n" + std::string(good) + "\r\n";
    for (auto const& bytes :
         {"\xFF\xFE" + to_utf16(text, false), "\xFE\xFF" + to_utf16(text, true),
          "\xEF\xBB\xBF" + text, to_utf16(text, false)}) {
        auto const reading = read_all(bytes);
        EXPECT_EQ(reading.times.size(), 2u);
        EXPECT_EQ(reading.unparsed, 0u);
    }
}

TEST(LogDecoding, RemovesNulsAnywhere) {
    auto const nuls = std::string(70'000, '\0');
    auto const line = std::string(good);
    auto const text = nuls + line + nuls + "\n" + nuls + "\n" + line.substr(0, 30) + nuls + line +
                      "\n" + line + "\n";
    auto const reading = read_all(text);
    EXPECT_EQ(reading.times.size(), 3u);
    EXPECT_EQ(reading.lines, 4u);
}

TEST(LogDecoding, CountsNoLineForNulsAfterLastNewline) {
    auto const nuls = std::string(118, '\0');
    auto const line = std::string(good) + "\n";
    EXPECT_EQ(read_all(nuls).lines, 0u);
    EXPECT_EQ(read_all(line + nuls).lines, 1u);
    EXPECT_EQ(AccessLogReference(line + nuls).lines, 1u);
    EXPECT_EQ(read_all(line + nuls + "\n").lines, 2u);
    EXPECT_EQ(AccessLogReference(line + nuls + "\n").lines, 2u);
    EXPECT_EQ(read_all(line + nuls + "a").lines, 2u);
    EXPECT_EQ(AccessLogReference(line + nuls + "a").lines, 2u);
}

TEST(LogDecoding, RemovesNulsInsidePathHoweverLineIsSplit) {
    auto line = std::string(good) + "\n";
    line.insert(line.find("chat") + 2, 40, '\0');
    line.insert(line.find("\"\n"), "?\xA0");
    auto const reading = read_all(line + std::string(good) + "\n");
    EXPECT_EQ(reading.routes, (std::vector<Route>{Route::chat, Route::chat}));
}

TEST(LogDecoding, UnwrapsJsonLines) {
    auto const quoted =
        "[GIN] 2026/11/20 - 16:04:05 | 200 |    1.234567ms |       127.0.0.1 | POST "
        "    \\\"/api/chat\\\"";
    auto bytes = std::string("[27,91,51,49,109");
    for (auto const character : good) {
        bytes += "," + std::to_string(static_cast<int>(character));
    }
    auto const lines = std::vector<std::string>{
        std::string("{\"log\":\"") + quoted + "\\n\"}",
        std::string("  {\"a\" : {\"log\":[1,\"}\"]}, \"MESSAGE\" : \"\\u001b[32m") + quoted +
            "\"}\r",
        "{\"MESSAGE\":" + bytes + "],\"x\":null}",
        std::string("[{\"labels\":{},\"line\":\"") + quoted + "\",\"timestamp\":\"1\"},",
        std::string("\t\"MESSAGE\" : \"") + quoted + "\",",
        std::string("    \"line\": \"") + quoted + "\"",
        std::string("{\"line\":\"pod \\ud83d\\ude00 ") + quoted + "\\nError #01: a\\u00b5\"}",
    };
    for (auto const& line : lines) {
        SCOPED_TRACE(line);
        auto const reading = read_all(line + "\n" + std::string(good) + "\n");
        EXPECT_EQ(reading.times.size(), 2u);
        EXPECT_EQ(reading.lines, 2u);
        EXPECT_EQ(reading.unparsed, 0u);
    }
    EXPECT_EQ(read_all(lines.back()).errors.at(0), std::vector<std::string>{"a\xC2\xB5"});
    auto const broken = read_all(lines.front().substr(0, 80) + "\n{\"other\":\"[GIN] x\"}\n");
    EXPECT_EQ(broken.unparsed, 2u);
}

TEST(LogDecoding, RemovesColourCodesAndNoBreakSpaces) {
    for (auto const escape : {"\x1b", "ESC", "^[", "#033"}) {
        auto const code = std::string(escape) + "[97;42m", reset = std::string(escape) + "[0m";
        auto const text = code + "[GIN] 2026/11/20 - 16:04:05 |" + code + " 200 " + reset +
                          "|   1ms |  ::1 |" + code + " POST    " + reset + " \"/api/chat\"" +
                          reset + "\n";
        EXPECT_EQ(read_all(text).times.size(), 1u) << escape;
    }
    for (auto const space : {"\xC2\xA0", "\xA0"}) {
        auto text = std::string();
        for (auto const character : good) {
            text += character == ' ' ? std::string(space) : std::string(1, character);
        }
        EXPECT_EQ(read_all(text + "\n").times.size(), 1u);
    }
}

TEST(LogDecoding, ReadsMicroSignsInWrongEncodings) {
    for (auto const sign :
         {"\xC2\xB5", "\xCE\xBC", "\xB5", "\xE6", "?", "??", "\xC3\x82\xC2\xB5", "\xEF\xBF\xBD",
          "\xEF\xBF\xBD\xEF\xBF\xBD", "\xE2\x94\xAC\xC3\x81", "\xE7\xA2\x8C", "\xA6\xCC"}) {
        auto const text = std::string("[GIN] 2026/11/20 - 16:04:05 | 200 |  517.3") + sign +
                          "s |   127.0.0.1 | POST     \"/api/chat\"\n";
        EXPECT_EQ(read_all(text).latencies, std::vector<std::int64_t>{517'300}) << sign;
    }
    for (auto const sign : {"???", "\xC2\xB5\xC2\xB5\xC2\xB5", "a?", "?m"}) {
        auto const text = std::string("[GIN] 2026/11/20 - 16:04:05 | 200 |  517.3") + sign +
                          "s |   127.0.0.1 | POST     \"/api/chat\"\n";
        EXPECT_EQ(read_all(text).unparsed, 1u) << sign;
    }
}

TEST(LogDecoding, TakesZoneOfPrefixIfNoSlogLineHasOne) {
    auto const line = std::string(good) + "\n";
    auto const time_of = [&](std::string const& prefix) {
        auto const reading = read_all(prefix + line, "America/New_York");
        return reading.times.size() == 1 ? reading.times[0] : "";
    };
    EXPECT_EQ(time_of("2026-11-20T16:04:05.123456789Z "), "2026-11-20T16:04:05Z");
    EXPECT_EQ(time_of("ollama-1  | 2026-11-20T16:04:05.1Z "), "2026-11-20T16:04:05Z");
    EXPECT_EQ(time_of("2026-11-20T16:04:05.1+02:00 stdout F "), "2026-11-20T16:04:05+02:00");
    EXPECT_EQ(time_of("2026-11-20T16:04:06+0530 host ollama[7]: "), "2026-11-20T16:04:05+05:30");
    // The server's zone is that in which its time is that of the prefix.
    EXPECT_EQ(time_of("2026-11-20T15:04:05.9Z "), "2026-11-20T16:04:05+01:00");
    EXPECT_EQ(time_of("2026-11-20T11:11:11Z "), "2026-11-20T16:04:05Z");
    EXPECT_EQ(time_of("Nov 20 16:04:05 host ollama[7]: "), "2026-11-20T16:04:05-05:00");
    auto const slog =
        std::string("time=2026-11-20T16:04:05.000+09:00 level=INFO source=a.go:1 msg=x\n");
    auto const both = read_all("2026-11-20T15:04:05Z " + line + slog);
    EXPECT_EQ(both.times, std::vector<std::string>{"2026-11-20T16:04:05+09:00"});
}

TEST(LogDecoding, IgnoresSlogLinesOfOtherPrograms) {
    auto const line = std::string(good) + "\n";
    for (auto const text :
         {"time=2026-11-20T15:04:05Z level=INFO msg=x",
          "time=2026-11-20T15:04:05Z level=info caller=a.go:1",
          "time=2026-11-20T15:04:05Z level=INFO source=/app/main.go:7 msg=x",
          "time=\"2026-11-20T15:04:05Z\" level=info msg=x"}) {
        auto const reading = read_all(text + ("\n" + line));
        EXPECT_EQ(reading.times, std::vector<std::string>{"2026-11-20T16:04:05+01:00"}) << text;
    }
}

TEST(LogDecoding, AttachesErrorLinesAfterPrefixes) {
    auto const line = std::string(good) + "\n";
    for (auto const prefix :
         {"ollama-1  | ", "Nov 20 16:04:05 host ollama[7]: ", "2026-11-20T16:04:05.1Z stdout F ",
          "\x1b[36mollama |\x1b[0m "}) {
        auto const other =
            std::string(prefix) == "ollama-1  | " ? std::string("webui-1  | ") : "x: ";
        auto const text = prefix + line + prefix + "Error #01: a\n" + prefix + "     Meta: m\n" +
                          prefix + "Error #02: b\n" + other + "Error #03: c\n" + prefix +
                          "Error #03: d\n";
        auto const reading = read_all(text);
        ASSERT_EQ(reading.errors.size(), 1u) << prefix;
        EXPECT_EQ(reading.errors[0], (std::vector<std::string>{"a", "b"})) << prefix;
    }
}

} // namespace
