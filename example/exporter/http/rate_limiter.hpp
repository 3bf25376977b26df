#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace ousage::program::http {

/// A token bucket: `rate_limit` of the Prometheus exporter-toolkit. Used on one thread.
class RateLimiter {
public:
    using Clock = std::chrono::steady_clock;

    /// Permits `burst` requests at once, and one more after each `interval`. An interval of 0
    /// permits all requests.
    RateLimiter(std::chrono::nanoseconds interval, std::size_t burst)
        : interval_(interval), burst_(static_cast<double>(burst)), tokens_(burst_) {}

    /// Returns true if a request at `now` is permitted, and counts it. `now` does not decrease.
    bool permit(Clock::time_point now) {
        if (interval_.count() <= 0) {
            return true;
        }
        if (last_ != Clock::time_point()) {
            auto const elapsed = std::chrono::duration<double>(now - last_) / interval_;
            tokens_ = std::min(burst_, tokens_ + elapsed);
        }
        last_ = now;
        auto const is_permitted = tokens_ >= 1;
        tokens_ -= is_permitted ? 1 : 0;
        return is_permitted;
    }

private:
    std::chrono::nanoseconds interval_;
    double burst_;
    double tokens_;
    Clock::time_point last_; // of the last request
};

} // namespace ousage::program::http
