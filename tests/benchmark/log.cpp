// The server's log: read rate, cost of a poll, memory of the windows.
// With `--corpus FILE ENTRIES [engine]`, only writes a log that log_peers uses, and exits.
#include "log_corpus.hpp"
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/engine_line.hpp>
#include <ousage/ollama/log/engine_tasks.hpp>
#include <ousage/ollama/log/log_summary.hpp>
#include <ousage/ollama/log/request_windows.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using ousage::test::LogCorpus;
using namespace std::chrono;

constexpr auto now = sys_days(2026y / November / 21);

// Adds nine lines of the engine after each line, as Ollama 0.30 or later writes them: neither
// entries nor zones.
std::string with_engine_lines(std::string const& access) {
    constexpr std::string_view lines =
        "srv  update_slots: all slots are idle\n"
        "srv  get_availabl: updating prompt cache\n"
        "slot launch_slot_: id  0 | task 73 | processing task, is_child = 0\n"
        "slot print_timing: id  0 | task 73 |        eval time =     136.71 ms /    32 tokens "
        "(    "
        "4.27 ms per token,   234.07 tokens per second)\n"
        "srv  log_server_r: done request: POST /completion 127.0.0.1 200\n"
        "\ttop_k = 40, top_p = 0.900, min_p = 0.000, xtc_probability = 0.000, typical_p = "
        "1.000\n"
        "llama_model_loader: - kv   1:                               general.name str          "
        "    "
        "= Tiny tiny\n"
        "slot      release: id  0 | task 73 | stop processing: n_tokens = 88, truncated = 0\n"
        "\n";
    auto all = std::string{};
    for (std::size_t start = 0; start < access.size();) {
        auto const end = access.find('\n', start) + 1;
        all.append(access, start, end - start).append(lines);
        start = end;
    }
    return all;
}

void write_corpus(std::filesystem::path const& path, std::uint64_t entries, bool engine) {
    auto corpus = LogCorpus(entries, days(30), now);
    auto file = std::ofstream(path, std::ios::binary);
    auto text = std::string{};
    for (bool more = true; more;) {
        text.clear();
        more = corpus.append(text);
        file << (engine ? with_engine_lines(text) : text);
    }
}

std::string const& small_corpus() {
    static auto const text = [] {
        auto corpus = LogCorpus(200'000, days(30), now);
        auto all = std::string{};
        while (corpus.append(all)) {
        }
        return all;
    }();
    return text;
}

void set_bytes(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

std::string const& engine_corpus() {
    static auto const text = [] {
        auto corpus = LogCorpus(20'000, days(30), now);
        auto access = std::string{};
        while (corpus.append(access)) {
        }
        return with_engine_lines(access);
    }();
    return text;
}

// Minutes and hours of latency, 5,000 clients, and a path that occurs once in every tenth line.
std::string const& varied_corpus() {
    static auto const text = [] {
        auto all = std::string{};
        std::uint64_t random = 1;
        auto const next = [&random](std::uint64_t limit) {
            random = random * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
            return (random >> 33) % limit;
        };
        for (std::uint64_t index = 0; index < 200'000; ++index) {
            auto const client = next(5'000);
            auto const latency =
                index % 3 == 0   ? fmt::format("{}h{}m{}s", next(9) + 1, next(60), next(60))
                : index % 3 == 1 ? fmt::format("{}m{}s", next(59) + 1, next(60))
                                 : fmt::format("{}.{:06}ms", next(999) + 1, next(1'000'000));
            auto const path = index % 10 == 0 ? fmt::format("/api/blobs/sha256:{:064x}", next(~0u))
                                              : std::string("/api/chat");
            fmt::format_to(
                std::back_inserter(all),
                "[GIN] {:%Y/%m/%d - %H:%M:%S} | 200 | {:>13} | {:>15} | POST     \"{}\"\n",
                fmt::gmtime(system_clock::to_time_t(now - days(1) + seconds(index / 4))), latency,
                fmt::format("10.{}.{}.{}", client % 7, client / 100, client % 100), path);
            if (index % 10 == 9) {
                all += "time=2026-11-20T16:00:00.000Z level=INFO source=sched.go:1 msg=x\n";
            }
        }
        return all;
    }();
    return text;
}

// The minimum work of any reader: find the ends of lines.
template <std::string const& (*Corpus)()>
void newlines(benchmark::State& state) {
    auto const& text = Corpus();
    for ([[maybe_unused]] auto const round : state) {
        std::size_t lines = 0;
        for (auto const *at = text.data(), *end = at + text.size();
             (at = static_cast<char const*>(
                  std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr;
             ++at) {
            ++lines;
        }
        benchmark::DoNotOptimize(lines);
    }
    set_bytes(state, text.size());
}

template <std::string const& (*Corpus)()>
void summary(benchmark::State& state) {
    auto const& text = Corpus();
    for ([[maybe_unused]] auto const round : state) {
        auto log = AccessLog(Calendar::utc());
        auto summarizer = LogSummarizer(Calendar::utc());
        auto const sink = [&](AccessEntry const& entry) { summarizer.add(entry); };
        log.feed(text, sink);
        log.finish(sink);
        benchmark::DoNotOptimize(summarizer.summary(log.counts()));
    }
    set_bytes(state, text.size());
}

// Summarizes entries and tasks of the engine.
struct SummarySink {
    LogSummarizer& summarizer;
    EngineTasks& tasks;

    void operator()(AccessEntry const& entry) const { summarizer.add(entry); }

    void line(std::string_view text, std::uint64_t) const {
        auto const line = parse_engine_line(text);
        if (auto const record = line ? tasks.add(*line) : std::nullopt) {
            summarizer.add(*record);
        }
    }
};

// As `summary`, with the engine's lines: the difference is the cost of their parser.
void engine_summary(benchmark::State& state) {
    auto const& text = engine_corpus();
    for ([[maybe_unused]] auto const round : state) {
        auto log = AccessLog(Calendar::utc());
        auto summarizer = LogSummarizer(Calendar::utc());
        auto tasks = EngineTasks();
        auto const sink = SummarySink{summarizer, tasks};
        log.feed(text, sink);
        log.finish(sink);
        benchmark::DoNotOptimize(summarizer.summary(log.counts()));
    }
    set_bytes(state, text.size());
}

// One line, parsed by GinColumns or by the portable parser.
template <bool Columns>
void line(benchmark::State& state) {
    constexpr std::string_view text =
        "[GIN] 2026/08/21 - 18:48:22 | 200 |    1.234567ms |       127.0.0.1 | POST     "
        "\"/api/chat\"";
    auto columns = ousage::ollama::detail::GinColumns();
    auto found = GinLine{};
    for ([[maybe_unused]] auto const round : state) {
        if constexpr (Columns) {
            benchmark::DoNotOptimize(
                columns.read(text.data(), text.data() + text.size(), found).end);
        } else {
            benchmark::DoNotOptimize(parse_gin_line(text));
        }
    }
    set_bytes(state, text.size());
}

// Adversarial lines: the rate may be lower than for valid lines, but must not fall with length.
void hostile(benchmark::State& state) {
    static std::string const units[] = {
        "[",
        "[GIN] ",
        "[GIN] 2026/08/21 - 18:48:22 | 200 | ",
        "[GIN] 2026/08/21 - 18:48:22 | 200 | 1ms | a | P \"",
        "time=",
        "\\",
        "\x1b[1",
        " "};
    auto const& unit = units[state.range(0)];
    auto text = std::string(
        state.range(0) == 5 ? "[GIN] 2026/08/21 - 18:48:22 | 200 | 1ms | a | P \"" : "");
    while (text.size() < static_cast<std::size_t>(state.range(1))) {
        text += unit;
    }
    text += '\n';
    for ([[maybe_unused]] auto const round : state) {
        auto log = AccessLog(Calendar::utc());
        log.feed(text, [](AccessEntry const&) {});
        benchmark::DoNotOptimize(log.counts());
    }
    set_bytes(state, text.size());
}

// Seven days at ten requests per second.
void windows(benchmark::State& state) {
    auto const before = ::mallinfo2();
    auto all = RequestWindows(now, Calendar::utc());
    std::int64_t latency = 1;
    for (std::int64_t index = 0; index < 6'048'000; ++index) {
        latency = latency * 48'271 % 2'147'483'647;
        all.add(now - days(7) + seconds(index / 10 + 1), Route::chat, 200, latency * 20);
    }
    auto const after = ::mallinfo2();
    auto const bytes = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd;
    for ([[maybe_unused]] auto const round : state) {
        benchmark::DoNotOptimize(all.query(now));
    }
    state.counters["MiB"] = static_cast<double>(bytes) / 1024 / 1024;
}

// A directory with four million entries, created once.
class CorpusDirectory {
public:
    CorpusDirectory() {
        auto pattern = (std::filesystem::temp_directory_path() / "ousage-bench-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
        write_corpus(path_ / "server.log", 4'000'000, false);
    }

    ~CorpusDirectory() { std::filesystem::remove_all(path_); }

    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
};

std::filesystem::path const& large_log() {
    static auto const directory = CorpusDirectory();
    return directory.path();
}

// The first read of a snapshot. The argument is the number of hours; 0 reads everything.
void first_poll(benchmark::State& state) {
    auto const history =
        state.range(0) == 0 ? LogHistory{~0ull, {}} : LogHistory{0, hours(state.range(0))};
    auto const& directory = large_log();
    for ([[maybe_unused]] auto const round : state) {
        auto reader = ServerLogReader(directory, LogZone{}, history);
        benchmark::DoNotOptimize(reader.poll(now, {}));
    }
}

void warm_poll(benchmark::State& state) {
    auto reader = ServerLogReader(large_log(), LogZone{}, {~0ull, {}});
    reader.poll(now, {});
    for ([[maybe_unused]] auto const round : state) {
        benchmark::DoNotOptimize(reader.poll(now, {}));
    }
}

// The first read of many rotated logs that begin with the same kilobyte. The time for each of them
// must not depend on their number.
void first_poll_of_many_logs(benchmark::State& state) {
    auto const directory = std::filesystem::temp_directory_path() / "ousage-bench-many";
    std::filesystem::remove_all(directory);
    std::filesystem::create_directory(directory);
    auto const head = small_corpus().substr(0, small_corpus().find('\n', 2000) + 1);
    for (auto number = state.range(0); number > 0; --number) {
        std::ofstream(directory / ("server.log." + std::to_string(number)), std::ios::binary)
            << head << "log " << number << '\n';
    }
    for ([[maybe_unused]] auto const round : state) {
        auto reader = ServerLogReader(directory, LogZone{});
        benchmark::DoNotOptimize(reader.poll(now, {}));
    }
    state.counters["us/log"] = benchmark::Counter(
        static_cast<double>(state.iterations() * state.range(0)) / 1e6,
        benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    std::filesystem::remove_all(directory);
}

// Each poll reads 1 % of new lines.
void poll_of_one_per_cent(benchmark::State& state) {
    auto const copy = large_log().parent_path() / "ousage-bench-growing";
    std::filesystem::remove_all(copy);
    std::filesystem::create_directory(copy);
    auto const& text = small_corpus();
    {
        auto file = std::ofstream(copy / "server.log", std::ios::binary);
        for (int part = 0; part < 5; ++part) {
            file << text;
        }
    }
    auto reader = ServerLogReader(copy, LogZone{}, {~0ull, {}});
    reader.poll(now, {});
    auto const fresh = text.substr(0, text.rfind('\n', text.size() / 20) + 1);
    for ([[maybe_unused]] auto const round : state) {
        state.PauseTiming();
        std::ofstream(copy / "server.log", std::ios::binary | std::ios::app) << fresh;
        state.ResumeTiming();
        benchmark::DoNotOptimize(reader.poll(now, {}));
    }
    set_bytes(state, fresh.size());
    std::filesystem::remove_all(copy);
}

} // namespace

BENCHMARK(newlines<small_corpus>)->Unit(benchmark::kMillisecond);
BENCHMARK(summary<small_corpus>)->Unit(benchmark::kMillisecond);
BENCHMARK(newlines<engine_corpus>)->Unit(benchmark::kMillisecond);
BENCHMARK(summary<engine_corpus>)->Unit(benchmark::kMillisecond);
BENCHMARK(engine_summary)->Unit(benchmark::kMillisecond);
BENCHMARK(newlines<varied_corpus>)->Unit(benchmark::kMillisecond);
BENCHMARK(summary<varied_corpus>)->Unit(benchmark::kMillisecond);
BENCHMARK(line<true>);
BENCHMARK(line<false>);
BENCHMARK(hostile)->ArgsProduct({{0, 1, 2, 3, 4, 5, 6, 7}, {4'000, 64'000}});
BENCHMARK(windows)->Unit(benchmark::kMillisecond);
BENCHMARK(first_poll)->Arg(0)->Arg(8 * 24)->Arg(24)->Arg(12)->Unit(benchmark::kMillisecond);
BENCHMARK(first_poll_of_many_logs)->Arg(500)->Arg(1000)->Arg(2000)->Unit(benchmark::kMillisecond);
BENCHMARK(warm_poll)->Unit(benchmark::kMillisecond);
BENCHMARK(poll_of_one_per_cent)->Unit(benchmark::kMillisecond);

int main(int count, char** arguments) {
    if (count >= 4 && std::strcmp(arguments[1], "--corpus") == 0) {
        auto const engine = count == 5 && std::strcmp(arguments[4], "engine") == 0;
        write_corpus(arguments[2], std::strtoull(arguments[3], nullptr, 10), engine);
        return 0;
    }
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) {
        return 1;
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
