#pragma once

#include <cstddef>

namespace ousage::program {

/// The order of models.
enum class Sorting { server, name, size, expiry };

/// Which request windows are shown.
enum class WindowChoice { all, today, five_hours, one_day, seven_days };

/// What the user has chosen. A plain value: every input changes it by `apply`.
struct WatchState {
    std::size_t account = 0; ///< index of the account that is shown
    std::size_t scroll = 0;  ///< lines above the screen
    Sorting sorting = Sorting::server;
    WindowChoice window = WindowChoice::all;
    bool paused = false;
    bool help = false; ///< the keys are shown
    bool log = false;  ///< the requests of the log are shown instead of the sections

    friend bool operator==(WatchState const&, WatchState const&) = default;
};

/// Keys of the dashboard. Others are `none`.
enum class Key { none, up, down, page_up, page_down, home, end, tab, back_tab, escape, character };

/// A key or the mouse.
struct Input {
    Key key = Key::none;
    char character = 0; ///< of `Key::character`
    /// Lines to scroll by the wheel; negative: up.
    int wheel = 0;
    /// The account whose tab or card was clicked; `no_account` otherwise.
    std::size_t clicked = no_account;

    static constexpr std::size_t no_account = static_cast<std::size_t>(-1);
};

/// What the program must do after an input.
enum class Reaction {
    none,    ///< nothing
    redraw,  ///< draw the changed state
    refresh, ///< request everything now
    quit,    ///< end
};

/// What limits the state.
struct WatchLimits {
    std::size_t accounts = 1;   ///< number of accounts
    std::size_t page = 1;       ///< lines of a page
    std::size_t max_scroll = 0; ///< of the screen as it was last drawn
};

/// Changes the state as an input demands.
Reaction apply(WatchState& state, Input const& input, WatchLimits const& limits);

} // namespace ousage::program
