#pragma once

#include <ousage/config.hpp>
#include <ousage/format/detail/view_cells.hpp>
#include <ousage/format/text/bar.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/format/text/text_width.hpp>
#include <ousage/format/view.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::detail {

using Lines = std::vector<std::string>;

inline constexpr std::size_t bar_width = 20;

inline void append(Lines& lines, Lines more) {
    std::move(more.begin(), more.end(), std::back_inserter(lines));
}

inline Lines loaded_lines(LoadedView const& view, TextStyle const& style) {
    if (view.rows.empty()) {
        auto const sentence = plain_cell(view.nothing);
        return view.nothing.empty() ? Lines{} : paragraph_lines(Cell{}, 0, sentence, style);
    }
    auto grid = Grid{};
    grid.columns = {left_column(0, 12), left_column(3),  right_column(1),
                    right_column(),     right_column(2), right_column()};
    for (auto const& row : view.rows) {
        auto split = row.gpu_share ? split_bar(*row.gpu_share, bar_width, style) : std::string{};
        auto const used = row_cell(row.processor);
        auto cells = std::vector<Cell>{plain_cell(row.name),    Cell{std::move(split), used.role},
                                       row_cell(row.size),      used,
                                       plain_cell(row.context), plain_cell(row.expires)};
        grid.rows.push_back(marked_row(row.processor.severity, std::move(cells)));
    }
    return grid_lines(grid, style);
}

inline Lines gpu_lines(GpuView const& view, TextStyle const& style) {
    auto grid = Grid{};
    grid.columns = {left_column(0, 16), left_column(5),  right_column(), right_column(),
                    right_column(2),    right_column(3), left_column(6)};
    for (auto const& row : view.rows) {
        auto busy = row.busy ? bar(*row.busy, bar_width, style) : std::string{};
        auto cells = std::vector<Cell>{plain_cell(row.name),      plain_cell(std::move(busy)),
                                       row_cell(row.utilization), row_cell(row.memory),
                                       row_cell(row.power),       row_cell(row.temperature),
                                       dim_cell(row.used_by)};
        grid.rows.push_back(marked_row(row.memory.severity, std::move(cells)));
    }
    return grid_lines(grid, style);
}

inline Lines token_lines(TokenView const& view, TextStyle const& style) {
    std::size_t width = 0;
    for (auto const& row : view.rows) {
        width = std::max(width, text_width(row.label));
    }
    auto lines = Lines{};
    for (auto const& row : view.rows) {
        auto values = std::vector<Cell>{};
        for (auto const& value : row.values) {
            values.push_back(marked_cell(value));
        }
        append(lines, flow_lines(dim_cell(row.label), width, values, style));
    }
    return lines;
}

inline Lines request_lines(RequestView const& view, TextStyle const& style) {
    auto lines = Lines{};
    if (!view.running.empty()) {
        auto values = std::vector<Cell>{};
        for (auto const& value : view.running) {
            values.push_back(marked_cell(value));
        }
        append(lines, flow_lines(dim_cell("now"), 5, values, style));
    }
    if (view.rows.empty()) {
        return lines;
    }
    auto grid = Grid{};
    grid.columns = {left_column(),   right_column(), right_column(4), right_column(5),
                    right_column(6), right_column(), right_column(),  right_column(1),
                    right_column(),  right_column(3)};
    auto heading = std::vector<Cell>{};
    auto has = [&view](Field RequestRow::* column) {
        return std::any_of(view.rows.begin(), view.rows.end(), [column](RequestRow const& row) {
            return !(row.*column).text.empty();
        });
    };
    static constexpr std::pair<char const*, Field RequestRow::*> columns[] = {
        {"all", &RequestRow::all},      {"chat", &RequestRow::chat},
        {"gen", &RequestRow::generate}, {"embed", &RequestRow::embed},
        {"4xx", &RequestRow::http_4xx}, {"5xx", &RequestRow::http_5xx},
        {"p50", &RequestRow::p50},      {"p95", &RequestRow::p95},
        {"p99", &RequestRow::p99},
    };
    heading.push_back(Cell{});
    for (auto const& [name, column] : columns) {
        heading.push_back(dim_cell(has(column) ? name : ""));
    }
    grid.rows.push_back(marked_row(Severity::ok, std::move(heading)));
    for (auto const& row : view.rows) {
        auto cells = std::vector<Cell>{dim_cell(row.window)};
        for (auto const& [name, column] : columns) {
            cells.push_back(marked_cell(row.*column));
        }
        grid.rows.push_back(marked_row(Severity::ok, std::move(cells)));
    }
    append(lines, grid_lines(grid, style));
    return lines;
}

inline Lines quota_lines(QuotaView const& view, TextStyle const& style) {
    auto grid = Grid{};
    grid.columns = {left_column(), left_column(2), right_column(), left_column(1)};
    for (auto const& row : view.rows) {
        auto share = row.share ? bar(*row.share, bar_width, style) : std::string{};
        auto const used = row_cell(row.used);
        auto cells = std::vector<Cell>{
            plain_cell(row.label), Cell{std::move(share), used.role}, used,
            plain_cell(row.amount.empty() ? row.resets : row.amount)};
        grid.rows.push_back(marked_row(row.used.severity, std::move(cells)));
    }
    return grid_lines(grid, style);
}

// A source without data is less important, unless it failed.
inline Cell source_cell(SourceRow const& row, std::string text) {
    auto const is_dim = row.result.severity == Severity::ok && !row.reason.empty();
    return Cell{std::move(text), is_dim ? Role::dim : role_of(row.result)};
}

inline Lines source_lines(SourceView const& view, TextStyle const& style) {
    auto all = std::vector<Cell>{};
    std::size_t width = 0;
    for (auto const& row : view.rows) {
        all.push_back(source_cell(row, row.name + " " + annotated(row.result)));
        width = std::max(width, row.reason.empty() ? 0 : text_width(row.name));
    }
    auto lines = all.empty() ? Lines{} : flow_lines(Cell{}, 0, all, style);
    for (auto const& row : view.rows) {
        if (!row.reason.empty()) {
            auto const name = source_cell(row, row.name);
            auto const reason = source_cell(row, row.reason);
            append(lines, paragraph_lines(name, width, reason, style));
        }
    }
    return lines;
}

inline Lines history_lines(HistoryView const& view, TextStyle const& style) {
    if (view.rows.empty()) {
        return {};
    }
    auto grid = Grid{};
    grid.columns = {left_column(),  right_column(1), right_column(3),
                    right_column(), right_column(),  left_column(2)};
    auto heading = std::vector<Cell>{
        Cell{}, Cell{}, dim_cell("max"), dim_cell("yesterday"), dim_cell("7 d"), dim_cell("days")};
    grid.rows.push_back(marked_row(Severity::ok, std::move(heading)));
    for (auto const& row : view.rows) {
        auto const days = row.values.size() > 1 ? row.first + " to " + row.last : row.last;
        auto cells =
            std::vector<Cell>{dim_cell(row.label),      plain_cell(sparkline(row.values, style)),
                              marked_cell(row.maximum), marked_cell(row.yesterday),
                              marked_cell(row.week),    dim_cell(days)};
        grid.rows.push_back(marked_row(Severity::ok, std::move(cells)));
    }
    return grid_lines(grid, style);
}

inline Lines model_lines(ModelView const& view, TextStyle const& style) {
    auto grid = Grid{};
    grid.columns = {left_column(0, 16), right_column(), right_column(3), left_column(4),
                    right_column(2),    left_column(6), right_column(5)};
    for (auto const& row : view.rows) {
        auto cells = std::vector<Cell>{plain_cell(row.name),       row_cell(row.size),
                                       plain_cell(row.parameters), plain_cell(row.quantization),
                                       plain_cell(row.context),    dim_cell(row.capabilities),
                                       dim_cell(row.modified)};
        grid.rows.push_back(marked_row(Severity::ok, std::move(cells)));
    }
    auto lines = grid_lines(grid, style);
    if (!view.more.empty()) {
        append(lines, paragraph_lines(Cell{}, 0, dim_cell(view.more), style));
    }
    return lines;
}

} // namespace OUSAGE_NAMESPACE::detail
