#pragma once

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <termios.h>

#include <thread>

namespace ousage::program {

/// Ends the process 800 ms after SIGINT, SIGTERM or SIGHUP, if it has not ended by then: writing
/// to a terminal blocks as long as its output is stopped, such as by Ctrl-S, and writing to a pipe
/// as long as nobody reads. The settings of a terminal are restored.
class ForcedEnd {
public:
    /// Saves the settings of standard input, if it is a terminal, and starts a thread.
    ForcedEnd();

    ForcedEnd(ForcedEnd const&) = delete;
    ForcedEnd& operator=(ForcedEnd const&) = delete;

    ~ForcedEnd();

private:
    asio::io_context context_{1};
    asio::signal_set signals_;
    termios settings_{};
    bool has_settings_ = false;
    std::thread thread_;
};

} // namespace ousage::program
