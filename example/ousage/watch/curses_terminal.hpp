#pragma once

#include "example/ousage/watch/screen.hpp"
#include "example/ousage/watch/watch_state.hpp"

#include <memory>
#include <optional>
#include <string>

namespace ousage::program {

/// The terminal of this process, by ncurses. The constructor shows the alternate screen, and the
/// destructor restores the terminal, also during an exception. There is at most one. It installs
/// no signal handler that the program has installed before.
class CursesTerminal {
public:
    /// Throws if the terminal is unknown to terminfo, or lacks what ncurses needs.
    /// `use_colour` false: text is dim, bold or reversed, without colours.
    explicit CursesTerminal(bool use_colour);

    CursesTerminal(CursesTerminal const&) = delete;
    CursesTerminal& operator=(CursesTerminal const&) = delete;

    ~CursesTerminal();

    /// Returns whether the locale of the process encodes characters in UTF-8.
    bool is_unicode() const noexcept { return is_unicode_; }

    /// Returns the current size.
    ScreenSize size() const;

    /// Reads the size from the terminal after SIGWINCH.
    void resize();

    /// Shows a screen of the current size. Writes only what differs from the last one.
    void show(Screen const& screen);

    /// Reads the next key without waiting; empty if there is none. Clicks select the accounts of
    /// the screen that is shown.
    std::optional<Input> read();

    /// Restores the terminal until `resume`.
    void suspend();

    /// Takes the terminal again and draws everything.
    void resume();

private:
    Screen shown_;
    bool is_unicode_ = false;
    bool has_colour_ = false;
    std::unique_ptr<struct CursesScreen> screen_;
};

} // namespace ousage::program
