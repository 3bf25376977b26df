#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <termios.h>

#include <thread>

namespace ousage::program {

/// Ends the process 800 ms after SIGINT, SIGTERM or SIGHUP, if it has not ended by then: writing to
/// a terminal blocks as long as its output is stopped, such as by Ctrl-S. Its
/// settings are restored.
class ForcedEnd {
public:
    /// Saves the current settings of the terminal, and starts a thread.
    ForcedEnd();

    ForcedEnd(ForcedEnd const&) = delete;
    ForcedEnd& operator=(ForcedEnd const&) = delete;

    ~ForcedEnd();

private:
    asio::io_context context_{1};
    asio::signal_set signals_;
    termios settings_{};
    std::thread thread_;
};

} // namespace ousage::program
