#pragma once

#include "example/ousage/watch/chart.hpp"
#include "example/ousage/watch/styled_line.hpp"
#include "example/ousage/watch/watched_account.hpp"
#include <ousage/format/view.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace ousage::program {

/// How lines are drawn.
struct DrawStyle {
    bool unicode = true;                    ///< false: only ASCII
    ChartCells cells = ChartCells::braille; ///< of charts

    /// Returns the style of texts of a width. Colours are always roles; the terminal decides.
    TextStyle text(std::size_t width) const { return TextStyle{width, true, unicode}; }
};

using StyledLines = std::vector<StyledLine>;

/// Returns the view of an account as the state demands: sorted, and with the chosen window.
View chosen_view(WatchedAccount const& account, WatchState const& state);

/// Returns the line above a section.
StyledLine section_rule(
    std::string const& title, std::string const& note, std::size_t width, DrawStyle const& style);

/// Draws the header of an account.
StyledLines header_of(
    WatchedAccount const& account, View const& view, std::size_t width, DrawStyle const& style);

/// Draws the sections of a view. `History` is left out unless `with_history`.
StyledLines sections_of(
    WatchedAccount const& account, View const& view, WatchState const& state, std::size_t width,
    DrawStyle const& style, bool with_history);

/// Draws the charts of the last 24 hours and of the last days, each if it fits in `limit` lines and
/// more than one day has a value.
StyledLines charts_of(
    WatchedAccount const& account, View const& view, std::size_t limit, std::size_t width,
    DrawStyle const& style);

/// Draws the last requests of the log, the newest first, at most `limit`.
StyledLines tail_of(
    WatchedAccount const& account, std::size_t limit, std::size_t width, DrawStyle const& style);

/// Draws what fits in 40 x 12: models, speed, requests of one window, quota, failed sources.
StyledLines compact_of(
    WatchedAccount const& account, View const& view, WatchState const& state, std::size_t width,
    DrawStyle const& style);

} // namespace ousage::program
