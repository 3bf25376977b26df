#include "support/truth.hpp"
#include <ousage/io/file/time_zone.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/gin_path.hpp>
#include <ousage/ollama/log/log_summary.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

// Keeps every entry, for a full recount.
struct Counted {
    std::map<Route, std::vector<std::int64_t>> latencies;
    std::map<Route, std::uint64_t> http_4xx, http_5xx;
    std::map<int, std::uint64_t> statuses;
    std::map<std::string, std::uint64_t> clients, days;
};

LogSummary sum_up(std::string const& text, Calendar const& zone, Counted& counted) {
    auto log = AccessLog(zone, true);
    auto summarizer = LogSummarizer(zone);
    auto const sink = [&](AccessEntry const& entry) {
        summarizer.add(entry);
        auto const path = unquote_gin_path(entry.line.quoted_path).path;
        auto const route = route_of(entry.line.method, path);
        counted.latencies[route].push_back(entry.line.latency_ns);
        counted.http_4xx[route] += entry.line.status / 100 == 4 ? 1u : 0u;
        counted.http_5xx[route] += entry.line.status >= 500 ? 1u : 0u;
        ++counted.statuses[entry.line.status];
        ++counted.clients[std::string(entry.line.client)];
        ++counted.days[to_rfc3339({entry.time, 0, static_cast<std::int32_t>(entry.offset.count())})
                           .substr(0, 10)];
    };
    log.feed(text, sink);
    log.finish(sink);
    return summarizer.summary(log.counts());
}

double nearest_rank(std::vector<std::int64_t> values, std::size_t percent) {
    std::sort(values.begin(), values.end());
    return static_cast<double>(values[(values.size() * percent + 99) / 100 - 1]) / 1e6;
}

TEST(LogSummary, SumsTokensOfEngineIfIncluded) {
    auto summarizer = LogSummarizer(Calendar::utc());
    auto record = EngineRecord{};
    record.input_tokens = 5;
    record.output_tokens = 2;
    summarizer.add(record);
    record.kind = EngineRecordKind::cancelled;
    summarizer.add(record);
    EXPECT_FALSE(summarizer.summary({}).generations);
    summarizer.include_engine();
    auto const summary = summarizer.summary({});
    EXPECT_EQ(summary.generations, 1u);
    EXPECT_EQ(summary.input_tokens, 10u);
    EXPECT_EQ(summary.output_tokens, 4u);
}

TEST(LogSummary, MatchesFullRecount) {
    auto const zone = *io::load_time_zone("Europe/Berlin");
    for (auto const* const name :
         {"gin/v1.10.1/plain.log", "gin/v1.12.0/plain.log", "gin/v1.10.1/colour.log",
          "ollama/v0.24.0/server.log"}) {
        auto counted = Counted{};
        auto const summary = sum_up(read_data(name), zone, counted);
        ASSERT_GT(summary.entries, 0u);
        ASSERT_EQ(summary.routes.size(), counted.latencies.size());
        for (auto const& route : summary.routes) {
            auto const& latencies = counted.latencies.at(route.route);
            EXPECT_EQ(route.requests, latencies.size());
            EXPECT_EQ(route.http_4xx, counted.http_4xx.at(route.route));
            EXPECT_EQ(route.http_5xx, counted.http_5xx.at(route.route));
            long double sum = 0;
            for (auto const latency : latencies) {
                sum += static_cast<long double>(latency);
            }
            auto const average =
                static_cast<double>(sum / 1e6L / static_cast<long double>(latencies.size()));
            EXPECT_NEAR(route.avg_latency_ms, average, std::abs(average) * 1e-12);
            EXPECT_EQ(route.p50_latency_ms, nearest_rank(latencies, 50));
            EXPECT_EQ(route.p95_latency_ms, nearest_rank(latencies, 95));
            EXPECT_EQ(route.p99_latency_ms, nearest_rank(latencies, 99));
            EXPECT_EQ(route.max_latency_ms, nearest_rank(latencies, 100));
        }
        auto statuses = std::map<int, std::uint64_t>{};
        for (auto const& [status, count] : summary.statuses) {
            statuses[status] = count;
        }
        EXPECT_EQ(statuses, counted.statuses);
        auto days = std::map<std::string, std::uint64_t>{};
        for (auto const& [date, value] : summary.daily) {
            if (value > 0) {
                days[date] = value;
            }
        }
        EXPECT_EQ(days, counted.days);
        ASSERT_EQ(summary.clients.size(), std::min<std::size_t>(10, counted.clients.size()));
        for (auto const& [client, requests] : summary.clients) {
            EXPECT_EQ(requests, counted.clients.at(client)) << client;
        }
    }
}

std::string line(std::string const& client) {
    auto const padded = std::string(client.size() < 15 ? 15 - client.size() : 0, ' ') + client;
    return "[GIN] 2026/11/20 - 16:00:00 | 200 |            1s | " + padded +
           " | POST     \"/api/chat\"\n";
}

TEST(LogSummary, CountsSimilarClientsSeparately) {
    auto text = std::string{};
    auto const clients = std::vector<std::string>{
        "",
        "a",
        "ab",
        "abc",
        "::1",
        "::2",
        "1.1.1.1",
        "1.1.1.11",
        "2001:db8:85a3:8d3:1319:8a2e:370:7348",
        "2001:db8:85a3:8d3:1318:8a2e:370:7348"};
    for (std::size_t index = 0; index < clients.size(); ++index) {
        for (auto count = index + 1; count > 0; --count) {
            text += line(clients[index]);
        }
    }
    auto counted = Counted{};
    auto const summary = sum_up(text, Calendar::utc(), counted);
    ASSERT_EQ(summary.clients.size(), 10u);
    for (std::size_t index = 0; index < 10; ++index) {
        EXPECT_EQ(summary.clients[index].client, clients[9 - index]);
        EXPECT_EQ(summary.clients[index].requests, 10 - index);
    }
}

TEST(LogSummary, LogWithoutEntriesHasNoTimes) {
    auto counted = Counted{};
    auto const summary = sum_up("nothing\n[GIN] cut\n", Calendar::utc(), counted);
    EXPECT_EQ(summary.lines, 2u);
    EXPECT_EQ(summary.unparsed, 1u);
    EXPECT_FALSE(summary.first);
    EXPECT_TRUE(summary.routes.empty() && summary.clients.empty() && summary.daily.empty());
}

TEST(LogSummary, AddressesOfANetworkHaveSlots) {
    auto counts = ousage::ollama::detail::ClientCounts();
    for (int client = 0; client < 50'000; ++client) {
        counts.add(fmt::format("10.{}.{}.{}", client % 7, client / 200, client % 200));
    }
    EXPECT_EQ(counts.busiest(100'000).size(), 50'000u);
    EXPECT_LT(counts.without_slot(), 200u);
}

TEST(LogSummary, ManyForgedClientsUseBoundedMemory) {
    auto counts = ousage::ollama::detail::ClientCounts();
    for (int number = 0; number < 300'000; ++number) {
        counts.add("10.0." + std::to_string(number));
    }
    counts.add("10.0.1");
    EXPECT_EQ(counts.busiest(1).at(0).first, "10.0.1");
    EXPECT_EQ(counts.busiest(1'000'000).size(), ousage::ollama::detail::ClientCounts::client_limit);
    // A move transfers the clients and the total of those over the limit.
    auto moved = std::move(counts);
    counts = ousage::ollama::detail::ClientCounts();
    moved.add("10.0.1");
    moved.add("10.0.299999");
    EXPECT_EQ(moved.busiest(1).at(0).second, 3u);
}

} // namespace
