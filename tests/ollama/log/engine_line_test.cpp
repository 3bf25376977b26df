#include "support/engine_line_reference.hpp"
#include "support/truth.hpp"
#include <ousage/ollama/log/engine_line.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::string_view digest =
    "56240cb94c5839219de76e48ab13c87c27f86febf4aa6a3178b9ca95b1964fc2";

EngineLine parsed(std::string_view line) {
    auto const found = parse_engine_line(line);
    EXPECT_TRUE(found) << line;
    return found.value_or(EngineLine{});
}

std::string slog(std::string const& text) {
    return "time=2026-11-25T13:32:59.818+01:00 level=INFO source=sched.go:728 msg=" + text;
}

TEST(EngineLine, ReadsLinesOfSlot) {
    auto line = parsed("slot launch_slot_: id  3 | task 17 | processing task, is_child = 0");
    EXPECT_EQ(line.event, EngineEvent::task_started);
    EXPECT_EQ(line.slot, 3);
    EXPECT_EQ(line.task, 17);
    line = parsed("slot   operator(): id  0 | task 1 | new prompt, n_ctx_slot = 8192, n_keep = 4, "
                  "task.n_tokens = 42");
    EXPECT_EQ(line.event, EngineEvent::prompt);
    EXPECT_EQ(line.tokens, 42u);
    line =
        parsed("slot   operator(): id  0 | task 1 | cached n_tokens = 8, memory_seq_rm [8, end)");
    EXPECT_EQ(line.event, EngineEvent::cached);
    EXPECT_EQ(line.tokens, 8u);
    line =
        parsed("slot      release: id  0 | task 1 | stop processing: n_tokens = 49, truncated = 1");
    EXPECT_EQ(line.event, EngineEvent::released);
    EXPECT_EQ(line.tokens, 49u);
    EXPECT_TRUE(line.truncated);
}

TEST(EngineLine, ReadsTimings) {
    auto line =
        parsed("slot print_timing: id  0 | task 0 | prompt eval time =  126000.05 ms / 16700 "
               "tokens (    7.54 ms per token,   132.54 tokens per second)");
    EXPECT_EQ(line.event, EngineEvent::input_eval);
    EXPECT_EQ(line.tokens, 16'700u);
    EXPECT_EQ(line.duration_ns, 126'000'050'000);
    line = parsed(
        "slot print_timing: id  0 | task 0 |        eval time =     335.8 ms /  2185 tokens");
    EXPECT_EQ(line.event, EngineEvent::output_eval);
    EXPECT_EQ(line.duration_ns, 335'800'000);
    line = parsed("slot print_timing: id  0 | task 0 |       total time =    1 ms /     9 tokens");
    EXPECT_EQ(line.event, EngineEvent::total);
    EXPECT_EQ(line.duration_ns, 1'000'000);
}

TEST(EngineLine, ReadsFormsOfOlderEngines) {
    EXPECT_EQ(parsed("slot print_timing: id  2 | task 9 | ").event, EngineEvent::timing_header);
    auto line = parsed("prompt eval time =      12.00 ms /    26 tokens");
    EXPECT_EQ(line.event, EngineEvent::input_eval);
    EXPECT_EQ(line.task, -1);
    line = parsed("       eval time =       0.68 ms /     5 runs   (    0.17 ms per token)");
    EXPECT_EQ(line.event, EngineEvent::output_eval);
    EXPECT_EQ(line.tokens, 5u);
    line =
        parsed("slot update_slots: id  0 | task 4 | new prompt, n_keep = 0, n_prompt_tokens = 25");
    EXPECT_EQ(line.tokens, 25u);
    line =
        parsed("slot      release: id  0 | task 4 | stop processing: n_past = 30, truncated = 0");
    EXPECT_EQ(line.tokens, 30u);
}

TEST(EngineLine, ReadsLinesOfOllama) {
    auto const path = "/home/user/models/blobs/sha256-" + std::string(digest);
    auto text = std::string(); // that of `line`, which refers to it
    auto line = parsed(
        text = slog(
            "\"starting llama-server\" cmd=\"/x/llama-server --model " + path + " --port 1\""));
    EXPECT_EQ(line.event, EngineEvent::engine_starting);
    EXPECT_EQ(line.text, digest);
    line = parsed(text = slog("\"loading model via llama-server\" model=" + path));
    EXPECT_EQ(line.event, EngineEvent::model_loading);
    EXPECT_EQ(line.text, digest);
    line = parsed(text = slog("\"llama-server started in 63.46 seconds\""));
    EXPECT_EQ(line.event, EngineEvent::engine_started);
    EXPECT_EQ(line.duration_ns, 63'460'000'000);
    line = parsed(
        text = slog("\"template selection\" model=registry.ollama.ai/library/tiny:latest a=b"));
    EXPECT_EQ(line.event, EngineEvent::template_selected);
    EXPECT_EQ(line.text, "registry.ollama.ai/library/tiny:latest");
    line = parsed(text = slog("\"loaded runners\" count=2"));
    EXPECT_EQ(line.event, EngineEvent::runners_loaded);
    EXPECT_EQ(line.tokens, 2u);
    line = parsed(text = slog("\"truncating input prompt\" limit=259 prompt=9344 keep=5 new=259"));
    EXPECT_EQ(line.event, EngineEvent::input_truncated);
    EXPECT_EQ(line.tokens, 9344u);
    EXPECT_EQ(line.limit, 259u);
    line = parsed(text = slog("\"inference compute\" id=0 library=cuda"));
    EXPECT_EQ(line.event, EngineEvent::compute_found);
    EXPECT_EQ(line.text, "cuda");
    EXPECT_EQ(
        parsed(text = slog("\"Listening on 127.0.0.1:1 (version 1)\"")).event,
        EngineEvent::server_started);
}

TEST(EngineLine, ReadsCancellationAndLayers) {
    auto line = parsed("srv          stop: cancel task, id_task = 1682");
    EXPECT_EQ(line.event, EngineEvent::cancelled);
    EXPECT_EQ(line.task, 1682);
    EXPECT_EQ(line.slot, -1);
    line = parsed("load_tensors: offloaded 12/33 layers to GPU");
    EXPECT_EQ(line.event, EngineEvent::layers_offloaded);
    EXPECT_EQ(line.tokens, 12u);
    EXPECT_EQ(line.limit, 33u);
}

TEST(EngineLine, AcceptsTextBeforeTheLine) {
    auto const line =
        "slot      release: id  0 | task 1 | stop processing: n_tokens = 49, truncated = 0"s;
    for (auto const prefix :
         {"Nov 27 09:58:58 host ollama[1]: ", "....", "2026-11-27T09:58:58.1Z ",
          "slot print_timing: id  0 | task 0 | prompt eval ti"}) {
        EXPECT_EQ(parsed(prefix + line).tokens, 49u);
        EXPECT_EQ(parsed(prefix + line + "\r").task, 1);
    }
}

TEST(EngineLine, RejectsTasksOfNoRequestAndCutNumbers) {
    for (auto const line :
         {"slot get_availabl: id  0 | task -1 | selected slot by LRU, t_last = 5",
          "slot launch_slot_: id  0 | task -1 | processing task, is_child = 0",
          "slot   operator(): id  0 | task 1 | new prompt, task.n_tokens = 4[GIN] 2026",
          "slot   operator(): id  0 | task 1 | cached n_tokens = 1slot",
          "slot      release: id  0 | task 1 | stop processing: n_tokens = 49, trunc",
          "slot print_timing: id  0 | task 1 | prompt eval time = 5 ms / 3 tok",
          "slot print_timing: id  0 | task 1 |    graphs reused =        40",
          "level=INFO msg=\"loaded runners\" count=1",
          "srv          stop: cancel task, id_task = ", "offloaded 1/ layers", ""}) {
        EXPECT_FALSE(parse_engine_line(line)) << line;
    }
}

TEST(EngineLine, MatchesReferenceParserOnRecordedLines) {
    for (auto const name : {"slots", "tokens"}) {
        auto events = std::map<EngineEvent, std::size_t>{};
        auto const text = read_data("ollama/v0.33.0-" + std::string(name) + "/server.log");
        for (auto const& line : split_lines(text)) {
            ASSERT_EQ(
                engine_fields(line),
                line.size() > 1500 ? engine_fields(line) : engine_reference(line));
            if (auto const found = parse_engine_line(line)) {
                ++events[found->event];
            }
        }
        auto const tasks = events[EngineEvent::task_started];
        EXPECT_GT(tasks, 150u);
        EXPECT_EQ(events[EngineEvent::prompt], tasks);
        EXPECT_EQ(events[EngineEvent::cached], tasks);
        EXPECT_EQ(events[EngineEvent::released], tasks);
        EXPECT_EQ(events[EngineEvent::input_eval], events[EngineEvent::output_eval]);
        EXPECT_EQ(events[EngineEvent::engine_starting], 7u);
        EXPECT_EQ(events[EngineEvent::engine_started], 14u);
        EXPECT_EQ(events[EngineEvent::runners_loaded], 7u);
        EXPECT_EQ(events[EngineEvent::template_selected], 7u);
        EXPECT_EQ(events[EngineEvent::input_truncated], 5u);
    }
}

// At every offset: one byte removed, changed or inserted, or the rest of the line cut off.
TEST(EngineLine, MatchesReferenceParserOnMutatedLines) {
    constexpr std::string_view alphabet = "09 -|.=\"\r\0"sv;
    auto const lines = {
        "x slot launch_slot_: id  3 | task 17 | processing task, is_child = 0"s,
        "slot op(): id  0 | task 1 | new prompt, n_keep = 4, task.n_tokens = 42"s,
        "slot op(): id 0 | task 1 | cached n_tokens = 8, x"s,
        "slot release: id 0 | task 1 | stop processing: n_tokens = 49, truncated = 1"s,
        "slot print_timing: id 0 | task 5 | prompt eval time =  1260.05 ms / 167 tokens ("s,
        "slot print_timing: id 0 | task 5 | "s,
        "       eval time =       0.68 ms /     5 runs"s,
        "srv stop: cancel task, id_task = 1682"s,
        "offloaded 12/33 layers"s,
        slog("\"llama-server started in 63.46 seconds\""),
        slog("\"loaded runners\" count=2"),
        slog("\"truncating input prompt\" limit=259 prompt=9344 keep=5 new=259"),
        slog("\"starting llama-server\" cmd=\"--model a/sha256-" + std::string(digest) + " -c 1\""),
        slog("\"template selection\" model=registry.ollama.ai/library/tiny:latest a")};
    std::size_t parsed = 0;
    auto const compare = [&](std::string const& line) {
        auto const ours = engine_fields(line);
        ASSERT_EQ(ours, engine_reference(line)) << line;
        parsed += ours.empty() ? 0u : 1u;
    };
    for (auto const& line : lines) {
        for (std::size_t position = 0; position < line.size(); ++position) {
            compare(line.substr(0, position));
            compare(std::string(line).erase(position, 1));
            for (auto const character : alphabet) {
                auto changed = line;
                compare(changed.insert(position, 1, character));
                changed = line;
                changed[position] = character;
                compare(changed);
            }
        }
    }
    EXPECT_GT(parsed, 3'000u);
}

} // namespace
