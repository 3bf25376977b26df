#pragma once

#include <ousage/format/text/display_text.hpp>
#include <ousage/format/view/detail/source_report_of.hpp>
#include <ousage/format/view/status_view.hpp>
#include <ousage/format/view/units.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline std::string loaded_text(View const& view) {
    if (view.header.state == ServerState::down) {
        return "Ollama down";
    }
    if (view.header.state == ServerState::forbidden) {
        return "Ollama: credentials needed";
    }
    auto const& rows = view.loaded.rows;
    if (rows.empty()) {
        return view.loaded.nothing.empty() ? view.header.title : "idle";
    }
    return rows.front().name + (rows.size() > 1 ? " +" + std::to_string(rows.size() - 1) : "");
}

inline std::string optional_count(std::optional<std::uint64_t> const& count) {
    return count ? count_text(*count) : std::string{};
}

// A speed of ten tokens or more per second has no decimals, so that the line is short.
inline std::string short_rate(std::optional<double> const& rate) {
    if (!rate) {
        return {};
    }
    if (*rate >= 9.95 && *rate < 999.5) {
        return count_text(static_cast<std::uint64_t>(std::lround(*rate)));
    }
    return rate_text(*rate);
}

inline std::string used_of(QuotaView const& quota, std::string_view label) {
    auto const found =
        std::find_if(quota.rows.begin(), quota.rows.end(), [label](QuotaRow const& row) {
            return row.label == label;
        });
    return found == quota.rows.end() ? std::string{} : annotated(found->used);
}

inline void set_vram(ollama::Metrics const& metrics, StatusView& into) {
    auto const& used = metrics.server.loaded_vram_bytes;
    if (!used) {
        return;
    }
    into.vram = bytes_text(static_cast<double>(*used));
    auto const total = static_cast<double>(metrics.gpu.gpu_memory_total_bytes.value_or(0));
    if (total > 0) {
        into.vram_share = std::clamp(static_cast<double>(*used) / total, 0.0, 1.0);
    }
}

// A status line has short deadlines: a source that is always late must not colour it forever. It
// sends nothing to the cloud: that no response is stored needs no attention.
inline Severity status_severity(ollama::Snapshot const& snapshot, View view) {
    auto const* const cloud = source_report_of(snapshot, "cloud");
    if (snapshot.status == ollama::Status::UNKNOWN && cloud != nullptr &&
        cloud->state == State::skipped) {
        view.header.status.severity = Severity::ok;
    }
    if (is_late(snapshot, "local_api")) {
        view.header.sentence.severity = Severity::ok;
    }
    std::erase_if(view.sources.rows, [](SourceRow const& row) { return row.is_late; });
    return severity_of(view);
}

} // namespace detail

OUSAGE_DECL StatusView status_view(ollama::Snapshot const& snapshot, View const& view) {
    auto status = StatusView{};
    auto const& metrics = snapshot.metrics;
    auto const& today = metrics.requests.today;
    status.state = view.header.state;
    status.severity = detail::status_severity(snapshot, view);
    status.loaded = detail::loaded_text(view);
    if (!view.loaded.rows.empty()) {
        detail::set_vram(metrics, status);
    }
    if (metrics.gpu.gpu_utilization_percent) {
        status.gpu = percent_text(*metrics.gpu.gpu_utilization_percent);
    }
    status.running = detail::optional_count(metrics.runner.active_requests);
    status.tok_s = detail::short_rate(metrics.engine.today.output_tokens_per_second);
    status.tokens_today = detail::optional_count(metrics.engine.today.output_tokens);
    status.req_today = detail::optional_count(today.requests);
    status.req_5h = detail::optional_count(metrics.requests.five_hours.requests);
    if (today.http_4xx && today.http_5xx) {
        status.errors_today = count_text(*today.http_4xx + *today.http_5xx);
    }
    status.quota_5h = detail::used_of(view.quota, "5 h");
    status.quota_week = detail::used_of(view.quota, "week");
    status.version = display_text(snapshot.attributes.cli_version.value_or(""));
    return status;
}

} // namespace OUSAGE_NAMESPACE
