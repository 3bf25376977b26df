// 100,000 messages in 2,000 chats: a full read, compared with Python's sqlite3 doing the same work
// on the same file, and a poll of an unchanged file.
#include "support/database.hpp"
#include <ousage/core/run.hpp>
#include <ousage/ollama/desktop_db.hpp>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono;

constexpr auto now = sys_days(2026y / November / 20) + hours(15);

// A year of chats, eight models, 40 to 1,000 characters per text, one tool call per 10 responses,
// one attachment per 20 questions.
constexpr char const* rows = R"(
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
INSERT INTO chats (id, title, created_at) SELECT printf('0199c0de-7000-7abc-8def-%012d', i), 'title',
  strftime('%Y-%m-%d %H:%M:%f+00:00', 1763650800 + i * 15700, 'unixepoch') FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
INSERT INTO messages (chat_id, role, content, thinking, model_name, created_at, updated_at,
  thinking_time_start, thinking_time_end)
SELECT printf('0199c0de-7000-7abc-8def-%012d', i / 50), iif(i % 2, 'assistant', 'user'),
  substr(hex(zeroblob(500)), 1, 40 + i * 7919 % 960), iif(i % 4 = 1, 'some thoughts', ''),
  iif(i % 2, 'model-' || (i % 16 / 2) || iif(i % 16 < 8, ':7b', ':cloud'), NULL),
  strftime('%Y-%m-%d %H:%M:%f+00:00', 1763650800 + i / 50 * 15700 + i % 50 * 60, 'unixepoch'),
  '2026-11-20 12:00:00.123456789+01:00',
  iif(i % 4 = 1, strftime('%Y-%m-%d %H:%M:%f+00:00', 1763650800 + i * 314, 'unixepoch'), NULL),
  iif(i % 4 = 1, strftime('%Y-%m-%d %H:%M:%f+00:00', 1763650803 + i * 314, 'unixepoch'), NULL)
FROM n;
INSERT INTO tool_calls (message_id, type, function_name, function_arguments)
  SELECT id, 'function', 'tool_' || (id % 5), '{}' FROM messages WHERE id % 20 = 2;
INSERT INTO attachments (message_id, filename, data)
  SELECT id, 'picture.png', zeroblob(20000) FROM messages WHERE id % 40 = 1;
PRAGMA wal_checkpoint(TRUNCATE);
)";

std::filesystem::path const& database() {
    static auto const directory = TemporaryDirectory();
    static auto const path = [] {
        auto made = directory.path() / "db.sqlite";
        auto writer = Writer(made);
        writer.run("PRAGMA journal_mode=WAL");
        writer.run(app_schema);
        writer.run(rows);
        return made;
    }();
    std::this_thread::sleep_for(milliseconds(50));
    return path;
}

Source<ollama::DesktopDb> source() {
    return ollama::desktop_db(database(), Calendar::utc(), [] { return sys_seconds(now); });
}

// Memory of a process that reads once, minus that of a process that does not.
double read_megabytes() {
    auto const peak = [](bool reads) {
        auto const child = ::fork();
        if (child == 0) {
            if (reads) {
                auto const outcome = run(source());
                ::_exit(outcome.value.desktop.total_messages == 100'000u ? 0 : 1);
            }
            ::_exit(0);
        }
        int status = 0;
        auto usage = rusage{};
        ::wait4(child, &status, 0, &usage);
        return status == 0 ? static_cast<double>(usage.ru_maxrss) : -1e9;
    };
    return (peak(true) - peak(false)) / 1024;
}

void full_read(benchmark::State& state) {
    database();
    auto const megabytes = read_megabytes();
    for (auto _ : state) {
        auto const outcome = run(source());
        if (outcome.value.desktop.total_messages != 100'000u || outcome.state != State::ok) {
            state.SkipWithError("not read");
        }
    }
    state.counters["MiB"] = megabytes;
}

void unchanged_poll(benchmark::State& state) {
    auto const polled = source();
    (void)run(polled);
    for (auto _ : state) {
        benchmark::DoNotOptimize(run(polled).value.desktop.total_messages);
    }
}

// Computes the same aggregates in one pass over the messages.
constexpr char const* python = R"(
import sqlite3, sys, time, datetime
start = time.perf_counter()
c = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro&immutable=1", uri=True)
parse = lambda t: datetime.datetime.fromisoformat(t).timestamp()
chats = [parse(t) for (t,) in c.execute("SELECT created_at FROM chats")]
calls = {}
for (m, n) in c.execute("SELECT message_id, function_name FROM tool_calls"):
    calls[m] = calls.get(m, 0) + 1
files = dict(c.execute("SELECT message_id, count(*) FROM attachments GROUP BY message_id"))
now, waiting, days, models, thinking = 1795186800, {}, {}, {}, 0.0
spans = {w: [0] * 5 for w in (18000, 54000, 86400, 604800)}
for (i, chat, role, model, at, a, b, n, t) in c.execute(
        "SELECT id, chat_id, role, model_name, created_at, thinking_time_start, thinking_time_end,"
        " length(content), length(thinking) FROM messages ORDER BY id"):
    time_at, tokens = parse(at), 0
    if role == "user":
        waiting[chat] = waiting.get(chat, 0) + n
    elif n or t or i in calls:
        tokens = (waiting.pop(chat, 0) + 3) // 4 + (n + t + 3) // 4
        day = (model, at[:10])
        models[day] = models.get(day, 0) + tokens
        if a and b:
            thinking += max(0, parse(b) - parse(a))
    if time_at <= now:
        days[at[:10]] = days.get(at[:10], 0) + 1
        for w, s in spans.items():
            if time_at > now - w:
                s[0] += 1; s[1] += role == "user"; s[2] += tokens
                s[3] += calls.get(i, 0); s[4] += files.get(i, 0)
print((time.perf_counter() - start) * 1000)
)";

void python_sqlite3(benchmark::State& state) {
    auto const directory = TemporaryDirectory();
    auto const script = directory.write("read.py", python).string();
    auto const command = "python3 " + script + " " + database().string();
    for (auto _ : state) {
        auto const finished = run_command(command);
        if (finished.exit_code != 0) {
            state.SkipWithError("no python3");
            break;
        }
        // The time measured by the script, without the start of the interpreter.
        state.SetIterationTime(std::strtod(finished.out.c_str(), nullptr) / 1e3);
    }
}

BENCHMARK(full_read)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(python_sqlite3)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(unchanged_poll)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMicrosecond);

} // namespace
