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

inline std::optional<std::uint64_t>
count_in(std::optional<Happenings> const& happenings, Span span) {
    return happenings ? std::optional(happenings->recent.sum(span)[0]) : std::nullopt;
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
inline void tell_windows(DesktopFacts const& facts, std::chrono::sys_seconds now, DesktopDb& into) {
    auto const spans = spans_of(now, facts.calendar);
    auto& activity = into.desktop_activity;
    auto& requests = into.requests;
    auto const tell = [&](DesktopActivity& of, RequestStatistics& asked, Span span) {
        of = activity_in(facts, span);
        asked.requests = of.user_messages;
    };
    tell(activity.today, requests.today, spans[0]);
    tell(activity.five_hours, requests.five_hours, spans[1]);
    tell(activity.one_day, requests.one_day, spans[2]);
    tell(activity.seven_days, requests.seven_days, spans[3]);
    static constexpr std::array<char const*, 4> names{"today", "5h", "1d", "7d"};
    for (auto const& [name, model] : facts.models) {
        for (std::size_t index = 0; index < spans.size(); ++index) {
            add_usage(name, model, names[index], model.recent.sum(spans[index]), into);
        }
        add_usage(name, model, "all", model.all, into);
    }
}

// Fills in the series that end at the day of `now`.
inline void tell_series(DesktopFacts const& facts, std::chrono::sys_seconds now, DesktopDb& into) {
    auto const today = std::chrono::sys_days(facts.calendar.date(now));
    auto& all = into.daily_series;
    auto const tell = [&](std::string name, DayCounts const& days) {
        if (auto series = days.series(today); !series.empty()) {
            all.insert_or_assign(std::move(name), std::move(series));
        }
    };
    auto const tell_kind = [&](char const* name, std::optional<Happenings> const& kind) {
        if (kind) {
            tell(name, kind->days);
        }
    };
    tell_kind("sessions", facts.sessions);
    tell_kind("messages", facts.messages);
    tell_kind("requests", facts.user_messages);
    tell_kind("requests_user", facts.user_messages);
    tell_kind("tool_calls", facts.tool_calls);
    tell_kind("tokens", facts.tokens);
    if (facts.requests_local && facts.requests_cloud) {
        tell("requests_local", *facts.requests_local);
        tell("requests_cloud", *facts.requests_cloud);
    }
    for (auto const& [name, model] : facts.models) {
        if (!facts.with_model_series) {
            break;
        }
        tell("requests_model_" + name, model.requests);
        tell("tokens_model_" + name, model.tokens);
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
