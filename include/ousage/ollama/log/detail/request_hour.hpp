#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/latency_sum.hpp>
#include <ousage/ollama/log/latency_histogram.hpp>
#include <ousage/ollama/log/route.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Sums over requests. `group` is 1 for a status of 4xx, 2 for 5xx and above, else 0.
class RequestSums {
public:
    void add(Route route, unsigned group, std::int64_t latency_ns) {
        ++counts_[static_cast<std::size_t>(route) * groups + group];
        latency_.add(latency_ns);
        latencies_.add(latency_ns);
    }

    void add(RequestSums const& other) {
        for (std::size_t index = 0; index < counts_.size(); ++index) {
            counts_[index] += other.counts_[index];
        }
        latency_.add(other.latency_);
        latencies_.merge(other.latencies_);
    }

    std::uint64_t requests() const { return latencies_.total(); }

    std::uint64_t of_route(Route route) const {
        auto const* const first = counts_.data() + static_cast<std::size_t>(route) * groups;
        return std::accumulate(first, first + groups, std::uint64_t{0});
    }

    std::uint64_t of_group(unsigned group) const {
        std::uint64_t sum = 0;
        for (std::size_t index = group; index < counts_.size(); index += groups) {
            sum += counts_[index];
        }
        return sum;
    }

    double average_ms() const { return latency_.average_ms(requests()); }

    LatencyHistogram const& latencies() const { return latencies_; }

    template <class Archive>
    void archive(Archive& with) {
        with(counts_, latency_, latencies_);
    }

private:
    static constexpr std::size_t groups = 3;

    std::array<std::uint64_t, route_count * groups> counts_{};
    LatencySum latency_;
    LatencyHistogram latencies_;
};

// The inference requests of one hour: their sums, and each request in eight bytes for windows that
// begin or end within the hour.
class RequestHour {
public:
    // Adds a request at `second` of the hour.
    void add(std::uint64_t second, Route route, int status, std::int64_t latency_ns) {
        auto const group = (status >= 400 ? 1u : 0u) + (status >= 500 ? 1u : 0u);
        sums_.add(route, group, latency_ns);
        auto const is_outlier = latency_ns < 0 || latency_ns >= latency_limit;
        auto const latency = is_outlier ? static_cast<std::int64_t>(outliers_.size()) : latency_ns;
        if (is_outlier) {
            outliers_.push_back(latency_ns);
        }
        if (requests_.size() == requests_.capacity()) {
            grow();
        }
        requests_.push_back(Request(latency, second, route, group, is_outlier));
    }

    // Adds the requests in (after, until] to `into`. `number` is the number of this hour.
    void collect(
        std::int64_t number, std::chrono::sys_seconds after, std::chrono::sys_seconds until,
        RequestSums& into) const {
        auto const [low, high] = limits(number, after, until);
        if (low < 0 && high >= 3599) {
            into.add(sums_);
            return;
        }
        for (auto const& request : requests_) {
            auto const second = request.second();
            if (second > low && second <= high) {
                into.add(request.route(), request.group(), latency_of(request));
            }
        }
    }

    // Appends the latencies of the requests in (after, until] to `into`.
    void collect_latencies(
        std::int64_t number, std::chrono::sys_seconds after, std::chrono::sys_seconds until,
        std::vector<std::int64_t>& into) const {
        auto const [low, high] = limits(number, after, until);
        for (auto const& request : requests_) {
            auto const second = request.second();
            if (second > low && second <= high) {
                into.push_back(latency_of(request));
            }
        }
    }

    // `number` is the number of this hour.
    template <class Archive>
    void archive(Archive& with, std::int64_t number) {
        with(sums_, outliers_);
        with.items(requests_, number, sums_.requests());
    }

private:
    // 19 hours in nanoseconds. Longer latencies, and negative ones, are stored separately.
    static constexpr std::int64_t latency_limit = std::int64_t{1} << 46;

    // 46 bits of latency, 12 of the second, 2 of the route, 2 of the group, 1 of is_outlier. Packed
    // by hand, because GCC 12 writes bit-fields to memory byte by byte.
    class Request {
    public:
        Request() = default; // trivial, so that a vector moves requests as bytes

        Request(
            std::int64_t latency, std::uint64_t second, Route route, unsigned group,
            bool is_outlier)
            : bits_(
                  static_cast<std::uint64_t>(latency) | second << 46 |
                  static_cast<std::uint64_t>(route) << 58 | std::uint64_t{group} << 60 |
                  std::uint64_t{is_outlier} << 62) {}

        // Nanoseconds, or the index in outliers_.
        std::int64_t latency() const {
            return static_cast<std::int64_t>(bits_ & (latency_limit - 1));
        }

        // The second of the hour.
        std::int64_t second() const { return static_cast<std::int64_t>(bits_ >> 46 & 0xFFF); }

        Route route() const { return static_cast<Route>(bits_ >> 58 & 3); }

        // 1: 4xx, 2: 5xx and above, else 0.
        unsigned group() const { return static_cast<unsigned>(bits_ >> 60 & 3); }

        bool is_outlier() const { return bits_ >> 62 != 0; }

    private:
        std::uint64_t bits_;
    };

    static_assert(sizeof(Request) == 8);

    struct Seconds {
        std::int64_t low, high; // seconds of the hour: (low, high]
    };

    static Seconds
    limits(std::int64_t number, std::chrono::sys_seconds after, std::chrono::sys_seconds until) {
        auto const start = std::chrono::sys_seconds(std::chrono::hours(number));
        return {(after - start).count(), (until - start).count()};
    }

    // Large vectors grow by a quarter instead of doubling: six million requests are stored.
    [[gnu::cold]] void grow() {
        auto const size = requests_.size();
        requests_.reserve(size < 4096 ? std::max<std::size_t>(16, size * 2) : size / 4 * 5);
    }

    std::int64_t latency_of(Request request) const {
        return request.is_outlier() ? outliers_[static_cast<std::size_t>(request.latency())]
                                    : request.latency();
    }

    RequestSums sums_;
    std::vector<Request> requests_;
    std::vector<std::int64_t> outliers_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
