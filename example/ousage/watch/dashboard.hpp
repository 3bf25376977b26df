#pragma once

#include "example/ousage/watch/account_poller.hpp"
#include "example/ousage/watch/curses_terminal.hpp"
#include "example/ousage/watch/forced_end.hpp"
#include "example/ousage/watch/watch_state.hpp"
#include <ousage/ollama/configuration.hpp>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>

#include <chrono>
#include <deque>
#include <optional>

namespace ousage::program {

/// The live dashboard: connects the pollers of all accounts, the terminal and the signals. Used on
/// the thread of its io_context.
class Dashboard {
public:
    /// Takes the terminal. Throws if it cannot.
    Dashboard(
        asio::io_context& context, ollama::Configuration const& configuration,
        std::optional<std::chrono::nanoseconds> interval);

    Dashboard(Dashboard const&) = delete;
    Dashboard& operator=(Dashboard const&) = delete;

    /// Runs until the user quits, a signal arrives, or the terminal is closed. Returns the exit
    /// code.
    int run();

private:
    void draw();
    void wait_for_input();
    void read_input();
    void wait_for_signal();
    void handle_signal(int number);
    void react(Reaction reaction);
    void quit(int exit_code);

    // The signals that the dashboard handles.
    struct Signals {
        explicit Signals(asio::io_context& context);
        asio::signal_set set;
    };

    asio::io_context& context_;
    // Before the terminal, so that ncurses finds the signals handled and installs no handlers, and
    // the settings to restore are those of the shell.
    Signals signals_;
    ForcedEnd forced_end_;
    DrawStyle style_;
    CursesTerminal terminal_;
    asio::posix::stream_descriptor input_;
    std::deque<AccountPoller> pollers_;
    WatchState state_;
    WatchLimits limits_;
    int exit_code_ = 0;
};

} // namespace ousage::program
