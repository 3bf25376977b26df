#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/ollama/runners.hpp>
#include <ousage/ollama/runners/detail/runner_reading.hpp>
#include <ousage/ollama/runners/detail/slot_query.hpp>

#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// The state that the copies of one source share. Used by one collection at a time, except that
// `is_querying` prevents a second one from querying concurrently.
struct RunnerHistory {
    std::map<EngineKey, SlotHistory> histories;
    bool is_querying = false;
};

inline RunnerState runner_state(std::vector<Engine> const& engines) {
    auto state = RunnerState{};
    for (auto const& engine : engines) {
        auto const& requests = engine.runner.active_requests;
        if (requests) {
            state.runner.active_requests = state.runner.active_requests.value_or(0) + *requests;
        }
        state.runners.push_back(engine.runner);
    }
    state.runner.runners_total = engines.size();
    return state;
}

// Resets the flag also if the coroutine is cancelled.
class QueryGuard {
public:
    explicit QueryGuard(RunnerHistory& history) : history_(history) { history_.is_querying = true; }

    QueryGuard(QueryGuard const&) = delete;
    QueryGuard& operator=(QueryGuard const&) = delete;

    ~QueryGuard() { history_.is_querying = false; }

private:
    RunnerHistory& history_;
};

inline asio::awaitable<void> collect_runners(
    RunnerSystem system, std::shared_ptr<RunnerHistory> history, Outcome<RunnerState>& into) {
    auto work = [system] { return read_runners(system); };
    auto reading = co_await offload(work);
    if (!reading.absent.empty()) {
        into.absent(std::move(reading.absent));
        co_return;
    }
    for (auto& failure : reading.failures) {
        into.failures.push_back(std::move(failure));
    }
    into.value = runner_state(reading.engines);
    if (system.query_slots && !history->is_querying) {
        auto const guard = QueryGuard(*history);
        co_await query_slots(reading.engines, history->histories);
        into.value = runner_state(reading.engines);
    }
}

} // namespace detail

OUSAGE_DECL Source<RunnerState> runners(RunnerSystem system) {
    auto history = std::make_shared<detail::RunnerHistory>();
    auto collect = [system = std::move(system),
                    history = std::move(history)](Outcome<RunnerState>& into) {
        return detail::collect_runners(system, history, into);
    };
    return Source<RunnerState>(std::move(collect));
}

} // namespace OUSAGE_NAMESPACE::ollama
