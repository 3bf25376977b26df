#include <ousage/core/timestamp.hpp>
#include <ousage/format/prometheus/activity.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace std::chrono_literals;

auto const start = std::chrono::sys_seconds(1'000'000s);

struct Loaded {
    char const* name;
    std::chrono::seconds expires; // from `start`
};

Outcome<Snapshot> poll(std::vector<Loaded> const& models) {
    auto outcome = Outcome<Snapshot>{};
    outcome.value.metrics.server.models_total = 1;
    outcome.value.models.push_back({});
    outcome.value.models[0].name = "a";
    outcome.value.metrics.server.loaded_models = models.size();
    for (auto const& [name, expires] : models) {
        auto model = LoadedModel{};
        model.name = name;
        model.expires_at = Timestamp{start + expires};
        outcome.value.loaded_models.push_back(model);
    }
    return outcome;
}

TEST(Activity, CountsLoadsAndUnloadsFromSecondPoll) {
    auto activity = Activity(1);
    activity.observe(poll({{"a", 300s}}), {}, start);
    EXPECT_EQ(activity.traffic().at("a").loads, 0u);
    activity.observe(poll({{"a", 300s}, {"b", 300s}}), {}, start + 15s);
    EXPECT_EQ(activity.traffic().at("a").loads, 0u);
    EXPECT_EQ(activity.traffic().at("b").loads, 1u);
    activity.observe(poll({{"a", 300s}}), {}, start + 30s);
    // `b` is neither installed nor loaded: it is not listed, but its counters are kept.
    EXPECT_FALSE(activity.traffic().contains("b"));
    activity.observe(poll({{"b", 300s}}), {}, start + 45s);
    EXPECT_EQ(activity.traffic().at("a").unloads, 1u);
    EXPECT_EQ(activity.traffic().at("b").loads, 2u);
    EXPECT_EQ(activity.traffic().at("b").unloads, 1u);
}

TEST(Activity, RequestThatAnEngineIsAnsweringIsAnInferenceForTenMinutes) {
    auto const with_requests = [](std::uint64_t requests) {
        auto outcome = poll({{"a", 300s}});
        outcome.value.metrics.runner.active_requests = requests;
        return outcome;
    };
    auto activity = Activity(1);
    activity.observe(with_requests(0), {}, start);
    EXPECT_FALSE(activity.is_active());
    EXPECT_FALSE(activity.last_inference());
    activity.observe(with_requests(2), {}, start + 15s);
    EXPECT_TRUE(activity.is_active());
    EXPECT_EQ(activity.last_inference(), start + 15s);
    EXPECT_EQ(activity.inference(), 0u);
    activity.observe(with_requests(1), {}, start + 615s);
    EXPECT_TRUE(activity.is_active());
    EXPECT_EQ(activity.last_inference(), start + 615s);
    activity.observe(with_requests(1), {}, start + 616s);
    EXPECT_FALSE(activity.is_active());
    EXPECT_EQ(activity.last_inference(), start + 615s);
    activity.observe(with_requests(0), {}, start + 630s);
    activity.observe(with_requests(1), {}, start + 645s);
    EXPECT_TRUE(activity.is_active());
}

TEST(Activity, EngineThatIsAlwaysBusyStaysActiveWhileRequestsEnd) {
    auto outcome = poll({{"a", 3000s}});
    outcome.value.metrics.runner.active_requests = 1;
    auto activity = Activity(1);
    auto totals = RequestTotals{};
    for (auto now = start; now <= start + 1200s; now += 60s) {
        ++totals.inference;
        activity.observe(outcome, totals, now);
        EXPECT_TRUE(activity.is_active()) << (now - start).count();
    }
    activity.observe(outcome, totals, start + 1100s); // the clock was ahead
    EXPECT_TRUE(activity.is_active());
    activity.observe(outcome, totals, start + 1115s);
    EXPECT_TRUE(activity.is_active());
}

TEST(Activity, EngineWithoutACountOfRequestsKeepsTheExpiryTime) {
    auto outcome = poll({{"a", 10s}});
    outcome.value.metrics.runner.active_requests = 0;
    outcome.value.runners.resize(2);
    outcome.value.runners[0].active_requests = 0;
    auto activity = Activity(1);
    activity.observe(outcome, {}, start + 15s);
    EXPECT_TRUE(activity.is_active());
    outcome.value.runners[1].active_requests = 0;
    activity.observe(outcome, {}, start + 30s);
    EXPECT_FALSE(activity.is_active());
}

TEST(Activity, EnginesWithoutRequestsOverrideTheExpiryTime) {
    auto outcome = poll({{"a", 10s}});
    auto activity = Activity(1);
    activity.observe(outcome, {}, start + 15s);
    EXPECT_TRUE(activity.is_active()); // past its expiry time
    outcome.value.metrics.runner.active_requests = 0;
    activity.observe(outcome, {}, start + 30s);
    EXPECT_FALSE(activity.is_active());
}

// The totals of a log with `lines` lines of the engine, `started` tasks, and an open one of this
// number.
RequestTotals engine_log(std::uint64_t lines, std::uint64_t started, std::uint64_t open) {
    auto totals = RequestTotals{};
    totals.log = LogProgress{{lines, 0, lines, 0, 0}, lines, 0, true};
    auto& engine = totals.log->engine;
    engine.lines = lines;
    engine.started_tasks = started;
    engine.open_tasks = open > 0 ? 1u : 0u;
    engine.newest_open_task = open;
    return totals;
}

TEST(Activity, OpenTaskOfTheLogIsAnInferenceUntilItsRelease) {
    auto activity = Activity(1);
    activity.observe(poll({{"a", 3000s}}), engine_log(10, 1, 0), start);
    EXPECT_FALSE(activity.is_active());
    EXPECT_FALSE(activity.last_inference());
    activity.observe(poll({{"a", 3000s}}), engine_log(12, 2, 2), start + 15s);
    EXPECT_TRUE(activity.is_active());
    EXPECT_EQ(activity.last_inference(), start + 15s);
    activity.observe(poll({{"a", 3000s}}), engine_log(12, 2, 2), start + 300s);
    EXPECT_TRUE(activity.is_active());
    EXPECT_EQ(activity.last_inference(), start + 300s);
    EXPECT_EQ(activity.inference(), 0u);
    activity.observe(poll({{"a", 3000s}}), engine_log(15, 2, 0), start + 315s);
    EXPECT_FALSE(activity.is_active());
    EXPECT_EQ(activity.last_inference(), start + 300s);
}

TEST(Activity, OpenTaskDoesNotCountTenMinutesAfterTheLastLineOfTheEngine) {
    auto activity = Activity(1);
    activity.observe(poll({{"a", 3000s}}), engine_log(2, 1, 1), start);
    activity.observe(poll({{"a", 3000s}}), engine_log(2, 1, 1), start + 600s);
    EXPECT_TRUE(activity.is_active());
    activity.observe(poll({{"a", 3000s}}), engine_log(2, 1, 1), start + 601s);
    EXPECT_FALSE(activity.is_active());
    EXPECT_EQ(activity.last_inference(), start + 600s);
    activity.observe(poll({{"a", 3000s}}), engine_log(4, 2, 2), start + 615s);
    EXPECT_TRUE(activity.is_active());
    activity.observe(poll({{"a", 3000s}}), engine_log(4, 2, 2), start); // the clock was ahead
    activity.observe(poll({{"a", 3000s}}), engine_log(4, 2, 2), start + 601s);
    EXPECT_FALSE(activity.is_active());
}

// The line that releases task 1 is missing.
TEST(Activity, OpenTaskDoesNotCountTenMinutesAfterItsStartBesideOtherTasks) {
    auto activity = Activity(1);
    auto lines = std::uint64_t(2);
    activity.observe(poll({{"a", 3000s}}), engine_log(lines, 1, 1), start);
    for (auto task = std::uint64_t(2); task <= 10; ++task) {
        auto const started = start + 70s * static_cast<int>(task - 1);
        activity.observe(poll({{"a", 3000s}}), engine_log(++lines, task, task), started);
        EXPECT_TRUE(activity.is_active()) << task;
        activity.observe(poll({{"a", 3000s}}), engine_log(++lines, task, 1), started + 10s);
        EXPECT_EQ(activity.is_active(), started + 10s - start <= 600s) << task;
    }
}

TEST(Activity, CountedRequestsOverrideOpenTasksOfTheLog) {
    auto activity = Activity(1);
    auto idle = poll({{"a", 3000s}});
    idle.value.metrics.runner.runners_total = 1;
    idle.value.metrics.runner.active_requests = 0;
    idle.value.runners.resize(1);
    idle.value.runners[0].port = 4711;
    idle.value.runners[0].active_requests = 0;
    activity.observe(idle, engine_log(2, 1, 1), start);
    EXPECT_FALSE(activity.is_active());
    EXPECT_FALSE(activity.last_inference());
}

TEST(Activity, OpenTaskOfAnOldLogCountsFromTheTimeOfItsLastLine) {
    auto const first_poll = [](std::chrono::seconds age) {
        auto activity = Activity(1);
        auto totals = engine_log(2, 1, 1);
        totals.log->engine.last_line = start - age;
        activity.observe(poll({{"a", 3000s}}), totals, start);
        activity.observe(poll({{"a", 3000s}}), totals, start + 15s);
        return activity.is_active();
    };
    EXPECT_TRUE(first_poll(0s));
    EXPECT_TRUE(first_poll(585s));
    EXPECT_FALSE(first_poll(586s));
    EXPECT_FALSE(first_poll(24h));
}

TEST(Activity, OpenTaskEndsWithItsEngine) {
    auto with_engine = poll({{"a", 3000s}});
    with_engine.value.metrics.runner.runners_total = 1; // its requests are not counted
    with_engine.value.runners.resize(1);
    with_engine.value.runners[0].port = 4711;
    auto without_engine = poll({{"a", 3000s}});
    without_engine.value.sources.push_back({"runners", State::absent, 0, {}});
    auto activity = Activity(1);
    activity.observe(with_engine, engine_log(2, 1, 1), start);
    EXPECT_TRUE(activity.is_active());
    auto failed = poll({{"a", 3000s}});
    failed.value.sources.push_back({"runners", State::timeout, 0, {}});
    activity.observe(failed, engine_log(2, 1, 1), start + 15s);
    EXPECT_TRUE(activity.is_active());
    activity.observe(without_engine, engine_log(2, 1, 1), start + 30s);
    EXPECT_FALSE(activity.is_active());
    activity.observe(without_engine, engine_log(3, 1, 1), start + 45s);
    EXPECT_FALSE(activity.is_active());
    // A task of the next engine.
    with_engine.value.runners[0].port = 4712;
    activity.observe(with_engine, engine_log(5, 2, 2), start + 60s);
    EXPECT_TRUE(activity.is_active());
    with_engine.value.runners[0].port = 4713;
    activity.observe(with_engine, engine_log(5, 2, 2), start + 75s);
    EXPECT_FALSE(activity.is_active());
}

TEST(Activity, OpenTaskEndsWhenAllModelsAreUnloaded) {
    auto activity = Activity(1);
    activity.observe(poll({}), engine_log(2, 1, 1), start);
    EXPECT_TRUE(activity.is_active()); // a model that is being loaded is not listed yet
    activity.observe(poll({{"a", 3000s}}), engine_log(2, 1, 1), start + 15s);
    EXPECT_TRUE(activity.is_active());
    activity.observe(poll({}), engine_log(2, 1, 1), start + 30s);
    EXPECT_FALSE(activity.is_active());
}

TEST(Activity, TasksOfTheLogOverrideTheExpiryTime) {
    auto activity = Activity(1);
    activity.observe(poll({{"a", 10s}}), engine_log(2, 1, 0), start + 15s);
    EXPECT_FALSE(activity.is_active()); // past its expiry time, but no task is open
    activity.observe(poll({{"a", 10s}}), engine_log(2, 1, 0), start + 616s);
    EXPECT_TRUE(activity.is_active()); // the log shows nothing any more
    auto without_tasks = engine_log(3, 0, 0);
    without_tasks.log->engine.open_tasks.reset();
    activity.observe(poll({{"a", 10s}}), without_tasks, start + 630s);
    EXPECT_TRUE(activity.is_active());
}

TEST(Activity, UnreachableServerCountsErrorAndNoUnload) {
    auto activity = Activity(1);
    activity.observe(poll({{"a", 300s}}), {}, start);
    auto down = Outcome<Snapshot>{};
    down.fail("local_api", Errc::connect, "refused");
    activity.observe(down, {}, start + 15s);
    EXPECT_EQ(activity.traffic().at("a").unloads, 0u);
    auto const key = std::pair(std::string("/api/ps"), std::string("connect"));
    EXPECT_EQ(activity.errors().size(), 4u);
    EXPECT_EQ(activity.errors().at(key), 1u);
    activity.observe(poll({{"a", 300s}}), {}, start + 30s);
    EXPECT_EQ(activity.traffic().at("a").loads, 0u);
    EXPECT_EQ(activity.errors().at(key), 1u);
}

TEST(Activity, ExpiryThatMovesWithTheClockIsNoInference) {
    auto activity = Activity(1);
    auto now = 0s;
    for (auto const step : {15s, 15s, 1s, 600s, 15s}) {
        activity.observe(poll({{"a", now + 300s}}), {}, start + now);
        now += step;
    }
    // The time of the poll and that of the response are in whole seconds.
    activity.observe(poll({{"a", now + 301s}}), {}, start + now);
    EXPECT_EQ(activity.inference(), 0u);
    EXPECT_FALSE(activity.last_inference());
    EXPECT_FALSE(activity.is_active());
}

TEST(Activity, MovesWithTheClockCountOnceTheExpiryStays) {
    auto activity = Activity(1);
    activity.observe(poll({{"a", 300s}}), {}, start);
    activity.observe(poll({{"a", 315s}}), {}, start + 15s);
    activity.observe(poll({{"a", 330s}}), {}, start + 30s);
    EXPECT_EQ(activity.inference(), 0u);
    activity.observe(poll({{"a", 330s}}), {}, start + 45s);
    EXPECT_EQ(activity.inference(), 2u);
    EXPECT_EQ(activity.last_inference(), start + 30s);
    activity.observe(poll({{"a", 345s}}), {}, start + 60s);
    EXPECT_EQ(activity.inference(), 3u);
    EXPECT_EQ(activity.last_inference(), start + 60s);
}

TEST(Activity, WithoutLogMovedExpiryCountsAsInference) {
    auto activity = Activity(1);
    activity.observe(poll({{"a", 300s}}), {}, start);
    EXPECT_EQ(activity.inference(), 0u);
    EXPECT_FALSE(activity.last_inference());
    activity.observe(poll({{"a", 300s}}), {}, start + 15s);
    EXPECT_EQ(activity.inference(), 0u);
    EXPECT_FALSE(activity.is_active());
    activity.observe(poll({{"a", 320s}}), {}, start + 30s);
    EXPECT_EQ(activity.inference(), 1u);
    EXPECT_TRUE(activity.is_active());
    EXPECT_EQ(activity.last_inference(), start + 30s);
    // An expiry that moves backwards or into the past means that the model is being unloaded.
    activity.observe(poll({{"a", 44s}}), {}, start + 45s);
    EXPECT_EQ(activity.inference(), 1u);
    activity.observe(poll({{"a", 45s}}), {}, start + 46s);
    EXPECT_EQ(activity.inference(), 1u);
    // A model loaded past its expiry is running a request.
    EXPECT_TRUE(activity.is_active());
}

TEST(Activity, WithLogOnlyLogEntriesCount) {
    auto activity = Activity(1);
    auto totals = RequestTotals{};
    totals.log = LogProgress{{5, 0, 100, 5, 0}, 100, 0, true};
    totals.last_inference = start - 3600s;
    activity.observe(poll({{"a", 300s}}), totals, start);
    activity.observe(poll({{"a", 320s}}), totals, start + 15s);
    EXPECT_EQ(activity.inference(), 0u);
    EXPECT_EQ(activity.last_inference(), start - 3600s);
    totals.inference = 3;
    totals.last_inference = start + 20s;
    activity.observe(poll({{"a", 340s}}), totals, start + 30s);
    EXPECT_EQ(activity.inference(), 3u);
    EXPECT_EQ(activity.last_inference(), start + 20s);
    EXPECT_TRUE(activity.is_active());
    activity.observe(poll({{"a", 340s}}), totals, start + 45s);
    EXPECT_FALSE(activity.is_active());
}

RequestTotals log_of(std::uint64_t lines, std::uint64_t entries, std::uint64_t bytes) {
    auto totals = RequestTotals{};
    totals.log = LogProgress{{lines, 0, bytes, entries, 0}, bytes, 0, true};
    return totals;
}

TEST(Activity, LogWithoutAccessLineCountsAsNoLog) {
    auto activity = Activity(1);
    activity.observe(poll({{"a", 300s}}), log_of(5, 0, 100), start);
    activity.observe(poll({{"a", 320s}}), log_of(9, 0, 200), start + 15s);
    activity.observe(poll({{"a", 345s}}), log_of(9, 0, 200), start + 30s);
    EXPECT_EQ(activity.inference(), 2u);
    EXPECT_EQ(activity.last_inference(), start + 30s);
}

TEST(Activity, LogThatNoLongerGrowsDoesNotHideMovedExpiry) {
    auto activity = Activity(1);
    auto const log = log_of(5, 5, 100);
    activity.observe(poll({{"a", 300s}}), log, start);
    activity.observe(poll({{"a", 320s}}), log, start + 15s);
    activity.observe(poll({{"a", 345s}}), log, start + 30s);
    activity.observe(poll({{"a", 371s}}), log, start + 45s);
    EXPECT_EQ(activity.inference(), 3u);
    EXPECT_EQ(activity.last_inference(), start + 45s);
    EXPECT_TRUE(activity.is_active());
    // It grows again: only its entries count.
    auto grown = log_of(6, 6, 200);
    grown.inference = 1;
    activity.observe(poll({{"a", 400s}}), grown, start + 60s);
    EXPECT_EQ(activity.inference(), 4u);
    activity.observe(poll({{"a", 400s}}), grown, start + 75s);
    EXPECT_EQ(activity.inference(), 4u);
}

TEST(Activity, LineThatIsWrittenAfterMoveCountsOnce) {
    auto activity = Activity(1);
    auto log = log_of(5, 5, 100);
    activity.observe(poll({{"a", 300s}}), log, start);
    activity.observe(poll({{"a", 320s}}), log, start + 15s);
    EXPECT_EQ(activity.inference(), 0u);
    log = log_of(6, 6, 200);
    log.inference = 1;
    activity.observe(poll({{"a", 320s}}), log, start + 30s);
    activity.observe(poll({{"a", 320s}}), log, start + 45s);
    activity.observe(poll({{"a", 320s}}), log, start + 60s);
    EXPECT_EQ(activity.inference(), 1u);
}

TEST(Activity, CountersNeverDecreaseForRandomPolls) {
    auto random = std::mt19937(5);
    auto activity = Activity(1);
    auto seen = std::map<std::string, ModelTraffic>{};
    std::uint64_t inference = 0, expected_loads = 0, loads = 0;
    auto before = std::set<std::string>{};
    static char const* const names[] = {"a", "b", "c", "d"};
    for (int round = 0; round < 2000; ++round) {
        auto models = std::vector<Loaded>{};
        auto after = std::set<std::string>{};
        for (auto const* const name : names) {
            if (random() % 2 == 0) {
                models.push_back({name, std::chrono::seconds(random() % 4000)});
                after.insert(name);
                expected_loads += round > 0 && !before.contains(name) ? 1u : 0u;
            }
        }
        before = after;
        activity.observe(poll(models), {}, start + std::chrono::seconds(round));
        ASSERT_GE(activity.inference(), inference);
        inference = activity.inference();
        for (auto const& [name, traffic] : activity.traffic()) {
            ASSERT_GE(traffic.loads, seen[name].loads);
            ASSERT_GE(traffic.unloads, seen[name].unloads);
            seen[name] = traffic;
        }
    }
    activity.observe(poll({{"a", 0s}, {"b", 0s}, {"c", 0s}, {"d", 0s}}), {}, start);
    expected_loads += 4 - before.size();
    for (auto const& [name, traffic] : activity.traffic()) {
        loads += traffic.loads;
    }
    EXPECT_EQ(loads, expected_loads);
}

} // namespace
