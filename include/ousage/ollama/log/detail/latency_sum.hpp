#pragma once

#include <ousage/config.hpp>

#include <cstdint>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A sum of latencies that cannot overflow. Gin can print two latencies whose sum overflows 64 bits.
class LatencySum {
public:
    void add(std::int64_t nanoseconds) {
        high_ += nanoseconds >> 32;
        low_ += nanoseconds & 0xFFFF'FFFF;
    }

    void add(LatencySum const& other) {
        high_ += other.high_;
        low_ += other.low_;
    }

    // Returns the average of `count` latencies, in milliseconds.
    double average_ms(std::uint64_t count) const {
        auto const total =
            static_cast<long double>(high_) * 4294967296.0L + static_cast<long double>(low_);
        return static_cast<double>(total / 1e6L / static_cast<long double>(count));
    }

private:
    std::int64_t high_ = 0, low_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
