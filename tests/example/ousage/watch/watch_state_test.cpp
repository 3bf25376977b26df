#include "example/ousage/watch/watch_state.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ousage::program;

Input key(Key which) {
    auto input = Input{};
    input.key = which;
    return input;
}

Input character(char which) {
    auto input = key(Key::character);
    input.character = which;
    return input;
}

WatchLimits limits(std::size_t accounts, std::size_t max_scroll) {
    return WatchLimits{accounts, 10, max_scroll};
}

TEST(WatchState, QuitsAndRefreshesWithoutChange) {
    auto state = WatchState{};
    EXPECT_EQ(apply(state, character('q'), limits(1, 0)), Reaction::quit);
    EXPECT_EQ(apply(state, character('r'), limits(1, 0)), Reaction::refresh);
    EXPECT_EQ(state, WatchState{});
}

TEST(WatchState, RefreshEndsThePause) {
    auto state = WatchState{};
    EXPECT_EQ(apply(state, character('p'), limits(1, 0)), Reaction::redraw);
    EXPECT_TRUE(state.paused);
    EXPECT_EQ(apply(state, character('r'), limits(1, 0)), Reaction::refresh);
    EXPECT_FALSE(state.paused);
}

TEST(WatchState, UnknownKeysChangeNothing) {
    auto state = WatchState{};
    for (auto const which : {'x', 'Q', '0', ' '}) {
        EXPECT_EQ(apply(state, character(which), limits(3, 5)), Reaction::none) << which;
    }
    EXPECT_EQ(apply(state, Input{}, limits(3, 5)), Reaction::none);
}

TEST(WatchState, ScrollsWithinTheScreen) {
    auto state = WatchState{};
    apply(state, key(Key::up), limits(1, 5));
    EXPECT_EQ(state.scroll, 0u);
    apply(state, character('j'), limits(1, 5));
    apply(state, key(Key::down), limits(1, 5));
    EXPECT_EQ(state.scroll, 2u);
    apply(state, key(Key::page_down), limits(1, 5));
    EXPECT_EQ(state.scroll, 5u);
    EXPECT_EQ(apply(state, key(Key::end), limits(1, 5)), Reaction::none);
    apply(state, character('k'), limits(1, 5));
    EXPECT_EQ(state.scroll, 4u);
    apply(state, key(Key::home), limits(1, 5));
    EXPECT_EQ(state.scroll, 0u);
}

TEST(WatchState, ScrollsFromTheVisibleLineAfterTheScreenGrew) {
    auto state = WatchState{};
    state.scroll = 20;
    apply(state, key(Key::up), limits(1, 5));
    EXPECT_EQ(state.scroll, 4u);
}

TEST(WatchState, WheelScrolls) {
    auto state = WatchState{};
    auto input = Input{};
    input.wheel = 3;
    EXPECT_EQ(apply(state, input, limits(1, 5)), Reaction::redraw);
    EXPECT_EQ(state.scroll, 3u);
    input.wheel = -3;
    apply(state, input, limits(1, 5));
    EXPECT_EQ(state.scroll, 0u);
}

TEST(WatchState, SelectsAccountsByKeyAndClick) {
    auto state = WatchState{};
    state.scroll = 2;
    apply(state, key(Key::tab), limits(3, 5));
    EXPECT_EQ(state.account, 1u);
    EXPECT_EQ(state.scroll, 0u);
    apply(state, character('3'), limits(3, 5));
    EXPECT_EQ(state.account, 2u);
    apply(state, key(Key::tab), limits(3, 5));
    EXPECT_EQ(state.account, 0u);
    apply(state, key(Key::back_tab), limits(3, 5));
    EXPECT_EQ(state.account, 2u);
    EXPECT_EQ(apply(state, character('4'), limits(3, 5)), Reaction::none);
    auto click = Input{};
    click.clicked = 1;
    apply(state, click, limits(3, 5));
    EXPECT_EQ(state.account, 1u);
}

TEST(WatchState, CyclesThroughOrdersAndWindows) {
    auto state = WatchState{};
    for (auto const expected : {Sorting::name, Sorting::size, Sorting::expiry, Sorting::server}) {
        apply(state, character('s'), limits(1, 0));
        EXPECT_EQ(state.sorting, expected);
    }
    for (auto const expected :
         {WindowChoice::today, WindowChoice::five_hours, WindowChoice::one_day,
          WindowChoice::seven_days, WindowChoice::all}) {
        apply(state, character('t'), limits(1, 0));
        EXPECT_EQ(state.window, expected);
    }
}

TEST(WatchState, EscapeClosesHelpAndLog) {
    auto state = WatchState{};
    apply(state, character('?'), limits(1, 0));
    EXPECT_TRUE(state.help);
    apply(state, character('l'), limits(1, 0));
    EXPECT_TRUE(state.log);
    EXPECT_FALSE(state.help);
    EXPECT_EQ(apply(state, key(Key::escape), limits(1, 0)), Reaction::redraw);
    EXPECT_FALSE(state.log);
}

} // namespace
