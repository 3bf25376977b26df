#include "example/ousage/watch/dashboard.hpp"

#include "example/ousage/output_style.hpp"

#include <asio/co_spawn.hpp>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <system_error>
#include <vector>

namespace ousage::program {

namespace {

ChartCells chart_cells(bool is_unicode) {
    if (!is_unicode) {
        return ChartCells::ascii;
    }
    // The fonts of the Linux console have blocks and no braille.
    auto const* const terminal = std::getenv("TERM");
    return terminal != nullptr && std::string_view(terminal) == "linux" ? ChartCells::blocks
                                                                        : ChartCells::braille;
}

// Returns a descriptor of the terminal with a file description of its own: Asio makes it
// non-blocking, which those of the shell, and of the programs after this one, must not be.
int open_terminal() {
    for (auto const* const path : {static_cast<char const*>(::ttyname(STDIN_FILENO)), "/dev/tty"}) {
        auto const descriptor =
            path != nullptr ? ::open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC) : -1;
        if (descriptor >= 0) {
            return descriptor;
        }
    }
    throw std::system_error(errno, std::system_category(), "cannot open the terminal");
}

} // namespace

Dashboard::Signals::Signals(asio::io_context& context) : set(context) {
    for (auto const number : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH}) {
        set.add(number);
    }
}

Dashboard::Dashboard(
    asio::io_context& context, ollama::Configuration const& configuration,
    std::optional<std::chrono::nanoseconds> interval)
    : context_(context),
      signals_(context),
      terminal_(standard_output_style().colour),
      input_(context, open_terminal()) {
    style_.unicode = standard_output_style().unicode && terminal_.is_unicode();
    style_.cells = chart_cells(style_.unicode);
    auto const show_account = configuration.accounts.size() > 1;
    for (auto const& account : configuration.accounts) {
        pollers_.emplace_back(
            context.get_executor(), account, configuration,
            interval.value_or(account.poll_interval), show_account);
    }
    limits_.accounts = pollers_.size();
}

int Dashboard::run() {
    for (auto& poller : pollers_) {
        auto const changed = [this] { draw(); };
        auto work = poller.run(changed);
        asio::co_spawn(context_, std::move(work), [](std::exception_ptr error) {
            if (error) {
                std::rethrow_exception(error);
            }
        });
    }
    draw();
    wait_for_input();
    wait_for_signal();
    context_.run();
    return exit_code_;
}

void Dashboard::draw() {
    auto accounts = std::vector<WatchedAccount>{};
    for (auto const& poller : pollers_) {
        accounts.push_back(poller.watched());
    }
    auto const screen = draw_screen(accounts, state_, terminal_.size(), style_);
    limits_.max_scroll = screen.max_scroll;
    limits_.page = screen.page;
    terminal_.show(screen);
}

void Dashboard::wait_for_input() {
    input_.async_wait(asio::posix::stream_descriptor::wait_read, [this](std::error_code error) {
        if (error) {
            return;
        }
        read_input();
    });
}

void Dashboard::read_input() {
    int available = 0;
    if (::ioctl(STDIN_FILENO, FIONREAD, &available) != 0 || available == 0) {
        quit(0); // the terminal was closed
        return;
    }
    while (auto const input = terminal_.read()) {
        react(apply(state_, *input, limits_));
    }
    if (!context_.stopped()) {
        wait_for_input();
    }
}

void Dashboard::react(Reaction reaction) {
    switch (reaction) {
    case Reaction::none: return;
    case Reaction::quit: quit(0); return;
    case Reaction::refresh:
        for (auto& poller : pollers_) {
            poller.refresh();
        }
        [[fallthrough]];
    case Reaction::redraw:
        for (auto& poller : pollers_) {
            poller.pause(state_.paused);
        }
        draw();
    }
}

void Dashboard::wait_for_signal() {
    signals_.set.async_wait([this](std::error_code error, int number) {
        if (!error) {
            handle_signal(number);
            wait_for_signal();
        }
    });
}

void Dashboard::handle_signal(int number) {
    switch (number) {
    case SIGTSTP:
        terminal_.suspend();
        std::raise(SIGSTOP);
        [[fallthrough]]; // continued here
    case SIGCONT:
        terminal_.resume();
        draw();
        return;
    case SIGWINCH:
        terminal_.resize();
        draw();
        return;
    default: quit(128 + number);
    }
}

void Dashboard::quit(int exit_code) {
    exit_code_ = exit_code;
    context_.stop();
}

} // namespace ousage::program
