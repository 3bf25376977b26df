#include "support/json_tree.hpp"
#include "support/truth.hpp"
#include <ousage/ollama/log/engine_line.hpp>
#include <ousage/ollama/log/engine_tasks.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage::ollama;
using namespace ousage::test;
using Kind = EngineRecordKind;

std::vector<EngineRecord> records_of(EngineTasks& tasks, std::vector<std::string> const& lines) {
    auto records = std::vector<EngineRecord>{};
    for (auto const& text : lines) {
        if (auto const line = parse_engine_line(text)) {
            if (auto const record = tasks.add(*line)) {
                records.push_back(*record);
            }
        }
    }
    return records;
}

std::vector<EngineRecord> records_of(std::vector<std::string> const& lines) {
    auto tasks = EngineTasks();
    return records_of(tasks, lines);
}

std::string slot_line(int slot, int task, std::string const& text) {
    return "slot x: id  " + std::to_string(slot) + " | task " + std::to_string(task) + " | " + text;
}

std::string slog(std::string const& text) {
    return "time=2026-11-25T13:32:59.818+01:00 level=INFO source=sched.go:728 msg=" + text;
}

std::string digest(char digit) {
    return std::string(64, digit);
}

std::vector<std::string> load(char digit, std::string const& name, int count) {
    return {
        slog("\"starting llama-server\" cmd=\"x --model /b/sha256-" + digest(digit) + " -c 1\""),
        slog("\"loading model via llama-server\" model=/b/sha256-" + digest(digit)),
        slog("\"llama-server started in 0.25 seconds\""),
        slog("\"template selection\" model=registry.ollama.ai/library/" + name),
        slog("\"loaded runners\" count=" + std::to_string(count)),
        slog("\"llama-server started in 0.26 seconds\"")};
}

std::vector<std::string> operator+(std::vector<std::string> left, std::vector<std::string> right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

// One task as the engine prints it.
struct Task {
    Kind kind = Kind::completed;
    int slot = 0, number = 0;
    std::uint64_t input = 20, cached = 4, output = 3;

    std::vector<std::string> lines() const {
        auto const of = [this](std::string const& text) { return slot_line(slot, number, text); };
        auto all = std::vector<std::string>{
            of("processing task, is_child = 0"),
            of("new prompt, n_keep = 4, task.n_tokens = " + std::to_string(input)),
            of("cached n_tokens = " + std::to_string(cached) + ", memory_seq_rm [4, end)")};
        auto fill = input;
        if (kind == Kind::completed) {
            fill = input + output - 1;
            all.push_back(
                of("prompt eval time = 10.50 ms / " + std::to_string(input - cached) + " tokens"));
            all.push_back(of("eval time = 20.00 ms / " + std::to_string(output) + " tokens"));
            all.push_back(of("total time = 30.50 ms / 1 tokens"));
        } else if (kind == Kind::cancelled) {
            fill = input + output - 1;
            all.push_back("srv          stop: cancel task, id_task = " + std::to_string(number));
        }
        all.push_back(
            of("stop processing: n_tokens = " + std::to_string(fill) + ", truncated = 0"));
        return all;
    }
};

TEST(EngineTasks, CompletesTask) {
    auto const records = records_of(Task{}.lines());
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].kind, Kind::completed);
    EXPECT_EQ(records[0].input_tokens, 20u);
    EXPECT_EQ(records[0].cached_input_tokens, 4u);
    EXPECT_EQ(records[0].output_tokens, 3u);
    EXPECT_EQ(records[0].evaluated_tokens, 16u);
    EXPECT_EQ(records[0].input_eval_ns, 10'500'000);
    EXPECT_EQ(records[0].output_eval_ns, 20'000'000);
    EXPECT_EQ(records[0].model, EngineRecord::unknown_model);
}

TEST(EngineTasks, CountsTokensOfCancelledTaskFromRelease) {
    auto records = records_of(Task{Kind::cancelled, 1, 7, 64, 8, 123}.lines());
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].kind, Kind::cancelled);
    EXPECT_EQ(records[0].output_tokens, 123u);
    // Cancelled while the prompt was evaluated.
    auto lines = std::vector<std::string>{
        slot_line(0, 1, "processing task"), slot_line(0, 1, "new prompt, task.n_tokens = 64"),
        "srv stop: cancel task, id_task = 1",
        slot_line(0, 1, "stop processing: n_tokens = 12, truncated = 0")};
    EXPECT_EQ(records_of(lines).at(0).output_tokens, 0u);
    // A slot that overflowed does not show how many tokens were generated.
    lines.back() = slot_line(0, 1, "stop processing: n_tokens = 90, truncated = 1");
    EXPECT_EQ(records_of(lines).at(0).output_tokens, std::nullopt);
    EXPECT_EQ(records_of(lines).at(0).input_tokens, 64u);
}

TEST(EngineTasks, RecognizesEmbedding) {
    auto const records = records_of(Task{Kind::embedding}.lines());
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].kind, Kind::embedding);
    EXPECT_EQ(records[0].output_tokens, std::nullopt);
}

TEST(EngineTasks, AssignsTimingsWithoutPrefixToTheirHeader) {
    auto const records = records_of(
        {slot_line(0, 1, "processing task"), slot_line(0, 1, "new prompt, n_prompt_tokens = 20"),
         "slot print_timing: id  0 | task 1 | ",
         "prompt eval time =      10.00 ms /    20 tokens (    0.50 ms per token)",
         "       eval time =      20.00 ms /     3 tokens (    6.66 ms per token)",
         "      total time =      30.00 ms /    23 tokens",
         "slot release: id  0 | task 1 | stop processing: n_past = 22, truncated = 0"});
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].kind, Kind::completed);
    EXPECT_EQ(records[0].output_tokens, 3u);
    EXPECT_EQ(records[0].cached_input_tokens, std::nullopt);
}

TEST(EngineTasks, CountsLoadOnceAndAttributesTasksToTheOnlyModel) {
    auto tasks = EngineTasks();
    auto const records = records_of(
        tasks, load('a', "tiny:latest", 1) + Task{}.lines() + load('b', "other:q8", 2) +
                   Task{}.lines() + load('b', "other:q8", 1) + Task{}.lines());
    ASSERT_EQ(records.size(), 6u);
    EXPECT_EQ(records[0].kind, Kind::load);
    EXPECT_EQ(records[0].load_ns, 250'000'000);
    EXPECT_EQ(tasks.models().at(records[1].model).name, "tiny:latest");
    EXPECT_EQ(tasks.models().at(records[1].model).digest, digest('a'));
    EXPECT_EQ(records[3].model, EngineRecord::unknown_model);
    EXPECT_EQ(tasks.models().at(records[5].model).name, "other:q8");
}

TEST(EngineTasks, DoesNotNameModelByTheTemplateOfAnotherLoad) {
    auto tasks = EngineTasks();
    auto lines = load('a', "tiny:latest", 1);
    std::erase_if(
        lines, [](std::string const& line) { return line.find("template") != line.npos; });
    auto const records =
        records_of(tasks, lines + Task{}.lines() + load('b', "other:q8", 2) + Task{}.lines());
    EXPECT_EQ(tasks.models().at(records[1].model).name, "");
    EXPECT_EQ(tasks.models().at(records[1].model).digest, digest('a'));
}

TEST(EngineTasks, CountsLoadAfterFailedOneOnce) {
    auto const failed = std::vector<std::string>{load('a', "tiny:latest", 1)[0]};
    EXPECT_EQ(records_of(failed + load('a', "tiny:latest", 1)).size(), 1u);
}

TEST(EngineTasks, DropsTaskOfEndedEngine) {
    auto unfinished = Task{}.lines();
    unfinished.pop_back();
    auto tasks = EngineTasks();
    EXPECT_EQ(records_of(tasks, load('a', "a", 1) + unfinished).size(), 1u);
    EXPECT_EQ(tasks.open(), 1u);
    records_of(tasks, load('b', "b", 1));
    EXPECT_EQ(tasks.open(), 0u);
    records_of(tasks, unfinished + std::vector{slog("\"Listening on 127.0.0.1:1 (version 1)\"")});
    EXPECT_EQ(tasks.open(), 0u);
}

TEST(EngineTasks, CountsTaskWhoseFirstLineWasCut) {
    auto lines = Task{}.lines();
    lines.front() = "slot launch_slot_: id  0 | task 0 | proc[GIN] 2026";
    EXPECT_EQ(records_of(lines).size(), 1u);
    // A task of which only the end is in the log has no known prompt.
    EXPECT_TRUE(records_of({lines.begin() + 3, lines.end()}).empty());
}

TEST(EngineTasks, BoundsOpenTasks) {
    auto tasks = EngineTasks();
    for (int number = 0; number < 5000; ++number) {
        records_of(tasks, {slot_line(number, number, "processing task")});
    }
    EXPECT_EQ(tasks.open(), EngineTasks::open_limit);
}

// Sums over records, by kind.
struct Sums {
    std::map<Kind, std::uint64_t> counts;
    std::uint64_t input = 0, cached = 0, output = 0;

    bool operator==(Sums const&) const = default;

    void add(Kind kind, std::uint64_t in, std::uint64_t from_cache, std::uint64_t out) {
        ++counts[kind];
        input += in;
        cached += from_cache;
        output += out;
    }
};

// The oracle keeps every task that engines with several slots each have printed. Their lines are
// interleaved at random; each slot prints its own in order. Tasks of the same slot and number that
// are open at the same time may exchange values, but no value is lost or counted twice.
TEST(EngineTasks, MatchesOracleOnInterleavedEngines) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        auto random = std::mt19937(seed);
        auto const below = [&random](unsigned limit) { return static_cast<int>(random() % limit); };
        auto const engines = 1 + below(3), slots = 1 + below(3);
        auto const is_exact = engines == 1 || seed % 2 == 0;
        auto const step = is_exact ? engines : 1;
        auto expected = Sums();
        auto streams = std::vector<std::vector<std::string>>{};
        for (int engine = 0; engine < engines; ++engine) {
            auto number = is_exact ? engine : below(4);
            auto of_slots = std::vector<std::vector<std::string>>(static_cast<std::size_t>(slots));
            for (int index = 0; index < 12; ++index, number += step * (1 + below(5))) {
                auto task = Task{};
                task.kind = static_cast<Kind>(below(3));
                task.slot = below(static_cast<unsigned>(slots));
                task.number = number;
                task.input = 10u + static_cast<unsigned>(below(1000));
                task.cached = static_cast<unsigned>(below(static_cast<unsigned>(task.input)));
                task.output = 2u + static_cast<unsigned>(below(100));
                auto& lines = of_slots[static_cast<std::size_t>(task.slot)];
                lines = lines + task.lines();
                expected.add(
                    task.kind, task.input, task.cached,
                    task.kind == Kind::embedding ? 0 : task.output);
            }
            streams.insert(streams.end(), of_slots.begin(), of_slots.end());
        }
        auto tasks = EngineTasks();
        auto found = Sums();
        auto order = std::vector<std::size_t>{};
        for (std::size_t stream = 0; stream < streams.size(); ++stream) {
            order.insert(order.end(), streams[stream].size(), stream);
        }
        std::shuffle(order.begin(), order.end(), random);
        auto next = std::vector<std::size_t>(streams.size());
        for (auto const stream : order) {
            for (auto const& record : records_of(tasks, {streams[stream][next[stream]++]})) {
                found.add(
                    record.kind, record.input_tokens.value(), record.cached_input_tokens.value(),
                    record.output_tokens.value_or(0));
            }
        }
        EXPECT_EQ(found.input, expected.input) << seed;
        EXPECT_EQ(found.cached, expected.cached) << seed;
        if (is_exact) {
            EXPECT_EQ(found.counts, expected.counts) << seed;
            EXPECT_EQ(found.output, expected.output) << seed;
        }
        EXPECT_EQ(tasks.open(), 0u) << seed;
    }
}

// Records of a recording and what the client's ledger contains.
struct Recording {
    EngineTasks tasks;
    std::vector<EngineRecord> records;
    std::vector<std::pair<std::uint64_t, std::optional<std::uint64_t>>> ledger; // input, output
};

Recording read_recording(std::string const& name) {
    auto recording = Recording{};
    recording.records =
        records_of(recording.tasks, split_lines(read_data("ollama/" + name + "/server.log")));
    for (auto const& line : split_lines(read_data("ollama/" + name + "/ledger.jsonl"))) {
        auto const entry = JsonTree(line);
        if (auto const* const input = entry.find("prompt_eval_count")) {
            auto const* const output = entry.find("eval_count");
            recording.ledger.emplace_back(
                input->to_uint(),
                output == nullptr ? std::nullopt : std::optional(output->to_uint()));
        }
    }
    return recording;
}

// Every response with a count has a task with the same counts. The remaining tasks are cancelled.
void expect_ledger(Recording const& recording, std::uint64_t cancelled) {
    auto inputs = std::vector<std::pair<std::uint64_t, std::optional<std::uint64_t>>>{};
    std::uint64_t cancelled_count = 0;
    for (auto const& record : recording.records) {
        if (record.kind == Kind::cancelled) {
            ++cancelled_count;
        } else if (record.kind == Kind::completed || record.kind == Kind::embedding) {
            inputs.emplace_back(record.input_tokens.value(), record.output_tokens);
        }
    }
    EXPECT_EQ(cancelled_count, cancelled);
    auto ledger = recording.ledger;
    std::sort(ledger.begin(), ledger.end());
    std::sort(inputs.begin(), inputs.end());
    auto missing = std::vector<std::pair<std::uint64_t, std::optional<std::uint64_t>>>{};
    std::set_difference(
        ledger.begin(), ledger.end(), inputs.begin(), inputs.end(), std::back_inserter(missing));
    for (auto const& [input, output] : missing) {
        EXPECT_FALSE(output) << input; // only embeddings of several texts have no task of their own
    }
}

std::uint64_t input_of(Recording const& recording, std::optional<Kind> kind = {}) {
    std::uint64_t sum = 0;
    for (auto const& record : recording.records) {
        sum += !kind || record.kind == *kind ? record.input_tokens.value_or(0) : 0;
    }
    return sum;
}

std::size_t count_of(Recording const& recording, Kind kind) {
    return static_cast<std::size_t>(std::count_if(
        recording.records.begin(), recording.records.end(),
        [kind](EngineRecord const& record) { return record.kind == kind; }));
}

TEST(EngineTasks, MatchesLedgerOfCancelledStreams) {
    auto const recording = read_recording("v0.33.0-slots");
    expect_ledger(recording, 5);
    std::uint64_t ledger = 0;
    for (auto const& [input, output] : recording.ledger) {
        ledger += input;
    }
    EXPECT_EQ(ledger, 26'981u);
    EXPECT_EQ(input_of(recording, Kind::cancelled), 323u);
    EXPECT_EQ(input_of(recording), 27'304u);
    EXPECT_EQ(count_of(recording, Kind::completed), 154u);
    EXPECT_EQ(count_of(recording, Kind::load), 7u);
    EXPECT_EQ(count_of(recording, Kind::truncated_input), 5u);
    EXPECT_EQ(recording.tasks.open(), 0u);
}

TEST(EngineTasks, MatchesLedgerOfTokens) {
    auto const recording = read_recording("v0.33.0-tokens");
    expect_ledger(recording, 0);
    std::uint64_t ledger = 0;
    for (auto const& [input, output] : recording.ledger) {
        ledger += input;
    }
    // The first request of the log, with 26 tokens, is not in the ledger.
    EXPECT_EQ(input_of(recording), ledger + 26);
    EXPECT_EQ(count_of(recording, Kind::completed), 155u);
    EXPECT_EQ(count_of(recording, Kind::load), 7u);
    EXPECT_EQ(count_of(recording, Kind::truncated_input), 5u);
    EXPECT_EQ(recording.tasks.open(), 0u);
}

} // namespace
