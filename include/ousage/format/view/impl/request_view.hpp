#pragma once

#include <ousage/format/text/display_text.hpp>
#include <ousage/format/view/detail/speed_text.hpp>
#include <ousage/format/view/request_view.hpp>
#include <ousage/format/view/units.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline constexpr double many_errors = 0.05;

inline Field count_field(std::optional<std::uint64_t> const& count) {
    return count ? make_field(count_text(*count)) : Field{};
}

// Many errors are a warning, in the fields that are not 0.
inline Field error_field(std::optional<std::uint64_t> const& count, bool are_many) {
    auto field = count_field(count);
    field.severity = are_many && count.value_or(0) > 0 ? Severity::warning : Severity::ok;
    return field;
}

inline bool has_many_errors(ollama::RequestStatistics const& window) {
    auto const failed = window.http_4xx.value_or(0) + window.http_5xx.value_or(0);
    return static_cast<double>(failed) >
           many_errors * static_cast<double>(window.requests.value_or(0));
}

// Sets the percentiles of a column, in the unit of its largest value.
inline void set_latencies(
    std::vector<RequestRow>& rows, std::vector<std::optional<double>> const& values,
    Field RequestRow::* column) {
    auto largest = 0.0;
    for (auto const& value : values) {
        largest = std::max(largest, value.value_or(0));
    }
    auto const unit = time_unit(largest);
    for (std::size_t index = 0; index < rows.size(); ++index) {
        if (values[index]) {
            rows[index].*column = make_field(duration_text(*values[index], unit));
        }
    }
}

// Requests that engines are answering now. Only queried slots give tokens.
inline std::vector<Field> running_values(std::vector<ollama::Runner> const& runners) {
    auto values = std::vector<Field>{};
    for (auto const& runner : runners) {
        if (runner.active_requests.value_or(0) == 0) {
            continue;
        }
        auto const model = runner.model ? display_text(*runner.model) : "unknown model";
        auto text = model + ": " + count_text(*runner.active_requests) + " running";
        if (runner.output_tokens) {
            text += ", out " + count_text(*runner.output_tokens) +
                    speed_text(runner.output_tokens_per_second);
        }
        values.push_back(make_field(std::move(text)));
    }
    return values;
}

} // namespace detail

OUSAGE_DECL RequestView request_view(ollama::Snapshot const& snapshot) {
    auto view = RequestView{};
    view.running = detail::running_values(snapshot.runners);
    auto const& windows = snapshot.metrics.requests;
    auto p50 = std::vector<std::optional<double>>{};
    auto p95 = std::vector<std::optional<double>>{};
    auto p99 = std::vector<std::optional<double>>{};
    auto const add = [&](char const* name, ollama::RequestStatistics const& window) {
        if (!window.requests) {
            return;
        }
        auto const are_many = detail::has_many_errors(window);
        auto& row = view.rows.emplace_back();
        row.window = name;
        row.all = detail::count_field(window.requests);
        row.chat = detail::count_field(window.chat_requests);
        row.generate = detail::count_field(window.generate_requests);
        row.embed = detail::count_field(window.embed_requests);
        row.http_4xx = detail::error_field(window.http_4xx, are_many);
        row.http_5xx = detail::error_field(window.http_5xx, are_many);
        p50.push_back(window.p50_latency_ms);
        p95.push_back(window.p95_latency_ms);
        p99.push_back(window.p99_latency_ms);
    };
    add("today", windows.today);
    add("5 h", windows.five_hours);
    add("24 h", windows.one_day);
    add("7 d", windows.seven_days);
    detail::set_latencies(view.rows, p50, &RequestRow::p50);
    detail::set_latencies(view.rows, p95, &RequestRow::p95);
    detail::set_latencies(view.rows, p99, &RequestRow::p99);
    if (snapshot.attributes.requests_from == "desktop_db") {
        view.from = "from the app";
    }
    return view;
}

} // namespace OUSAGE_NAMESPACE
