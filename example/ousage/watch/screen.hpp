#pragma once

#include "example/ousage/watch/account_lines.hpp"
#include "example/ousage/watch/styled_line.hpp"
#include "example/ousage/watch/watch_state.hpp"
#include "example/ousage/watch/watched_account.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace ousage::program {

/// Size of a terminal in characters.
struct ScreenSize {
    std::size_t columns = 80;
    std::size_t rows = 24;

    friend bool operator==(ScreenSize const&, ScreenSize const&) = default;
};

/// Where a click selects an account.
struct ClickArea {
    std::size_t first_row, last_row;       ///< last included
    std::size_t first_column, last_column; ///< last included
    std::size_t account;
};

/// What a terminal shows.
struct Screen {
    StyledLines lines;            ///< as many as the terminal has rows, each as wide as it
    std::vector<ClickArea> areas; ///< tabs or cards
    std::size_t max_scroll = 0;   ///< lines that are not visible
    std::size_t page = 1;         ///< lines that scroll

    /// Returns the account at a position; `Input::no_account` if there is none.
    std::size_t account_at(std::size_t row, std::size_t column) const;
};

/// Draws a screen. From 120 columns there is a second column with charts and the log; from 140, and
/// with several accounts, there is a card for each. Below 60 columns or 20 rows the view is
/// compact; below 40 columns or 12 rows it is the status line. `accounts` is not empty.
Screen draw_screen(
    std::span<WatchedAccount const> accounts, WatchState const& state, ScreenSize size,
    DrawStyle const& style);

} // namespace ousage::program
