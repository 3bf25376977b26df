// Sources that complete after 0, 200 and 400 ms: a merge takes as long as the slowest one.
#include <ousage/core/merge.hpp>
#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <benchmark/benchmark.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace std::chrono_literals;

struct First {
    std::optional<int> first;
};

struct Second {
    std::optional<int> second;
};

struct Third {
    std::optional<int> third;
};

struct Whole {
    std::optional<int> first, second, third;
    std::vector<SourceReport> sources;
};

template <class T>
asio::awaitable<void> answer_after(std::chrono::milliseconds time, Outcome<T>& into) {
    auto const executor = co_await asio::this_coro::executor;
    auto timer = asio::steady_timer(executor, time);
    co_await timer.async_wait(asio::use_awaitable);
    into.value = T{1};
}

template <class T>
Source<T> after(std::chrono::milliseconds time) {
    auto collect = [time](Outcome<T>& into) { return answer_after<T>(time, into); };
    return Source<T>("after", std::move(collect)) | with_timeout(5s);
}

void merge_three(benchmark::State& state) {
    auto const whole = merge<Whole>(after<First>(0ms), after<Second>(200ms), after<Third>(400ms));
    double sum = 0;
    double slowest = 0;
    double wall = 0;
    for (auto _ : state) {
        auto const start = std::chrono::steady_clock::now();
        auto const outcome = run(whole);
        auto const elapsed = std::chrono::steady_clock::now() - start;
        wall = std::chrono::duration<double, std::milli>(elapsed).count();
        sum = 0;
        slowest = 0;
        for (auto const& report : outcome.value.sources) {
            sum += report.elapsed_ms;
            slowest = std::max(slowest, report.elapsed_ms);
        }
        state.SetIterationTime(wall / 1e3);
    }
    state.counters["over_slowest_ms"] = wall - slowest;
    state.counters["slowest_ms"] = slowest;
    state.counters["sum_ms"] = sum;
}

BENCHMARK(merge_three)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(9)
    ->Unit(benchmark::kMillisecond);

} // namespace
