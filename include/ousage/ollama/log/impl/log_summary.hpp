#pragma once

#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/log/detail/route_counts.hpp>
#include <ousage/ollama/log/log_summary.hpp>
#include <ousage/ollama/log/route.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline RouteSummary summarize(Route route, RouteCounts const& counts) {
    auto const percentile_ms = [&counts](unsigned percent) {
        return static_cast<double>(counts.percentile(percent)) / 1e6;
    };
    return {
        route,
        counts.requests(),
        counts.requests(400, 500),
        counts.requests(500, 1000),
        counts.average_ms(),
        percentile_ms(50),
        percentile_ms(95),
        percentile_ms(99),
        static_cast<double>(counts.slowest()) / 1e6};
}

} // namespace detail

OUSAGE_DECL LogSummary LogSummarizer::summary(LogCounts const& counts) const {
    auto summary = LogSummary{
        counts.lines, entries_, counts.unparsed, counts.bytes, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    if (has_engine_) {
        summary.generations = generations_;
        summary.input_tokens = input_tokens_;
        summary.output_tokens = output_tokens_;
    }
    if (entries_ > 0) {
        summary.first = Timestamp{first_, 0, static_cast<std::int32_t>(first_offset_.count())};
        summary.last = Timestamp{last_, 0, static_cast<std::int32_t>(last_offset_.count())};
    }
    for (std::size_t route = 0; route < route_count; ++route) {
        if (routes_[route].requests() > 0) {
            summary.routes.push_back(detail::summarize(static_cast<Route>(route), routes_[route]));
        }
    }
    for (std::size_t status = 0; status < 1000; ++status) {
        std::uint64_t count = 0;
        for (auto const& route : routes_) {
            count += route.requests(status);
        }
        if (count > 0) {
            summary.statuses.push_back({static_cast<int>(status), count});
        }
    }
    summary.daily = days_.series();
    for (auto& [client, requests] : clients_.busiest(10)) {
        summary.clients.push_back({std::move(client), requests});
    }
    return summary;
}

} // namespace OUSAGE_NAMESPACE::ollama
