#pragma once

#include "process.hpp"
#include "wait_until.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>

namespace ousage::test {

/// A terminal in a tmux server of its own, in which a shell runs. The destructor ends both.
class Tmux {
public:
    /// Returns whether tmux is installed.
    static bool is_installed() { return run_command("tmux -V").exit_code == 0; }

    /// Starts an interactive shell without the user's files. The screen is `columns` x `rows`.
    Tmux(std::size_t columns, std::size_t rows) {
        command(
            "-f /dev/null new-session -d -x " + std::to_string(columns) + " -y " +
            std::to_string(rows) + " \"exec bash --norc --noprofile -i\"");
        command("set-option -g status off");
        resize(columns, rows);
        type("PS1='ready$ '; unset HISTFILE; clear");
        wait_for("ready$");
    }

    Tmux(Tmux const&) = delete;
    Tmux& operator=(Tmux const&) = delete;

    ~Tmux() { run_command(prefix() + "kill-server"); }

    /// Sends keys by tmux's names, such as `q`, `C-z`, `Tab`.
    void keys(std::string const& names) const { command("send-keys " + names); }

    /// Types a line and Return.
    void type(std::string const& line) const {
        auto quoted = std::string{};
        for (auto const character : line) {
            quoted += character == '\'' ? "'\\''" : std::string(1, character);
        }
        command("send-keys -l '" + quoted + "'");
        keys("Enter");
    }

    void resize(std::size_t columns, std::size_t rows) const {
        command("resize-window -x " + std::to_string(columns) + " -y " + std::to_string(rows));
    }

    /// Returns the screen without trailing spaces, one line for each row.
    std::string screen() const { return command("capture-pane -p"); }

    /// Returns the same with SGR sequences.
    std::string coloured_screen() const { return command("capture-pane -p -e"); }

    /// Waits until the screen contains a text, and returns it.
    std::string wait_for(std::string const& text) const {
        auto last = std::string{};
        auto const is_shown = [&] {
            last = screen();
            return last.find(text) != last.npos;
        };
        try {
            wait_until("the screen shows " + text, is_shown, interval);
        } catch (std::runtime_error const& error) {
            throw std::runtime_error(std::string(error.what()) + "; it shows\n" + last);
        }
        return last;
    }

    /// Waits until the screen does not contain a text, and returns it.
    std::string wait_without(std::string const& text) const {
        auto last = std::string{};
        auto const is_gone = [&] {
            last = screen();
            return last.find(text) == last.npos;
        };
        wait_until("the screen no longer shows " + text, is_gone, interval);
        return last;
    }

private:
    static constexpr auto interval = std::chrono::milliseconds(30);

    std::string prefix() const {
        return "env -u TMUX LC_ALL=C.UTF-8 SHELL=/bin/sh tmux -u -S " +
               (directory_.path() / "socket").string() + " ";
    }

    std::string command(std::string const& text) const {
        auto const finished = run_command(prefix() + text);
        if (finished.exit_code != 0) {
            throw std::runtime_error("tmux " + text + ": " + finished.error);
        }
        return finished.out;
    }

    TemporaryDirectory directory_;
};

} // namespace ousage::test
