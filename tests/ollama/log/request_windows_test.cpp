#include "support/json_tree.hpp"
#include "support/truth.hpp"
#include <ousage/core/shape.hpp>
#include <ousage/io/file/time_zone.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/gin_path.hpp>
#include <ousage/ollama/log/request_windows.hpp>
#include <ousage/ollama/model/metrics.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

TEST(RequestWindows, MatchExpectedValuesOfRecording) {
    auto const truth = JsonTree(read_data("gin/windows.json"));
    auto const now = parse_rfc3339(truth["now"].to_string())->at;
    auto const zone = *io::load_time_zone(truth["zone"].to_string());
    auto windows = RequestWindows(now, zone);
    auto log = AccessLog(zone, true);
    auto const sink = [&](AccessEntry const& entry) {
        auto const path = unquote_gin_path(entry.line.quoted_path);
        windows.add(
            entry.time, route_of(entry.line.method, path.path), entry.line.status,
            entry.line.latency_ns);
    };
    log.feed(read_data("gin/v1.10.1/plain.log"), sink);
    log.finish(sink);
    auto metrics = Metrics{};
    metrics.requests = windows.query(now);
    metrics.log = {
        metrics.requests.one_day.requests, log.counts().lines, log.counts().unparsed,
        log.counts().bytes};
    int compared = 0;
    for_each_key(metrics, [&](std::string const& key, auto const& value) {
        if (auto const* const found = truth["v1.10.1"]["metrics"].find(key)) {
            auto const wanted = found->to_double();
            ASSERT_TRUE(value.has_value()) << key;
            EXPECT_NEAR(static_cast<double>(*value), wanted, std::abs(wanted) * 1e-9) << key;
            ++compared;
        }
    });
    EXPECT_EQ(compared, 44);
    auto series = std::map<std::string, std::uint64_t>{};
    for (auto const& day : windows.daily(now)) {
        if (day.value > 0) {
            series[day.date] = day.value;
        }
    }
    auto const& days = truth["v1.10.1"]["daily_series"]["requests"];
    EXPECT_EQ(series.size(), days.keys().size());
    for (auto const& day : days.keys()) {
        EXPECT_EQ(series[day], days[day].to_uint()) << day;
    }
}

struct Request {
    sys_seconds time;
    Route route;
    int status;
    std::int64_t latency;
};

// Recounts all requests: slow but obviously correct.
RequestStatistics count(std::vector<Request> const& all, sys_seconds after, sys_seconds until) {
    auto counts = RequestStatistics{0, 0, 0, 0, 0, 0, {}, {}, {}, {}};
    auto latencies = std::vector<std::int64_t>{};
    long double sum = 0;
    for (auto const& one : all) {
        if (one.route != Route::other && one.time > after && one.time <= until) {
            ++*counts.requests;
            *counts.chat_requests += one.route == Route::chat ? 1u : 0u;
            *counts.generate_requests += one.route == Route::generate ? 1u : 0u;
            *counts.embed_requests += one.route == Route::embed ? 1u : 0u;
            *counts.http_4xx += one.status >= 400 && one.status < 500 ? 1u : 0u;
            *counts.http_5xx += one.status >= 500 ? 1u : 0u;
            latencies.push_back(one.latency);
            sum += static_cast<long double>(one.latency);
        }
    }
    std::sort(latencies.begin(), latencies.end());
    auto const rank = [&](double share) {
        auto const at =
            static_cast<std::size_t>(std::ceil(share * static_cast<double>(latencies.size())));
        return static_cast<double>(latencies[std::max<std::size_t>(at, 1) - 1]) / 1e6;
    };
    if (!latencies.empty()) {
        counts.avg_latency_ms =
            static_cast<double>(sum / 1e6L / static_cast<long double>(latencies.size()));
        counts.p50_latency_ms = rank(0.50);
        counts.p95_latency_ms = rank(0.95);
        counts.p99_latency_ms = rank(0.99);
    }
    return counts;
}

void expect_same(RequestStatistics const& left, RequestStatistics const& right) {
    EXPECT_EQ(left.requests, right.requests);
    EXPECT_EQ(left.chat_requests, right.chat_requests);
    EXPECT_EQ(left.generate_requests, right.generate_requests);
    EXPECT_EQ(left.embed_requests, right.embed_requests);
    EXPECT_EQ(left.http_4xx, right.http_4xx);
    EXPECT_EQ(left.http_5xx, right.http_5xx);
    ASSERT_EQ(left.avg_latency_ms.has_value(), right.avg_latency_ms.has_value());
    if (left.avg_latency_ms) {
        EXPECT_NEAR(*left.avg_latency_ms, *right.avg_latency_ms, 1e-6);
        EXPECT_EQ(left.p50_latency_ms, right.p50_latency_ms);
        EXPECT_EQ(left.p95_latency_ms, right.p95_latency_ms);
        EXPECT_EQ(left.p99_latency_ms, right.p99_latency_ms);
    }
}

TEST(RequestWindows, MatchFullRecountAtAnyQueryTime) {
    auto random = std::mt19937_64(11);
    for (auto const* const name : {"Europe/Berlin", "Australia/Lord_Howe", "UTC"}) {
        auto const zone = *io::load_time_zone(name);
        auto const start = sys_days(2026y / October / 25) + hours(random() % 24);
        auto windows = RequestWindows(start, zone);
        auto all = std::vector<Request>{};
        for (int round = 0; round < 3000; ++round) {
            auto const one = Request{
                start - seconds(random() % (9 * 86400)) + seconds(random() % 90000),
                static_cast<Route>(random() % 4), static_cast<int>(100 + random() % 500),
                static_cast<std::int64_t>(random() % 100'000'000'000)};
            all.push_back(one);
            windows.add(one.time, one.route, one.status, one.latency);
        }
        for (int poll = 0; poll < 20; ++poll) {
            auto const now = start + seconds(random() % 86400);
            auto const got = windows.query(now);
            expect_same(got.five_hours, count(all, now - hours(5), now));
            expect_same(got.one_day, count(all, now - hours(24), now));
            expect_same(got.seven_days, count(all, now - days(7), now));
            expect_same(got.today, count(all, zone.midnight(now) - seconds(1), now));
        }
    }
}

TEST(RequestWindows, EdgesAreExactToTheSecond) {
    auto const now = sys_days(2026y / November / 20) + hours(16);
    auto windows = RequestWindows(now, Calendar::utc());
    for (sys_seconds const at : std::initializer_list<sys_seconds>{
             now, now - hours(5), now - hours(5) + seconds(1), now + seconds(1), now - hours(16),
             now - hours(16) - seconds(1)}) {
        windows.add(at, Route::chat, 200, 1);
    }
    auto const got = windows.query(now);
    EXPECT_EQ(got.five_hours.requests, 2u);
    EXPECT_EQ(got.today.requests, 4u);
    EXPECT_EQ(got.one_day.requests, 5u);
    auto const series = windows.daily(now);
    ASSERT_EQ(series.size(), 2u);
    EXPECT_EQ(series[0].value, 1u);
    EXPECT_EQ(series[1].value, 4u);
}

TEST(RequestWindows, WrongClockLosesNoRequest) {
    auto const now = sys_days(2026y / November / 20) + hours(16);
    for (auto const wrong : {days(10), days(400), days(-10), days(-20'000)}) {
        auto windows = RequestWindows(now + wrong, Calendar::utc());
        for (int hour = 24 * 30; hour > 0; --hour) {
            windows.add(now - hours(hour), Route::chat, 200, 1);
        }
        // The server of the same machine has the same wrong clock.
        windows.add(now + wrong, Route::chat, 200, 1);
        windows.query(now + wrong);
        windows.set_now(now + seconds(60));
        windows.add(now + seconds(60), Route::chat, 200, 1);
        auto const got = windows.query(now + seconds(60));
        EXPECT_EQ(got.five_hours.requests, 5u) << wrong.count();
        EXPECT_EQ(got.today.requests, 17u) << wrong.count();
        EXPECT_EQ(got.one_day.requests, 24u) << wrong.count();
        EXPECT_EQ(got.seven_days.requests, 168u) << wrong.count();
    }
}

TEST(RequestWindows, FutureHoursDoNotReplaceThoseOfTheWindows) {
    auto const now = sys_days(2026y / November / 20) + hours(16);
    auto windows = RequestWindows(now, Calendar::utc());
    for (int hour = 0; hour < 168; ++hour) {
        windows.add(now - hours(hour), Route::chat, 200, 1);
    }
    for (int hour = 0; hour < 5000; ++hour) {
        windows.add(now + days(40) + hours(hour), Route::chat, 200, 1);
    }
    windows.set_now(now + hours(1));
    windows.add(now + hours(1), Route::chat, 200, 1);
    auto const got = windows.query(now + hours(1));
    EXPECT_EQ(got.seven_days.requests, 168u);
    EXPECT_EQ(got.five_hours.requests, 5u);
    EXPECT_EQ(windows.daily(now + hours(1)).size(), 8u);
}

TEST(RequestWindows, DaysBefore1970AndAfter2199AreNotCounted) {
    auto const now = sys_days(2026y / November / 20) + hours(16);
    auto windows = RequestWindows(now, Calendar::utc());
    for (auto const at : {1y, 1900y, 1968y, 2200y, 9999y}) {
        windows.add(sys_days(at / December / 31), Route::chat, 200, 1);
    }
    windows.add(now, Route::chat, 200, 1);
    EXPECT_EQ(windows.daily(now).size(), 1u);
    EXPECT_EQ(windows.query(now).seven_days.requests, 1u);
}

TEST(RequestWindows, NoRequestsGiveZeroCountsAndNoAverages) {
    auto const now = sys_days(2026y / November / 20);
    auto const got = RequestWindows(now, Calendar::utc()).query(now);
    EXPECT_EQ(got.today.requests, 0u);
    EXPECT_EQ(got.today.avg_latency_ms, std::nullopt);
    EXPECT_TRUE(RequestWindows(now, Calendar::utc()).daily(now).empty());
}

std::vector<DayValue>
count_days(std::vector<Request> const& all, Calendar const& calendar, sys_seconds now) {
    auto counts = std::map<sys_days, std::uint64_t>{};
    for (auto const& one : all) {
        if (one.route != Route::other && one.time <= now) {
            ++counts[sys_days(calendar.date(one.time))];
        }
    }
    auto series = std::vector<DayValue>{};
    if (!counts.empty()) {
        for (auto day = counts.begin()->first; day <= sys_days(calendar.date(now));
             day += days(1)) {
            series.push_back({date_text(day), counts[day]});
        }
    }
    return series;
}

// Half of the requests are within two seconds of a window's edge, in the nights of clock changes
// and in the first and last second of a day. The windows are queried immediately and later.
TEST(RequestWindows, MatchFullRecountAtEveryEdge) {
    auto random = std::mt19937_64(20261120);
    for (auto const* const at :
         {"2026-07-01T12:00:00Z", "2026-10-25T01:30:00Z", "2026-03-29T01:00:00Z",
          "2026-11-19T23:00:00Z", "2026-11-19T22:59:59Z", "2026-04-04T15:15:00Z"}) {
        auto const start = parse_rfc3339(at)->at;
        for (auto const* const name : {"Europe/Berlin", "Australia/Lord_Howe", "UTC"}) {
            auto const zone = *io::load_time_zone(name);
            auto windows = RequestWindows(start, zone);
            auto all = std::vector<Request>{};
            sys_seconds const edges[] = {start,           start - hours(5),     start - hours(24),
                                         start - days(7), zone.midnight(start), start - days(9)};
            int const statuses[] = {200, 399, 400, 499, 500, 599, 600, 999};
            for (auto left = random() % 600; left > 0; --left) {
                auto const far = start + seconds(10'000) - seconds(random() % 1'000'000);
                auto const near = edges[random() % 6] + seconds(random() % 5) - seconds(2);
                auto const one = Request{
                    random() % 2 == 0 ? near : far, static_cast<Route>(random() % route_count),
                    statuses[random() % 8], static_cast<std::int64_t>(random() % 1'000'000'000)};
                all.push_back(one);
                windows.add(one.time, one.route, one.status, one.latency);
            }
            for (auto const later : {0, 1, 3600, 86'400}) {
                SCOPED_TRACE(std::string(at) + " " + name + " +" + std::to_string(later));
                auto const now = start + seconds(later);
                auto const got = windows.query(now);
                expect_same(got.five_hours, count(all, now - hours(5), now));
                expect_same(got.one_day, count(all, now - hours(24), now));
                expect_same(got.seven_days, count(all, now - days(7), now));
                expect_same(got.today, count(all, zone.midnight(now) - seconds(1), now));
                EXPECT_EQ(to_json(windows.daily(now)), to_json(count_days(all, zone, now)));
            }
        }
    }
}

TEST(RequestWindows, LongestLatenciesDoNotOverflow) {
    auto const now = sys_days(2026y / November / 20) + hours(12);
    auto windows = RequestWindows(now, Calendar::utc());
    for (int index = 0; index < 1000; ++index) {
        windows.add(now, Route::chat, 200, std::numeric_limits<std::int64_t>::max());
    }
    EXPECT_NEAR(*windows.query(now).today.avg_latency_ms, 9223372036854.775807, 1e-2);
    EXPECT_EQ(windows.query(now).today.p99_latency_ms, 9223372036854.775807);
}

} // namespace
