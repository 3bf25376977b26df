#include "example/ousage/watch/account_lines.hpp"

#include <ousage/format/text/bar.hpp>
#include <ousage/format/text/display_text.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/format/view/status_view.hpp>
#include <ousage/format/view/units.hpp>
#include <ousage/format/view_sections.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace ousage::program {

namespace {

constexpr std::size_t tail_columns_of_paths = 40; // the kind of a request says most of its path

void add_painted(StyledLines& lines, std::vector<std::string> const& painted_lines) {
    for (auto const& line : painted_lines) {
        lines.push_back(read_painted(line));
    }
}

void add_lines(StyledLines& lines, StyledLines const& more) {
    lines.insert(lines.end(), more.begin(), more.end());
}

std::string_view name_of(Sorting sorting) {
    switch (sorting) {
    case Sorting::server: return "";
    case Sorting::name: return "by name";
    case Sorting::size: return "by size";
    case Sorting::expiry: return "by time to unload";
    }
    return "";
}

// The label of a window in the section `Requests`.
std::string_view label_of(WindowChoice window) {
    switch (window) {
    case WindowChoice::all: return "";
    case WindowChoice::today: return "today";
    case WindowChoice::five_hours: return "5 h";
    case WindowChoice::one_day: return "24 h";
    case WindowChoice::seven_days: return "7 d";
    }
    return "";
}

std::string
note_of(ViewSection const& section, WatchState const& state, HistoryCharts const& charts) {
    if (section.title == "History") {
        return charts.days_from;
    }
    if ((section.title != "Loaded" && section.title != "Models") ||
        state.sorting == Sorting::server) {
        return section.note;
    }
    auto const separator = section.note.empty() ? "" : ", ";
    return std::string(name_of(state.sorting)) + separator + section.note;
}

// Returns whether a row is one of `HistoryCharts::days`.
bool is_in_history(HistoryRow const& row) {
    return row.label == "requests" || row.label == "output tokens" || row.label == "input tokens";
}

std::string hour_text(std::chrono::seconds since_midnight) {
    return fmt::format(
        "{:02}:00", std::chrono::duration_cast<std::chrono::hours>(since_midnight) %
                        std::chrono::hours(24) / std::chrono::hours(1));
}

// The hours of the day at the ends of the last 24 hours, local.
std::pair<std::string, std::string> ends_of_day(Timestamp const& now) {
    auto const local = now.at.time_since_epoch() + std::chrono::seconds(now.offset_seconds);
    return {hour_text(local - std::chrono::hours(23)), hour_text(local)};
}

std::string maximum_of(std::vector<std::uint64_t> const& values) {
    return count_text(*std::max_element(values.begin(), values.end())) + " max";
}

// The line of the last 24 hours in the section `Requests`.
std::vector<std::string> sparkline_of(HistoryCharts const& charts, TextStyle const& style) {
    auto const& values = charts.hours;
    if (values.empty()) {
        return {};
    }
    auto cells = std::vector<Cell>{
        Cell{sparkline(values, TextStyle{style.width, false, style.unicode})},
        Cell{maximum_of(values), Role::dim}, Cell{charts.hours_from, Role::dim}};
    return flow_lines(Cell{"24 hours", Role::dim}, 8, cells, style);
}

Role role_of_status(int status) {
    return status >= 500 ? Role::warning : status >= 400 ? Role::notice : Role::plain;
}

std::string_view name_of(ollama::Route route) {
    switch (route) {
    case ollama::Route::chat: return "chat";
    case ollama::Route::generate: return "gen";
    case ollama::Route::embed: return "embed";
    case ollama::Route::other: break;
    }
    return "other";
}

// The time of a request, and the day if that is not today, both where the server is.
std::string time_of(TailEntry const& entry, std::chrono::sys_seconds now) {
    auto const local = entry.time + entry.offset;
    auto const day = std::chrono::floor<std::chrono::days>(local);
    auto const time = std::chrono::hh_mm_ss(local - day);
    if (day != std::chrono::floor<std::chrono::days>(now + entry.offset)) {
        auto const date = std::chrono::year_month_day(day);
        return fmt::format(
            "{:02}-{:02} {:02}:{:02}", static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count());
    }
    return fmt::format(
        "{:02}:{:02}:{:02}", time.hours().count(), time.minutes().count(), time.seconds().count());
}

double milliseconds_of(TailEntry const& entry) {
    return static_cast<double>(entry.latency_ns) / 1e6;
}

RequestRow const* chosen_row(View const& view, WatchState const& state) {
    auto const& rows = view.requests.rows;
    auto const label = state.window == WindowChoice::all ? "today" : label_of(state.window);
    auto const found = std::find_if(
        rows.begin(), rows.end(), [label](RequestRow const& row) { return row.window == label; });
    return found == rows.end() ? nullptr : &*found;
}

Role role_of(Severity severity) {
    return severity == Severity::warning  ? Role::warning
           : severity == Severity::notice ? Role::notice
                                          : Role::plain;
}

void add_value(std::vector<Cell>& cells, Field const& field, std::string_view unit) {
    if (!field.text.empty()) {
        cells.push_back(Cell{marked(field) + std::string(unit), role_of(field.severity)});
    }
}

std::vector<std::string>
compact_speed(WatchedAccount const& account, View const& view, TextStyle const& style) {
    auto cells = std::vector<Cell>{};
    auto const status = status_view(account.snapshot, view);
    if (!status.tok_s.empty()) {
        cells.push_back(Cell{status.tok_s + " tok/s"});
    }
    if (!status.gpu.empty()) {
        cells.push_back(Cell{"GPU " + status.gpu});
    }
    if (view.gpu.rows.size() == 1) {
        add_value(cells, view.gpu.rows[0].memory, "");
    }
    return cells.empty() ? std::vector<std::string>{} : flow_lines(Cell{}, 0, cells, style);
}

std::vector<std::string> compact_requests(RequestRow const& row, TextStyle const& style) {
    auto cells = std::vector<Cell>{};
    add_value(cells, row.all, " req");
    add_value(cells, row.http_4xx, " 4xx");
    add_value(cells, row.http_5xx, " 5xx");
    if (!row.p50.text.empty()) {
        cells.push_back(Cell{"p50 " + annotated(row.p50)});
        cells.push_back(Cell{"p95 " + annotated(row.p95)});
    }
    return flow_lines(Cell{row.window, Role::dim}, 5, cells, style);
}

std::vector<std::string> compact_quota(QuotaView const& view, TextStyle const& style) {
    static constexpr std::size_t bar_columns = 14;
    static constexpr std::string_view resets = "resets in ";
    auto grid = Grid{};
    grid.columns = {Column{}, Column{false, 2, 0}, Column{true, 0, 0}, Column{true, 1, 0}};
    for (auto const& row : view.rows) {
        auto const role = role_of(row.used.severity);
        auto text = row.amount.empty() ? row.resets : row.amount;
        text.erase(0, text.starts_with(resets) ? resets.size() : 0);
        auto cells = std::vector<Cell>{
            Cell{row.label},
            Cell{row.share ? bar(*row.share, bar_columns, style) : std::string{}, role},
            Cell{annotated(row.used), role}, Cell{std::move(text)}};
        auto const mark = row.used.severity == Severity::warning ? "!" : "";
        grid.rows.push_back(GridRow{mark, role, std::move(cells)});
    }
    return grid_lines(grid, style);
}

std::vector<std::string> compact_sources(SourceView const& view, TextStyle const& style) {
    auto cells = std::vector<Cell>{};
    for (auto const& row : view.rows) {
        if (!row.reason.empty()) {
            cells.push_back(Cell{row.name + " " + annotated(row.result), Role::dim});
        }
    }
    return cells.empty() ? std::vector<std::string>{} : flow_lines(Cell{}, 0, cells, style);
}

} // namespace

View chosen_view(WatchedAccount const& account, WatchState const& state) {
    auto snapshot = account.snapshot;
    sort_models(snapshot, state.sorting);
    auto view = make_view(snapshot, account.context);
    for (auto& row : view.history.rows) {
        auto const is_estimated = account.charts.days_estimated && is_in_history(row);
        for (auto* const field : {&row.maximum, &row.yesterday, &row.week}) {
            field->estimated = field->estimated || is_estimated;
        }
    }
    if (state.paused) {
        view.header.interval = "paused";
    }
    return view;
}

StyledLine section_rule(
    std::string const& title, std::string const& note, std::size_t width, DrawStyle const& style) {
    return read_painted(rule_line(title, note, style.text(width)));
}

StyledLines header_of(
    WatchedAccount const& account, View const& view, std::size_t width, DrawStyle const& style) {
    auto lines = StyledLines{};
    if (account.has_snapshot) {
        add_painted(lines, view_header_lines(view.header, style.text(width)));
        return lines;
    }
    auto const server = account.context.server.empty() ? "" : " at " + account.context.server;
    auto const text = "Ollama" + display_text(server) + ": first poll in progress";
    add_painted(lines, paragraph_lines(Cell{}, 0, Cell{text}, style.text(width)));
    return lines;
}

StyledLines sections_of(
    WatchedAccount const& account, View const& view, WatchState const& state, std::size_t width,
    DrawStyle const& style, bool with_history) {
    auto const text = style.text(width);
    auto shown = view;
    auto const* const row = chosen_row(view, state);
    if (state.window != WindowChoice::all && row != nullptr) {
        shown.requests.rows = {*row};
    }
    auto lines = StyledLines{};
    for (auto const& section : view_sections(shown, text)) {
        if (!with_history && section.title == "History") {
            continue;
        }
        lines.push_back(
            section_rule(section.title, note_of(section, state, account.charts), width, style));
        add_painted(lines, section.lines);
        if (section.title == "Requests") {
            add_painted(lines, sparkline_of(account.charts, text));
        }
    }
    return lines;
}

StyledLines charts_of(
    WatchedAccount const& account, View const& view, std::size_t limit, std::size_t width,
    DrawStyle const& style) {
    auto lines = StyledLines{};
    auto const& charts = account.charts;
    if (!charts.hours.empty()) {
        auto const [first, last] = ends_of_day(account.snapshot.timestamp);
        auto const labels = ChartLabels{maximum_of(charts.hours), first, last, charts.hours_from};
        lines.push_back(section_rule("History", "requests by hour", width, style));
        add_lines(lines, labelled_chart(charts.hours, labels, width, style.cells));
    }
    for (auto const& row : view.history.rows) {
        auto const origin = is_in_history(row) ? charts.days_from : std::string{};
        auto const labels =
            ChartLabels{annotated(row.maximum) + " max", row.first, row.last, origin};
        auto chart = labelled_chart(row.values, labels, width, style.cells);
        auto const zeros = std::count(row.values.begin(), row.values.end(), std::uint64_t{0});
        auto const is_series = row.values.size() > static_cast<std::size_t>(zeros) + 1;
        if (!chart.empty() && is_series && lines.size() + chart.size() < limit) {
            lines.push_back(section_rule("History", row.label + " by day", width, style));
            add_lines(lines, chart);
        }
    }
    return lines;
}

StyledLines tail_of(
    WatchedAccount const& account, std::size_t limit, std::size_t width, DrawStyle const& style) {
    auto lines = StyledLines{section_rule("Log", "newest first", width, style)};
    auto const text = style.text(width);
    auto const count = std::min(limit, account.tail.size());
    if (count == 0) {
        auto const sentence = Cell{"No request in the log yet", Role::dim};
        add_painted(lines, paragraph_lines(Cell{}, 0, sentence, text));
        return lines;
    }
    double longest = 0;
    for (std::size_t index = 0; index < count; ++index) {
        longest = std::max(longest, milliseconds_of(account.tail[index]));
    }
    auto const unit = time_unit(longest);
    auto const has_paths = width >= tail_columns_of_paths;
    auto grid = Grid{};
    grid.columns = {
        Column{true, 0, 0}, Column{false, 1, 0}, Column{true, 0, 0}, Column{true, 0, 0}};
    if (has_paths) {
        grid.columns.push_back(Column{false, 2, 8});
    }
    for (std::size_t index = 0; index < count; ++index) {
        auto const& entry = account.tail[index];
        auto const role = role_of_status(entry.status);
        auto cells = std::vector<Cell>{
            Cell{time_of(entry, account.snapshot.timestamp.at), Role::dim},
            Cell{std::string(name_of(entry.route))}, Cell{std::to_string(entry.status), role},
            Cell{duration_text(milliseconds_of(entry), unit)}};
        if (has_paths) {
            cells.push_back(Cell{display_text(entry.path)});
        }
        grid.rows.push_back(GridRow{entry.status >= 500 ? "!" : "", role, std::move(cells)});
    }
    add_painted(lines, grid_lines(grid, text));
    return lines;
}

StyledLines compact_of(
    WatchedAccount const& account, View const& view, WatchState const& state, std::size_t width,
    DrawStyle const& style) {
    auto const text = style.text(width);
    auto lines = StyledLines{};
    for (auto const& section : view_sections(view, text)) {
        if (section.title == "Loaded") {
            add_painted(lines, section.lines);
        }
    }
    add_painted(lines, compact_speed(account, view, text));
    if (auto const* const row = chosen_row(view, state)) {
        add_painted(lines, compact_requests(*row, text));
    }
    add_painted(lines, compact_quota(view.quota, text));
    add_painted(lines, compact_sources(view.sources, text));
    return lines;
}

} // namespace ousage::program
