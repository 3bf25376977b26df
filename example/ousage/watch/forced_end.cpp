#include "example/ousage/watch/forced_end.hpp"

#include <asio/steady_timer.hpp>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <system_error>

namespace ousage::program {

ForcedEnd::ForcedEnd() : signals_(context_, SIGINT, SIGTERM, SIGHUP) {
    signals_.add(SIGQUIT);
    has_settings_ = ::tcgetattr(STDIN_FILENO, &settings_) == 0;
    signals_.async_wait([this](std::error_code error, int number) {
        if (error) {
            return;
        }
        auto const timer = std::make_shared<asio::steady_timer>(context_);
        timer->expires_after(std::chrono::milliseconds(800));
        timer->async_wait([this, timer, number](std::error_code late) {
            if (late) {
                return;
            }
            if (has_settings_) {
                ::tcsetattr(STDIN_FILENO, TCSANOW, &settings_);
            }
            std::_Exit(128 + number);
        });
    });
    thread_ = std::thread([this] { context_.run(); });
}

ForcedEnd::~ForcedEnd() {
    context_.stop();
    thread_.join();
}

} // namespace ousage::program
