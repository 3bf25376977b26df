#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/latency_sum.hpp>
#include <ousage/ollama/log/detail/nearest_rank.hpp>
#include <ousage/ollama/log/latency_histogram.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The requests of one route: the first latencies exactly, all of them in a histogram.
class RouteCounts {
public:
    static constexpr std::size_t exact_limit = 4096;

    void add(int status, std::int64_t latency_ns) {
        ++statuses_[static_cast<std::size_t>(status) % statuses_.size()];
        sum_.add(latency_ns);
        slowest_ = std::max(slowest_, latency_ns);
        latencies_.add(latency_ns);
        if (exact_.size() < exact_limit) {
            add_exact(latency_ns);
        }
    }

    std::uint64_t requests() const { return latencies_.total(); }

    // Returns the number of requests with one status.
    std::uint64_t requests(std::size_t status) const { return statuses_[status]; }

    // Returns the number of requests with a status in [from, until).
    std::uint64_t requests(std::size_t from, std::size_t until) const {
        std::uint64_t sum = 0;
        for (auto status = from; status < until; ++status) {
            sum += statuses_[status];
        }
        return sum;
    }

    std::int64_t slowest() const { return slowest_; }

    double average_ms() const { return sum_.average_ms(requests()); }

    // Returns the nearest-rank percentile in nanoseconds, at most `slowest()`.
    std::int64_t percentile(unsigned percent) const {
        if (requests() > exact_.size()) {
            return std::min(latencies_.percentile(percent), slowest_);
        }
        auto latencies = exact_;
        return nearest_rank(latencies, percent);
    }

private:
    [[gnu::cold]] void add_exact(std::int64_t latency_ns) { exact_.push_back(latency_ns); }

    std::array<std::uint64_t, 1024> statuses_{}; // Gin's are below 1,000
    LatencySum sum_;
    std::int64_t slowest_ = std::numeric_limits<std::int64_t>::min();
    std::vector<std::int64_t> exact_;
    LatencyHistogram latencies_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
