#include "example/ousage/watch/screen.hpp"

#include <ousage/format/status_line.hpp>
#include <ousage/format/text/display_text.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/format/text/text_width.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::program {

namespace {

constexpr std::size_t least_columns = 40;
constexpr std::size_t least_rows = 12;
constexpr std::size_t full_columns = 60; // narrower or lower screens are compact
constexpr std::size_t full_rows = 20;
constexpr std::size_t left_columns = 80; // of two columns
constexpr std::size_t two_columns = 120;
constexpr std::size_t card_columns = 70;
constexpr std::size_t cards_columns = 140;

struct KeyHelp {
    char const* key;
    char const* short_text; // in the footer; empty: only in the help
    char const* text;
};

constexpr KeyHelp key_help[] = {
    {"q", "quit", "quit; Ctrl-C too"},
    {"?", "help", "show or hide this help"},
    {"t", "window", "window of the requests: all, today, 5 h, 24 h, 7 d"},
    {"s", "sort", "order of the models: the server's, name, size, time to unload"},
    {"l", "log", "show or hide the requests of the log"},
    {"r", "refresh", "request everything now"},
    {"p", "pause", "keep this view; nothing is requested"},
    {"Tab", "account", "next account; Shift-Tab the one before, 1 to 9 or a click that one"},
    {"j k", "", "scroll; so do the arrows, PgUp, PgDn, Home, End and the wheel"},
    {"Esc", "", "back to the sections"},
    {"Ctrl-Z", "", "suspend; fg continues"},
};

StyledLine footer(std::size_t columns, bool has_accounts, Screen const& screen, bool is_compact) {
    auto line = StyledLine{};
    std::size_t shown = 0;
    for (auto const& [key, text, help] : key_help) {
        auto const is_left_out =
            (is_compact && shown == 2) || (key == std::string_view("Tab") && !has_accounts);
        if (*text == '\0' || is_left_out) {
            continue;
        }
        line.push_back(Span{(shown == 0 ? " " : "  ") + std::string(key), Role::accent});
        line.push_back(Span{" " + std::string(text), Role::dim});
        ++shown;
    }
    if (screen.max_scroll > 0) {
        auto const more = std::to_string(screen.max_scroll) + " more ";
        auto const used = width_of(line);
        if (used + 2 + more.size() <= columns) {
            line.push_back(Span{std::string(columns - used - more.size(), ' ') + more, Role::dim});
        }
    }
    return line;
}

StyledLines help_lines(std::size_t width, DrawStyle const& style) {
    auto lines = StyledLines{section_rule("Help", "", width, style)};
    for (auto const& [key, short_text, text] : key_help) {
        auto const cell = Cell{key, Role::accent};
        for (auto const& line : paragraph_lines(cell, 6, Cell{text}, style.text(width))) {
            lines.push_back(read_painted(line));
        }
    }
    auto const marks = std::vector<Cell>{
        Cell{"! needs attention", Role::dim}, Cell{"~ estimate", Role::dim},
        Cell{"? age of a stale value", Role::dim},
        Cell{"log, stored: where the values of a chart come from", Role::dim}};
    for (auto const& line : flow_lines(Cell{}, 0, marks, style.text(width))) {
        lines.push_back(read_painted(line));
    }
    return lines;
}

// The mark of an account in its tab.
Span mark_of(WatchedAccount const& account, bool is_unicode) {
    if (!account.has_snapshot) {
        return Span{is_unicode ? "○" : "-", Role::dim};
    }
    auto const view = make_view(account.snapshot, account.context);
    auto const is_down =
        view.header.state == ServerState::down || view.header.state == ServerState::forbidden;
    if (is_down) {
        return Span{is_unicode ? "×" : "x", Role::warning};
    }
    auto const severity = severity_of(view);
    if (severity == Severity::warning) {
        return Span{"!", Role::warning};
    }
    return Span{is_unicode ? "●" : "*", severity == Severity::notice ? Role::notice : Role::ok};
}

// The first account whose tab is shown, so that the selected one fits.
std::size_t first_tab(
    std::span<WatchedAccount const> accounts, std::size_t selected, std::size_t columns,
    std::size_t width) {
    auto first = selected;
    std::size_t used = width;
    while (first > 0) {
        used += text_width(display_text(accounts[first - 1].id)) + 4;
        if (used > columns) {
            break;
        }
        --first;
    }
    return first;
}

StyledLine tabs(
    std::span<WatchedAccount const> accounts, std::size_t selected, std::size_t columns,
    DrawStyle const& style, std::vector<ClickArea>& areas) {
    auto line = StyledLine{};
    auto const name_of = [&style](WatchedAccount const& account) {
        return encoded(display_text(account.id), style.text(80));
    };
    auto const own = text_width(name_of(accounts[selected])) + 4;
    std::size_t column = 1;
    line.push_back(Span{" "});
    for (auto index = first_tab(accounts, selected, columns, own); index < accounts.size();
         ++index) {
        auto const name = name_of(accounts[index]);
        auto const width = text_width(name) + 2;
        if (column + width > columns) {
            break;
        }
        line.push_back(mark_of(accounts[index], style.unicode));
        line.push_back(Span{" "});
        line.push_back(
            Span{name, index == selected ? Role::accent : Role::plain, index == selected});
        line.push_back(Span{"  "});
        areas.push_back(ClickArea{0, 0, column, column + width - 1, index});
        column += width + 2;
    }
    return line;
}

// Joins columns of lines. Each is as wide as its width, with a space between them.
StyledLines beside(std::vector<std::pair<StyledLines, std::size_t>> const& columns) {
    std::size_t rows = 0;
    for (auto const& [lines, width] : columns) {
        rows = std::max(rows, lines.size());
    }
    auto joined = StyledLines(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t index = 0; index < columns.size(); ++index) {
            auto const& [lines, width] = columns[index];
            if (index > 0) {
                joined[row].push_back(Span{" "});
            }
            append(joined[row], fitted(row < lines.size() ? lines[row] : StyledLine{}, width));
        }
    }
    return joined;
}

void add(StyledLines& lines, StyledLines const& more) {
    lines.insert(lines.end(), more.begin(), more.end());
}

// What a screen is drawn from.
struct Drawing {
    std::span<WatchedAccount const> accounts;
    WatchState const& state;
    ScreenSize size;
    DrawStyle const& style;

    std::size_t selected() const { return std::min(state.account, accounts.size() - 1); }

    bool is_compact() const { return size.columns < full_columns || size.rows < full_rows; }
};

StyledLines one_account(Drawing const& drawing, WatchedAccount const& account, View const& view) {
    auto const& [accounts, state, size, style] = drawing;
    if (!account.has_snapshot) {
        return {};
    }
    if (state.log) {
        return tail_of(account, RequestTail::kept_entries, size.columns, style);
    }
    if (drawing.is_compact()) {
        return compact_of(account, view, state, size.columns, style);
    }
    if (size.columns < two_columns) {
        return sections_of(account, view, state, size.columns, style, true);
    }
    auto const left = std::max(left_columns, size.columns / 2);
    auto const right = size.columns - left - 1;
    auto const sections = sections_of(account, view, state, left, style, false);
    auto const height = std::max(size.rows, sections.size());
    auto second = charts_of(account, view, height * 3 / 5, right, style); // the rest is the log
    auto const room = height > second.size() + 5 ? height - second.size() - 5 : 3;
    add(second, tail_of(account, room, right, style));
    return beside({{sections, left}, {second, right}});
}

// Cuts the lines to the rows between `above` and the footer, as the state has scrolled them.
Screen
scrolled(Drawing const& drawing, StyledLines above, StyledLines const& content, Screen screen) {
    auto const& [columns, rows] = drawing.size;
    auto const used = above.size() + 1;
    screen.page = rows > used ? rows - used : 1;
    screen.max_scroll = content.size() > screen.page ? content.size() - screen.page : 0;
    auto const begin = std::min(drawing.state.scroll, screen.max_scroll);
    auto const end = std::min(content.size(), begin + screen.page);
    auto lines = std::move(above);
    for (auto index = begin; index < end; ++index) {
        lines.push_back(content[index]);
    }
    lines.resize(rows - 1);
    // The footer counts the lines below.
    auto below = screen;
    below.max_scroll -= begin;
    lines.push_back(footer(columns, drawing.accounts.size() > 1, below, drawing.is_compact()));
    for (auto& line : lines) {
        line = fitted(line, columns);
    }
    screen.lines = std::move(lines);
    return screen;
}

// Adds why the history is not stored. All accounts share a database, so one line is enough.
void add_history_failure(StyledLines& lines, Drawing const& drawing) {
    auto const columns = drawing.size.columns;
    for (auto const& account : drawing.accounts) {
        if (!account.history_failure.empty()) {
            auto const text = drawing.style.text(columns);
            auto const shown = cut_middle(
                encoded(display_text("history: " + account.history_failure), text), columns - 4,
                drawing.style.unicode ? "…" : "...");
            lines.push_back({Span{" ! " + shown, Role::warning}});
            return;
        }
    }
}

// One card for each account, as many as fit, the selected one among them.
Screen cards(Drawing const& drawing) {
    auto const& [accounts, state, size, style] = drawing;
    auto const count = std::min(accounts.size(), size.columns / card_columns);
    auto const first = drawing.selected() / count * count;
    auto const shown = std::min(count, accounts.size() - first);
    auto const width = (size.columns - (count - 1)) / count;
    auto columns = std::vector<std::pair<StyledLines, std::size_t>>{};
    auto screen = Screen{};
    auto above = StyledLines{};
    above.push_back(tabs(accounts, drawing.selected(), size.columns, style, screen.areas));
    add_history_failure(above, drawing);
    for (auto index = first; index < first + shown; ++index) {
        auto const& account = accounts[index];
        auto const view = chosen_view(account, state);
        auto lines = header_of(account, view, width, style);
        if (account.has_snapshot) {
            add(lines, state.log ? tail_of(account, size.rows, width, style)
                                 : sections_of(account, view, state, width, style, true));
        }
        auto const column = (index - first) * (width + 1);
        screen.areas.push_back(
            ClickArea{above.size(), size.rows - 2, column, column + width - 1, index});
        columns.emplace_back(std::move(lines), width);
    }
    return scrolled(drawing, std::move(above), beside(columns), std::move(screen));
}

// The status line alone.
Screen smallest(Drawing const& drawing, WatchedAccount const& account, View const& view) {
    auto text = std::string("Ollama: first poll in progress");
    if (account.has_snapshot) {
        text = status_line(status_view(account.snapshot, view), view, StatusFormat::plain);
        text.erase(std::min(text.find('\n'), text.size()));
    }
    auto screen = Screen{};
    screen.lines.resize(drawing.size.rows);
    if (!screen.lines.empty()) {
        auto const style = drawing.style.text(drawing.size.columns);
        screen.lines[0].push_back(Span{encoded(text, style)});
    }
    for (auto& line : screen.lines) {
        line = fitted(line, drawing.size.columns);
    }
    return screen;
}

} // namespace

std::size_t Screen::account_at(std::size_t row, std::size_t column) const {
    for (auto const& area : areas) {
        if (row >= area.first_row && row <= area.last_row && column >= area.first_column &&
            column <= area.last_column) {
            return area.account;
        }
    }
    return Input::no_account;
}

Screen draw_screen(
    std::span<WatchedAccount const> accounts, WatchState const& state, ScreenSize size,
    DrawStyle const& style) {
    auto const drawing = Drawing{accounts, state, size, style};
    auto const& account = accounts[drawing.selected()];
    if (size.columns < least_columns || size.rows < least_rows) {
        auto const view = chosen_view(account, state);
        return smallest(drawing, account, view);
    }
    if (accounts.size() > 1 && size.columns >= cards_columns && !state.help) {
        return cards(drawing);
    }
    auto const view = chosen_view(account, state);
    auto screen = Screen{};
    auto above = StyledLines{};
    if (accounts.size() > 1) {
        above.push_back(tabs(accounts, drawing.selected(), size.columns, style, screen.areas));
    }
    add(above, header_of(account, view, size.columns, style));
    add_history_failure(above, drawing);
    above.resize(std::min(above.size(), size.rows - 2));
    auto const content =
        state.help ? help_lines(size.columns, style) : one_account(drawing, account, view);
    return scrolled(drawing, std::move(above), content, std::move(screen));
}

} // namespace ousage::program
