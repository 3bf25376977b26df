#include "example/ousage/watch/curses_terminal.hpp"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstring>
#include <stdexcept>

// The macros `move`, `erase` and others would replace names of C++.
#define NCURSES_NOMACROS 1
#include <curses.h>

namespace ousage::program {

namespace {

// The colour pairs of the roles, in the order of `Role`. Pair 0 has the default colours.
constexpr short colours[] = {-1, -1, COLOR_GREEN, COLOR_YELLOW, COLOR_RED, COLOR_CYAN};

// Characters are encoded in UTF-8, even if the locale of the environment is not installed.
bool set_character_encoding() {
    if (std::setlocale(LC_CTYPE, "") == nullptr) {
        std::setlocale(LC_CTYPE, "C.UTF-8");
    }
    return std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
}

attr_t attributes_of(Span const& span, bool has_colour) {
    auto attributes = static_cast<attr_t>(span.reverse ? A_REVERSE : A_NORMAL);
    auto const pair = static_cast<short>(span.role);
    if (span.role == Role::dim) {
        attributes |= A_DIM;
    } else if (has_colour && colours[pair] >= 0) {
        attributes |= static_cast<attr_t>(COLOR_PAIR(pair));
    } else if (span.role == Role::warning || span.role == Role::accent) {
        attributes |= A_BOLD;
    }
    return attributes;
}

Key key_of(int code) {
    switch (code) {
    case KEY_UP: return Key::up;
    case KEY_DOWN: return Key::down;
    case KEY_PPAGE: return Key::page_up;
    case KEY_NPAGE: return Key::page_down;
    case KEY_HOME: return Key::home;
    case KEY_END: return Key::end;
    case '\t': return Key::tab;
    case KEY_BTAB: return Key::back_tab;
    case 27: return Key::escape;
    default: break;
    }
    return code >= ' ' && code <= '~' ? Key::character : Key::none;
}

Input mouse_input(Screen const& screen) {
    static constexpr int wheel_lines = 3;
    auto input = Input{};
    auto event = MEVENT{};
    if (::getmouse(&event) != OK) {
        return input;
    }
    if ((event.bstate & BUTTON4_PRESSED) != 0) {
        input.wheel = -wheel_lines;
    } else if ((event.bstate & BUTTON5_PRESSED) != 0) {
        input.wheel = wheel_lines;
    } else if (event.x >= 0 && event.y >= 0) {
        input.clicked =
            screen.account_at(static_cast<std::size_t>(event.y), static_cast<std::size_t>(event.x));
    }
    return input;
}

} // namespace

struct CursesScreen {
    SCREEN* screen = nullptr;
};

CursesTerminal::CursesTerminal(bool use_colour)
    : is_unicode_(set_character_encoding()), screen_(std::make_unique<CursesScreen>()) {
    screen_->screen = ::newterm(nullptr, stdout, stdin);
    if (screen_->screen == nullptr) {
        throw std::runtime_error("the terminal is not known to terminfo; see TERM");
    }
    ::set_term(screen_->screen);
    ::cbreak();
    ::noecho();
    ::nonl();
    ::keypad(stdscr, true);
    ::nodelay(stdscr, true);
    ::set_escdelay(50);
    ::curs_set(0);
    ::mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, nullptr);
    ::mouseinterval(0);
    has_colour_ =
        use_colour && ::has_colors() && ::start_color() == OK && ::use_default_colors() == OK;
    for (short pair = 1; has_colour_ && pair < static_cast<short>(std::size(colours)); ++pair) {
        ::init_pair(pair, colours[pair], -1);
    }
}

CursesTerminal::~CursesTerminal() {
    ::endwin();
    ::delscreen(screen_->screen);
}

ScreenSize CursesTerminal::size() const {
    return {static_cast<std::size_t>(getmaxx(stdscr)), static_cast<std::size_t>(getmaxy(stdscr))};
}

void CursesTerminal::resize() {
    auto size = winsize{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        ::resizeterm(size.ws_row, size.ws_col);
        shown_.lines.clear();
        ::werase(stdscr);
    }
}

void CursesTerminal::show(Screen const& screen) {
    for (std::size_t row = 0; row < screen.lines.size(); ++row) {
        auto const& line = screen.lines[row];
        if (row < shown_.lines.size() && shown_.lines[row] == line) {
            continue;
        }
        ::wmove(stdscr, static_cast<int>(row), 0);
        ::wclrtoeol(stdscr);
        std::size_t column = 0;
        for (auto const& span : line) {
            ::wattrset(stdscr, static_cast<int>(attributes_of(span, has_colour_)));
            // The position is set for each span, in case a font or libc counts other columns.
            ::wmove(stdscr, static_cast<int>(row), static_cast<int>(column));
            ::waddnstr(stdscr, span.text.data(), static_cast<int>(span.text.size()));
            column += width_of({span});
        }
    }
    ::wattrset(stdscr, A_NORMAL);
    ::wrefresh(stdscr);
    shown_ = screen;
}

std::optional<Input> CursesTerminal::read() {
    auto const code = ::wgetch(stdscr);
    if (code == ERR) {
        return std::nullopt;
    }
    if (code == KEY_MOUSE) {
        return mouse_input(shown_);
    }
    auto input = Input{};
    input.key = key_of(code);
    input.character = input.key == Key::character ? static_cast<char>(code) : '\0';
    return input;
}

void CursesTerminal::suspend() {
    ::endwin();
}

void CursesTerminal::resume() {
    resize();
    ::clearok(stdscr, true);
    ::wrefresh(stdscr);
}

} // namespace ousage::program
