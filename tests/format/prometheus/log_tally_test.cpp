#include "support/process.hpp"
#include <ousage/format/prometheus/log_tally.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace std::chrono_literals;

auto const now = std::chrono::sys_seconds(1'795'000'000s);

std::string line(std::string const& method, std::string const& path, int status) {
    return "[GIN] 2026/11/18 - 10:00:00 | " + std::to_string(status) +
           " |            2s |       127.0.0.1 | " + method + "     \"" + path + "\"\n";
}

void append(std::filesystem::path const& file, std::string const& text) {
    std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

struct Observed {
    std::shared_ptr<LogTally> tally = std::make_shared<LogTally>();
    test::TemporaryDirectory directory;
    ServerLogReader reader =
        ServerLogReader(directory.path(), LogZone{}, LogHistory{}, LogTally::observer(tally));

    RequestTotals poll() {
        reader.poll(now, {});
        return tally->totals();
    }
};

TEST(LogTally, CountsOnlyEntriesAfterFirstPoll) {
    auto observed = Observed();
    auto const file = observed.directory.write("server.log", line("POST", "/api/chat", 200));
    auto totals = observed.poll();
    EXPECT_TRUE(totals.requests.empty());
    EXPECT_EQ(totals.inference, 0u);
    EXPECT_EQ(totals.last_inference, std::chrono::sys_seconds(1'794'996'000s));
    append(
        file, line("POST", "/api/chat", 200) + line("POST", "/api/chat", 500) +
                  line("GET", "/api/chat", 405) + line("POST", "/v1/embeddings?a=b", 200) +
                  line("SPAM", "/x", 599) + "noise\n[GIN] broken\n");
    totals = observed.poll();
    EXPECT_EQ(totals.inference, 3u);
    EXPECT_EQ((totals.requests.at({Route::chat, "POST", 200})), 1u);
    EXPECT_EQ((totals.requests.at({Route::chat, "POST", 500})), 1u);
    EXPECT_EQ((totals.requests.at({Route::other, "GET", 405})), 1u);
    EXPECT_EQ((totals.requests.at({Route::embed, "POST", 200})), 1u);
    EXPECT_EQ((totals.requests.at({Route::other, "other", 0})), 1u);
    EXPECT_EQ(totals.durations[0].total(), 2u);
    EXPECT_EQ(totals.durations[0].sum(), 4);
    EXPECT_EQ(totals.log->counts.lines, 8u);
    EXPECT_EQ(totals.log->counts.unparsed, 1u);
    EXPECT_EQ(totals.log->bytes, std::filesystem::file_size(file));
}

TEST(LogTally, FurtherReaderContinuesTheTotals) {
    auto observed = Observed();
    auto const chat = line("POST", "/api/chat", 200);
    auto const file = observed.directory.write("server.log", chat);
    observed.poll();
    append(file, chat + chat);
    EXPECT_EQ(observed.poll().inference, 2u);
    auto later = chat;
    later.replace(later.find("10:00:00"), 8, "10:00:01");
    append(file, later);
    auto const tally = observed.tally;
    auto further = ServerLogReader(
        observed.directory.path(), LogZone{}, LogHistory{}, LogTally::observer(tally));
    auto stop = std::stop_source();
    stop.request_stop();
    further.poll(now, stop.get_token()); // reads nothing
    EXPECT_EQ(tally->totals().log->counts.lines, 3u);
    further.poll(now, {});
    EXPECT_EQ(tally->totals().inference, 3u);
    EXPECT_EQ(tally->totals().log->counts.lines, 4u);
    append(file, chat);
    further.poll(now, {});
    EXPECT_EQ(tally->totals().inference, 4u);
    EXPECT_EQ(tally->totals().log->counts.lines, 5u);
    EXPECT_EQ(tally->totals().log->bytes, 5 * chat.size());
    // A poll of the earlier reader, which was in progress.
    EXPECT_EQ(observed.poll().inference, 4u);
    EXPECT_EQ(tally->totals().log->counts.lines, 5u);
}

TEST(LogTally, FurtherReaderOfAShorterLogDecreasesNothing) {
    auto observed = Observed();
    auto const chat = line("POST", "/api/chat", 200);
    auto const file = observed.directory.write("server.log", chat + chat + chat);
    observed.poll();
    std::filesystem::remove(file);
    observed.directory.write("server.log", chat);
    auto const tally = observed.tally;
    auto further = ServerLogReader(
        observed.directory.path(), LogZone{}, LogHistory{}, LogTally::observer(tally));
    further.poll(now, {});
    EXPECT_EQ(tally->totals().log->counts.lines, 3u);
    append(file, chat);
    further.poll(now, {});
    EXPECT_EQ(tally->totals().log->counts.lines, 4u);
    EXPECT_EQ(tally->totals().inference, 1u);
}

TEST(LogTally, CountsWholeLogThatAppearsLater) {
    auto observed = Observed();
    observed.poll();
    observed.directory.write("server.log", line("POST", "/api/chat", 200));
    EXPECT_EQ(observed.poll().inference, 1u);
}

TEST(LogTally, CountsEngineAfterFirstPoll) {
    auto observed = Observed();
    auto const task = [](int number) {
        auto const head = "slot x: id  0 | task " + std::to_string(number) + " | ";
        return head + "processing task\n" + head + "new prompt, task.n_tokens = 20\n" + head +
               "cached n_tokens = 5\n" + head + "eval time = 20.00 ms / 3 tokens\n" + head +
               "stop processing: n_tokens = 22, truncated = 0\n";
    };
    auto const file = observed.directory.write("server.log", task(1));
    EXPECT_TRUE(observed.poll().engine.models.empty());
    append(file, task(2) + task(3).substr(0, 90));
    auto const totals = observed.poll().engine.models.at("unknown");
    EXPECT_EQ(totals.completed, 1u);
    EXPECT_EQ(totals.input, 15u);
    EXPECT_EQ(totals.cached_input, 5u);
    EXPECT_EQ(totals.completed_output, 3u);
}

TEST(LogTally, ReportsOpenTasksOfTheEngine) {
    auto observed = Observed();
    auto const task = [](int number, std::string const& text) {
        return "slot x: id  0 | task " + std::to_string(number) + " | " + text + "\n";
    };
    auto const file = observed.directory.write("server.log", line("POST", "/api/chat", 200));
    EXPECT_EQ(observed.poll().log->engine.lines, 0u);
    EXPECT_FALSE(observed.poll().log->engine.open_tasks);
    append(file, task(7, "processing task") + task(7, "new prompt, task.n_tokens = 20"));
    auto engine = observed.poll().log->engine;
    EXPECT_EQ(engine.lines, 2u);
    EXPECT_EQ(engine.started_tasks, 1u);
    EXPECT_EQ(engine.open_tasks, 1u);
    EXPECT_EQ(engine.newest_open_task, 1u);
    // That of the access line, the last one with a time.
    EXPECT_EQ(engine.last_line, std::chrono::sys_seconds(1'794'996'000s));
    append(file, "2026-11-18T10:02:00Z " + task(8, "processing task"));
    engine = observed.poll().log->engine;
    EXPECT_EQ(engine.open_tasks, 2u);
    EXPECT_EQ(engine.newest_open_task, 2u);
    EXPECT_EQ(engine.last_line, std::chrono::sys_seconds(1'794'996'120s));
    append(
        file, task(7, "stop processing: n_tokens = 20, truncated = 0") +
                  task(8, "stop processing: n_tokens = 20, truncated = 0"));
    engine = observed.poll().log->engine;
    EXPECT_EQ(engine.started_tasks, 2u);
    EXPECT_EQ(engine.open_tasks, 0u);
    EXPECT_EQ(engine.newest_open_task, 0u);
    append(
        file, task(9, "processing task") +
                  "time=2026-11-18T10:03:00.000Z level=INFO source=routes.go:1 "
                  "msg=\"Listening on 127.0.0.1:11434 (version 0.33.0)\"\n");
    engine = observed.poll().log->engine;
    EXPECT_EQ(engine.open_tasks, 0u); // Ollama was restarted
    EXPECT_EQ(engine.last_line, std::chrono::sys_seconds(1'794'996'180s));
}

TEST(LogTally, RotationLosesAndRepeatsNothing) {
    auto observed = Observed();
    auto const file = observed.directory.write("server.log", line("POST", "/api/chat", 200));
    observed.poll();
    append(file, line("POST", "/api/chat", 200));
    std::filesystem::rename(file, observed.directory.path() / "server-1.log");
    observed.directory.write("server.log", line("POST", "/api/generate", 200));
    EXPECT_EQ(observed.poll().inference, 2u);
    EXPECT_EQ(observed.poll().inference, 2u);
    EXPECT_EQ(observed.tally->totals().log->rotations, 1u);
    std::filesystem::remove(file);
    std::filesystem::remove(observed.directory.path() / "server-1.log");
    EXPECT_EQ(observed.poll().inference, 2u);
    EXPECT_EQ(observed.poll().log->counts.lines, 3u);
}

TEST(LogTally, StoppedFirstPollStillExcludesOldEntries) {
    auto observed = Observed();
    observed.directory.write("server.log", line("POST", "/api/chat", 200));
    auto stop = std::stop_source();
    stop.request_stop();
    observed.reader.poll(now, stop.get_token());
    EXPECT_EQ(observed.poll().inference, 0u);
}

TEST(LogTally, LimitsLabelValues) {
    EXPECT_EQ(method_label("GET"), "GET");
    EXPECT_EQ(method_label("get"), "other");
    EXPECT_EQ(method_label(""), "other");
    EXPECT_EQ(status_label(200), 200);
    EXPECT_EQ(status_label(499), 499);
    EXPECT_EQ(status_label(599), 0);
    EXPECT_EQ(status_label(65'736), 0);
    auto known = 0;
    for (auto status = 1; status < 1000; ++status) {
        known += status_label(status) == status ? 1 : 0;
    }
    EXPECT_EQ(known, 63);
}

} // namespace
