#include "example/ousage/watch/watch_state.hpp"

#include <algorithm>

namespace ousage::program {

namespace {

// Returns the value after `value`, of which `last` is the last one.
template <class Enum>
Enum next_of(Enum value, Enum last) {
    return value == last ? Enum{} : static_cast<Enum>(static_cast<int>(value) + 1);
}

void scroll_down(WatchState& state, std::size_t lines, WatchLimits const& limits) {
    state.scroll = std::min(limits.max_scroll, state.scroll + lines);
}

void scroll_up(WatchState& state, std::size_t lines, WatchLimits const& limits) {
    // The screen may have become larger since.
    state.scroll = std::min(state.scroll, limits.max_scroll);
    state.scroll -= std::min(lines, state.scroll);
}

void show_account(WatchState& state, std::size_t account) {
    state.account = account;
    state.scroll = 0;
}

void apply_character(WatchState& state, char character, WatchLimits const& limits) {
    switch (character) {
    case 'p': state.paused = !state.paused; break;
    case 'j': scroll_down(state, 1, limits); break;
    case 'k': scroll_up(state, 1, limits); break;
    case 's': state.sorting = next_of(state.sorting, Sorting::expiry); break;
    case 't': state.window = next_of(state.window, WindowChoice::seven_days); break;
    case 'l':
        state.log = !state.log;
        state.help = false;
        state.scroll = 0;
        break;
    case '?':
        state.help = !state.help;
        state.scroll = 0;
        break;
    default:
        if (character >= '1' && character <= '9') {
            auto const account = static_cast<std::size_t>(character - '1');
            if (account < limits.accounts) {
                show_account(state, account);
            }
        }
    }
}

void apply_key(WatchState& state, Input const& input, WatchLimits const& limits) {
    auto const accounts = std::max<std::size_t>(limits.accounts, 1);
    switch (input.key) {
    case Key::up: scroll_up(state, 1, limits); break;
    case Key::down: scroll_down(state, 1, limits); break;
    case Key::page_up: scroll_up(state, limits.page, limits); break;
    case Key::page_down: scroll_down(state, limits.page, limits); break;
    case Key::home: state.scroll = 0; break;
    case Key::end: state.scroll = limits.max_scroll; break;
    case Key::tab: show_account(state, (state.account + 1) % accounts); break;
    case Key::back_tab: show_account(state, (state.account + accounts - 1) % accounts); break;
    case Key::escape: state.help = state.log = false; break;
    case Key::character: apply_character(state, input.character, limits); break;
    case Key::none: break;
    }
}

} // namespace

Reaction apply(WatchState& state, Input const& input, WatchLimits const& limits) {
    if (input.key == Key::character && input.character == 'q') {
        return Reaction::quit;
    }
    auto const before = state;
    if (input.key == Key::character && input.character == 'r') {
        state.paused = false;
        return Reaction::refresh;
    }
    apply_key(state, input, limits);
    if (input.wheel > 0) {
        scroll_down(state, static_cast<std::size_t>(input.wheel), limits);
    } else if (input.wheel < 0) {
        scroll_up(state, static_cast<std::size_t>(-input.wheel), limits);
    }
    if (input.clicked < limits.accounts) {
        show_account(state, input.clicked);
    }
    return state == before ? Reaction::none : Reaction::redraw;
}

} // namespace ousage::program
