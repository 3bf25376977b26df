#include "example/ousage/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace ousage::program {

namespace {

constexpr std::uint64_t step = 8 * 1024 * 1024;

} // namespace

Progress::Progress(std::uint64_t total) : total_(::isatty(STDERR_FILENO) != 0 ? total : 0) {}

Progress::~Progress() {
    if (is_drawn_) {
        std::fputs("\r\x1b[K", stderr);
    }
}

void Progress::add(std::uint64_t bytes) {
    done_ += bytes;
    if (total_ == 0 || done_ < drawn_at_ + step) {
        return;
    }
    drawn_at_ = done_;
    if (is_drawn_ || std::chrono::steady_clock::now() - start_ > std::chrono::seconds(1)) {
        draw(std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)));
    }
}

void Progress::draw(double share) {
    constexpr std::size_t width = 30;
    auto const full = static_cast<std::size_t>(share * width);
    auto const bar = std::string(full, '#') + std::string(width - full, ' ');
    fmt::print(stderr, "\r[{}] {:3.0f} % of {} MB", bar, share * 100, total_ / 1'000'000);
    std::fflush(stderr);
    is_drawn_ = true;
}

} // namespace ousage::program
