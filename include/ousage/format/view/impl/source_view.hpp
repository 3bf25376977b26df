#pragma once

#include <ousage/core/enum_name.hpp>
#include <ousage/format/text/display_text.hpp>
#include <ousage/format/view/detail/source_age.hpp>
#include <ousage/format/view/detail/source_report_of.hpp>
#include <ousage/format/view/source_view.hpp>
#include <ousage/format/view/units.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

// A duration, also of a source that failed in part, else the state.
inline Field result_field(SourceReport const& report) {
    switch (report.state) {
    case State::ok: return make_field(duration_text(report.elapsed_ms));
    case State::partial:
        return make_field(duration_text(report.elapsed_ms) + ", partial", Severity::notice);
    case State::timeout:
    case State::error: return make_field(std::string(enum_name(report.state)), Severity::notice);
    case State::absent:
    case State::skipped: break;
    }
    return make_field(std::string(enum_name(report.state)));
}

} // namespace detail

OUSAGE_DECL std::string short_source_name(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"local_api", "api"},
        {"server_log", "log"},
        {"desktop_db", "desktop"},
        {"server_config", "config"},
    };
    for (auto const& [full, brief] : names) {
        if (full == name) {
            return std::string(brief);
        }
    }
    return display_text(name);
}

OUSAGE_DECL bool is_late(ollama::Snapshot const& snapshot, std::string_view source) {
    auto const* const report = detail::source_report_of(snapshot, source);
    auto const prefix = std::string(source) + "_";
    return (report != nullptr && report->state == State::timeout) ||
           std::any_of(
               snapshot.diagnostics.begin(), snapshot.diagnostics.end(),
               [&prefix](auto const& diagnostic) {
                   return diagnostic.first.starts_with(prefix) &&
                          diagnostic.first.ends_with("_timeout");
               });
}

OUSAGE_DECL SourceView source_view(ollama::Snapshot const& snapshot, ViewContext const& context) {
    auto view = SourceView{};
    for (auto const& report : snapshot.sources) {
        auto& row = view.rows.emplace_back();
        row.name = short_source_name(report.name);
        row.result = detail::result_field(report);
        row.result.age = detail::stale_age(snapshot, context, report.name);
        row.reason = display_text(report.error.value_or(""));
        row.is_late = is_late(snapshot, report.name);
        auto const is_stalled = report.name == "server_log" && context.log_stalled;
        if (is_stalled && detail::has_responded(report.state)) {
            row.reason += row.reason.empty() ? "" : "; ";
            row.reason += "the log does not grow although a model answers requests";
        }
        if (is_stalled || !row.result.age.empty()) {
            row.result.severity = worse(row.result.severity, Severity::notice);
        }
    }
    return view;
}

} // namespace OUSAGE_NAMESPACE
