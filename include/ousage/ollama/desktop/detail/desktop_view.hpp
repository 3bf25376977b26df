#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/desktop/desktop_db_part.hpp>
#include <ousage/ollama/desktop/detail/desktop_facts.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The spans, in the order of `Windows`.
inline std::array<Span, 4> spans_of(std::chrono::sys_seconds now, Calendar const& calendar) {
    using namespace std::chrono_literals;
    auto const midnight = Moment(calendar.midnight(now)) - 1ns;
    return {
        Span{midnight, now}, Span{now - 5h, now}, Span{now - 24h, now},
        Span{now - std::chrono::days(7), now}};
}

inline std::optional<std::uint64_t> count_in(std::optional<EventCounts> const& events, Span span) {
    return events ? std::optional(events->recent.sum(span)[0]) : std::nullopt;
}

inline DesktopActivity activity_in(DesktopFacts const& facts, Span span) {
    return {count_in(facts.sessions, span),      count_in(facts.messages, span),
            count_in(facts.user_messages, span), count_in(facts.tool_calls, span),
            count_in(facts.attachments, span),   count_in(facts.tokens, span)};
}

inline void add_usage(
    std::string const& name, ModelAnswers const& model, char const* window,
    Timeline<5>::Amounts const& amounts, DesktopDb& into) {
    if (amounts[request_amount] == 0) {
        return;
    }
    auto usage = ModelUsage{};
    usage.model = name;
    usage.location = model.cloud ? Location::cloud : Location::local;
    usage.window = window;
    usage.requests = amounts[request_amount];
    usage.input_tokens = amounts[input_amount];
    usage.output_tokens = amounts[output_amount];
    usage.total_tokens = usage.input_tokens + usage.output_tokens;
    if (amounts[4] > 0) {
        usage.thinking_seconds = static_cast<double>(amounts[thinking_amount]) / 1e9;
    }
    into.model_usage.push_back(std::move(usage));
}

// Fills in the windows that end at `now`, which must not be before the reading.
inline void fill_windows(DesktopFacts const& facts, std::chrono::sys_seconds now, DesktopDb& into) {
    auto const spans = spans_of(now, facts.calendar);
    auto& activity = into.desktop_activity;
    auto& requests = into.requests;
    auto const fill = [&](DesktopActivity& counts, RequestStatistics& statistics, Span span) {
        counts = activity_in(facts, span);
        statistics.requests = counts.user_messages;
    };
    fill(activity.today, requests.today, spans[0]);
    fill(activity.five_hours, requests.five_hours, spans[1]);
    fill(activity.one_day, requests.one_day, spans[2]);
    fill(activity.seven_days, requests.seven_days, spans[3]);
    static constexpr std::array<char const*, 4> names{"today", "5h", "1d", "7d"};
    for (auto const& [name, model] : facts.models) {
        for (std::size_t index = 0; index < spans.size(); ++index) {
            add_usage(name, model, names[index], model.recent.sum(spans[index]), into);
        }
        add_usage(name, model, "all", model.all, into);
    }
}

// Fills in the series that end at the day of `now`.
inline void fill_series(DesktopFacts const& facts, std::chrono::sys_seconds now, DesktopDb& into) {
    auto const today = std::chrono::sys_days(facts.calendar.date(now));
    auto& all = into.daily_series;
    auto const add = [&](std::string name, DayCounts const& days) {
        if (auto series = days.series(today); !series.empty()) {
            all.insert_or_assign(std::move(name), std::move(series));
        }
    };
    auto const add_events = [&](char const* name, std::optional<EventCounts> const& events) {
        if (events) {
            add(name, events->days);
        }
    };
    add_events("sessions", facts.sessions);
    add_events("messages", facts.messages);
    add_events("requests", facts.user_messages);
    add_events("requests_user", facts.user_messages);
    add_events("tool_calls", facts.tool_calls);
    add_events("tokens", facts.tokens);
    if (facts.requests_local && facts.requests_cloud) {
        add("requests_local", *facts.requests_local);
        add("requests_cloud", *facts.requests_cloud);
    }
    for (auto const& [name, model] : facts.models) {
        if (!facts.with_model_series) {
            break;
        }
        add("requests_model_" + name, model.requests);
        add("tokens_model_" + name, model.tokens);
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
