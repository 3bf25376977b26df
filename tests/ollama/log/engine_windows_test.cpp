#include "support/process.hpp"
#include "support/truth.hpp"
#include <ousage/ollama/log/engine_windows.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

constexpr auto now = sys_days(2026y / November / 25) + hours(16);
LogZone const zone{};

void append(std::filesystem::path const& file, std::string const& text) {
    std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

std::string access(std::string const& time) {
    return "[GIN] 2026/11/25 - " + time +
           " | 200 |            1s |       127.0.0.1 | POST     \"/api/chat\"\n";
}

std::string slog(std::string const& time, std::string const& text = "\"other\"") {
    return "time=2026-11-25T" + time + ".000Z level=INFO source=sched.go:728 msg=" + text + "\n";
}

std::string task(int number, int input = 20) {
    auto const head = "slot x: id  0 | task " + std::to_string(number) + " | ";
    return head + "processing task, is_child = 0\n" + head +
           "new prompt, task.n_tokens = " + std::to_string(input) + "\n" + head +
           "prompt eval time = 10.00 ms / 20 tokens\n" + head +
           "eval time = 20.00 ms / 3 tokens\n" + head +
           "stop processing: n_tokens = " + std::to_string(input + 2) + ", truncated = 0\n";
}

// The number of generations in the windows today, 5h, 1d and 7d at `at`.
std::uint64_t generations(ServerLogReader& reader, sys_seconds at) {
    return reader.poll(at, {}).value.engine.one_day.generations.value_or(999);
}

TEST(EngineWindows, DaysBefore1970AndAfter2199AreNotCounted) {
    auto windows = EngineWindows(now, Calendar::utc());
    auto record = EngineRecord{};
    record.input_tokens = 5;
    record.output_tokens = 7;
    for (auto const at : {1y, 1900y, 1968y, 2200y, 9999y}) {
        windows.add(sys_days(at / December / 31), record);
    }
    windows.add(now, record);
    EXPECT_EQ(windows.daily_input(now).size(), 1u);
    EXPECT_EQ(windows.daily_output(now).size(), 1u);
    EXPECT_EQ(windows.query(now).seven_days.generations, 1u);
}

TEST(EngineWindows, CountsRecordingOfCancelledStreams) {
    auto const directory = TemporaryDirectory();
    directory.write("server.log", read_data("ollama/v0.33.0-slots/server.log"));
    auto reader = ServerLogReader(directory.path(), zone);
    auto const outcome = reader.poll(now, {});
    auto const& week = outcome.value.engine.seven_days;
    EXPECT_EQ(week.generations, 154u);
    EXPECT_EQ(week.cancelled_generations, 5u);
    EXPECT_EQ(week.input_tokens, 27'304u);
    EXPECT_EQ(week.truncated_inputs, 5u);
    EXPECT_EQ(week.model_loads, 7u);
    EXPECT_EQ(outcome.value.engine.today.input_tokens, 27'304u);
    EXPECT_LE(week.p50_input_eval_ms.value(), week.p95_input_eval_ms.value());
    EXPECT_LE(week.p95_input_eval_ms.value(), week.p99_input_eval_ms.value());
    EXPECT_GT(week.output_tokens_per_second.value(), 0);
    EXPECT_EQ(outcome.value.daily_series.at("input_tokens").back().value, 27'304u);
    EXPECT_EQ(outcome.value.daily_series.at("output_tokens").back().value, week.output_tokens);
    std::uint64_t input = 0, requests = 0;
    auto models = std::vector<std::string>{};
    for (auto const& row : outcome.value.model_usage) {
        EXPECT_FALSE(row.estimated);
        EXPECT_NE(row.window, "all");
        if (row.window == "7d") {
            input += row.input_tokens;
            requests += row.requests;
            models.push_back(row.model);
        }
    }
    EXPECT_EQ(input, 27'304u);
    EXPECT_EQ(requests, 177u);
    // Only one runner was alive before the second model was loaded.
    EXPECT_EQ(models, (std::vector<std::string>{"tiny:latest", "unknown"}));
}

TEST(EngineWindows, ReaderReportsTheNamesOfLoadedModels) {
    auto const directory = TemporaryDirectory();
    directory.write("server.log", read_data("ollama/v0.33.0-slots/server.log"));
    auto names = std::map<std::string, std::string>{};
    auto observer = LogObserver{};
    observer.load = [&names](EngineModel const& model) { names[model.digest] = model.name; };
    ServerLogReader(directory.path(), zone, {}, observer).poll(now, {});
    auto const expected = std::map<std::string, std::string>{
        {"56240cb94c5839219de76e48ab13c87c27f86febf4aa6a3178b9ca95b1964fc2", "tiny:latest"},
        {"72a15217edea7389e68e291d8f154a17e3b8197f9917d465f8ec28f4579976ea", "tiny-embed:latest"},
        {"e4ba149572e0936bd9bf332e3005f5875485c2ec50ae56819140469e7db9a280", "tiny-tools:q8"}};
    EXPECT_EQ(names, expected);
}

TEST(EngineWindows, RowOfAModelWithoutANameHasItsDigest) {
    auto const directory = TemporaryDirectory();
    auto const blob = "sha256-" + std::string(64, 'a');
    directory.write(
        "server.log",
        slog("14:00:00", "\"starting llama-server\" cmd=\"x --model /b/" + blob + "\"") +
            slog("14:00:01", "\"loaded runners\" count=1") + task(1) + access("15:00:00"));
    auto const value = ServerLogReader(directory.path(), zone).poll(now, {}).value;
    ASSERT_FALSE(value.model_usage.empty());
    for (auto const& row : value.model_usage) {
        EXPECT_EQ(row.model, blob);
    }
}

TEST(EngineWindows, AreTheSameHoweverTheLogIsRead) {
    auto const text = read_data("ollama/v0.33.0-tokens/server.log");
    auto const whole = TemporaryDirectory(), parts = TemporaryDirectory();
    whole.write("server.log", text);
    auto first = ServerLogReader(whole.path(), zone);
    auto second = ServerLogReader(parts.path(), zone);
    for (std::size_t start = 0; start < text.size(); start += 7919) {
        append(parts.path() / "server.log", text.substr(start, 7919));
        second.poll(now, {});
    }
    auto const expected = first.poll(now, {}).value, found = second.poll(now, {}).value;
    EXPECT_EQ(found.engine.seven_days.generations, 155u);
    EXPECT_EQ(found.engine.seven_days.input_tokens, expected.engine.seven_days.input_tokens);
    EXPECT_EQ(found.engine.seven_days.output_tokens, expected.engine.seven_days.output_tokens);
    EXPECT_EQ(
        found.engine.seven_days.p95_input_eval_ms, expected.engine.seven_days.p95_input_eval_ms);
    EXPECT_EQ(found.model_usage.size(), expected.model_usage.size());
}

TEST(EngineWindows, AreAbsentWithoutLinesOfTheEngine) {
    auto const directory = TemporaryDirectory();
    directory.write("server.log", slog("14:00:00") + access("15:00:00"));
    auto reader = ServerLogReader(directory.path(), zone);
    auto const value = reader.poll(now, {}).value;
    EXPECT_FALSE(value.engine.seven_days.generations);
    EXPECT_FALSE(value.engine.seven_days.model_loads);
    EXPECT_FALSE(value.daily_series.contains("input_tokens"));
    EXPECT_TRUE(value.model_usage.empty());
    // An older engine prints no cached tokens.
    append(directory.path() / "server.log", task(1) + access("15:00:01"));
    auto const later = reader.poll(now, {}).value.engine.seven_days;
    EXPECT_EQ(later.generations, 1u);
    EXPECT_FALSE(later.cached_input_tokens);
    EXPECT_EQ(later.model_loads, 0u);
    EXPECT_DOUBLE_EQ(later.input_tokens_per_second.value(), 2000);
    EXPECT_DOUBLE_EQ(later.output_tokens_per_second.value(), 150);
    EXPECT_EQ(later.p50_input_eval_ms, 10);
}

TEST(EngineWindows, DateTaskByTheNextDatedLine) {
    auto const directory = TemporaryDirectory();
    auto const live = directory.write("server.log", slog("01:00:00") + task(1));
    auto reader = ServerLogReader(directory.path(), zone);
    auto const at = [](int hour) { return sys_days(2026y / November / 25) + hours(hour); };
    // No line follows: the task has the time of the last dated line until one does.
    EXPECT_EQ(generations(reader, at(1) + 24h - 1s), 1u);
    EXPECT_EQ(generations(reader, at(1) + 24h), 0u);
    append(live, access("03:00:00") + task(2) + slog("05:00:00"));
    EXPECT_EQ(generations(reader, at(3) + 24h - 1s), 2u);
    EXPECT_EQ(generations(reader, at(3) + 24h), 1u);
    EXPECT_EQ(generations(reader, at(5) + 24h - 1s), 1u);
    EXPECT_EQ(generations(reader, at(5) + 24h), 0u);
}

TEST(EngineWindows, ReadLinesWithPrefixAndInFrontOfAnEntry) {
    auto const directory = TemporaryDirectory();
    auto prefixed = std::string{};
    for (auto const& line : split_lines(slog("02:00:00") + task(1) + task(2))) {
        prefixed += "Nov 25 02:00:00 host ollama[12]: " + line + "\n";
    }
    prefixed.pop_back(); // the entry follows on the same line
    directory.write("server.log", prefixed + access("03:00:00"));
    auto reader = ServerLogReader(directory.path(), zone);
    auto const value = reader.poll(now, {}).value;
    EXPECT_EQ(value.engine.one_day.generations, 2u);
    EXPECT_EQ(value.requests.one_day.requests, 1u);
}

TEST(EngineWindows, ReadTheTextOfJsonLines) {
    auto const directory = TemporaryDirectory();
    auto text = std::string{};
    for (auto const& line : split_lines(slog("02:00:00", "other") + task(1))) {
        text += "{\"log\":\"" + line + "\\n\",\"stream\":\"stderr\"}\n";
    }
    directory.write("server.log", text);
    auto reader = ServerLogReader(directory.path(), zone);
    EXPECT_EQ(reader.poll(now, {}).value.engine.one_day.generations, 1u);
}

TEST(EngineWindows, ContinueTaskInTheNextLog) {
    auto const directory = TemporaryDirectory();
    auto const text = slog("02:00:00") + task(1) + access("03:00:00");
    auto const half = text.find("prompt eval");
    auto const start = text.rfind('\n', half) + 1;
    directory.write("server-1.log", text.substr(0, start));
    directory.write("server.log", text.substr(start));
    auto reader = ServerLogReader(directory.path(), zone);
    auto const value = reader.poll(now, {}).value;
    EXPECT_EQ(value.engine.one_day.generations, 1u);
    EXPECT_EQ(value.engine.one_day.input_tokens, 20u);
}

TEST(EngineWindows, PassRecordsToObserver) {
    auto const directory = TemporaryDirectory();
    directory.write("server.log", read_data("ollama/v0.33.0-slots/server.log"));
    auto observer = LogObserver{};
    std::uint64_t input = 0, named = 0;
    observer.engine = [&](EngineRecord const& record, std::string const& model) {
        input += record.input_tokens.value_or(0);
        named += model == "tiny:latest" ? 1u : 0u;
    };
    auto reader = ServerLogReader(directory.path(), zone, {}, observer);
    reader.poll(now, {});
    reader.poll(now, {});
    EXPECT_EQ(input, 27'304u);
    EXPECT_GT(named, 50u);
}

EngineRecord generation() {
    auto record = EngineRecord{};
    record.input_tokens = 1;
    return record;
}

TEST(EngineWindows, WrongClockLosesNoRecord) {
    for (auto const wrong : {days(10), days(365), days(-10), days(-20'000)}) {
        auto windows = EngineWindows(now + wrong, Calendar::utc());
        for (int hour = 24 * 30; hour > 0; --hour) {
            windows.add(now - hours(hour), generation());
        }
        // The server of the same machine has the same wrong clock.
        windows.add(now + wrong, generation());
        windows.query(now + wrong);
        windows.set_now(now + 60s);
        windows.add(now + 60s, generation());
        auto const got = windows.query(now + 60s);
        EXPECT_EQ(got.five_hours.generations, 5u) << wrong.count();
        EXPECT_EQ(got.today.input_tokens, 17u) << wrong.count();
        EXPECT_EQ(got.one_day.input_tokens, 24u) << wrong.count();
        EXPECT_EQ(got.seven_days.generations, 168u) << wrong.count();
    }
}

TEST(EngineWindows, PollWithWrongClockLosesNoRecord) {
    auto const directory = TemporaryDirectory();
    auto const live = directory.write("server.log", slog("14:00:00") + task(1) + slog("15:00:00"));
    auto reader = ServerLogReader(directory.path(), zone);
    EXPECT_EQ(generations(reader, now), 1u);
    EXPECT_EQ(generations(reader, now + days(365)), 0u);
    append(live, task(2) + slog("15:30:00"));
    EXPECT_EQ(generations(reader, now + days(365)), 0u);
    EXPECT_EQ(generations(reader, now), 2u);
}

TEST(EngineWindows, FutureHoursDoNotReplaceThoseOfTheWindows) {
    auto windows = EngineWindows(now, Calendar::utc());
    for (int hour = 0; hour < 168; ++hour) {
        windows.add(now - hours(hour), generation());
    }
    for (int hour = 0; hour < 5000; ++hour) {
        windows.add(now + days(40) + hours(hour), generation());
    }
    windows.set_now(now + 1h);
    windows.add(now + 1h, generation());
    auto const got = windows.query(now + 1h);
    EXPECT_EQ(got.seven_days.generations, 168u);
    EXPECT_EQ(got.five_hours.generations, 5u);
}

// The oracle keeps every record with its time.
TEST(EngineWindows, MatchOracleOnRandomRecords) {
    for (unsigned seed = 0; seed < 40; ++seed) {
        auto random = std::mt19937(seed);
        auto const below = [&random](unsigned limit) { return random() % limit; };
        auto windows = EngineWindows(now, Calendar::utc());
        auto all = std::vector<std::pair<sys_seconds, EngineRecord>>{};
        for (unsigned index = 0; index < 400; ++index) {
            auto record = EngineRecord{};
            record.kind = static_cast<EngineRecordKind>(below(5));
            if (record.kind == EngineRecordKind::load) {
                record.load_ns = below(1'000'000'000);
            } else if (record.kind != EngineRecordKind::truncated_input) {
                record.input_tokens = below(1000);
                record.output_tokens = below(100);
                record.input_eval_ns = below(1'000'000'000);
                record.evaluated_tokens = below(1000);
                record.output_eval_ns = below(1'000'000'000);
            }
            auto const time = now + minutes(5) - seconds(below(8 * 24 * 3600));
            windows.add(time, record);
            all.emplace_back(time, record);
        }
        auto const result = windows.query(now);
        auto const check = [&](sys_seconds after, EngineStatistics const& window) {
            std::uint64_t input = 0, output = 0, completed = 0, loads = 0, evaluated = 0;
            double ns = 0, load_ns = 0;
            auto times = std::vector<std::int64_t>{};
            for (auto const& [time, record] : all) {
                if (time <= after || time > now) {
                    continue;
                }
                input += record.input_tokens.value_or(0);
                output += record.output_tokens.value_or(0);
                if (record.kind == EngineRecordKind::completed) {
                    ++completed;
                    evaluated += record.evaluated_tokens;
                    ns += static_cast<double>(*record.input_eval_ns);
                    times.push_back(*record.input_eval_ns);
                }
                if (record.kind == EngineRecordKind::load) {
                    ++loads;
                    load_ns += static_cast<double>(*record.load_ns);
                }
            }
            EXPECT_EQ(window.input_tokens, input);
            EXPECT_EQ(window.output_tokens, output);
            EXPECT_EQ(window.generations, completed);
            EXPECT_EQ(window.model_loads, loads);
            EXPECT_EQ(window.avg_model_load_ms.has_value(), loads > 0);
            if (loads > 0) {
                EXPECT_NEAR(
                    *window.avg_model_load_ms, load_ns / 1e6 / static_cast<double>(loads), 1e-6);
            }
            ASSERT_EQ(window.p95_input_eval_ms.has_value(), completed > 0);
            if (completed > 0) {
                std::sort(times.begin(), times.end());
                auto const rank = (times.size() * 95 + 99) / 100;
                EXPECT_DOUBLE_EQ(
                    *window.p95_input_eval_ms, static_cast<double>(times[rank - 1]) / 1e6);
                EXPECT_NEAR(
                    *window.input_tokens_per_second, static_cast<double>(evaluated) / (ns / 1e9),
                    1e-6);
            }
        };
        check(sys_days(2026y / November / 25) - 1s, result.today);
        check(now - 5h, result.five_hours);
        check(now - 24h, result.one_day);
        check(now - days(7), result.seven_days);
    }
}

} // namespace
