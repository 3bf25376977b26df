#pragma once

#include <ousage/ollama/detail/latency_sum.hpp>
#include <ousage/ollama/latency_histogram.hpp>
#include <ousage/ollama/route.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ousage::ollama::detail {

// What is added up over requests; `group` is 1 for a status of 4xx, 2 for 5xx and up.
struct RequestSums {
    std::uint64_t requests = 0, http_4xx = 0, http_5xx = 0;
    std::array<std::uint64_t, route_count> routes{};
    LatencySum latency;
    LatencyHistogram latencies;

    void add(Route route, unsigned group, std::int64_t latency_ns) {
        ++requests;
        ++routes[static_cast<std::size_t>(route)];
        http_4xx += group == 1 ? 1u : 0u;
        http_5xx += group == 2 ? 1u : 0u;
        latency.add(latency_ns);
        latencies.add(latency_ns);
    }

    void add(RequestSums const& other) {
        requests += other.requests;
        for (std::size_t route = 0; route < route_count; ++route) {
            routes[route] += other.routes[route];
        }
        http_4xx += other.http_4xx;
        http_5xx += other.http_5xx;
        latency.add(other.latency);
        latencies.merge(other.latencies);
    }

    std::uint64_t of(Route route) const { return routes[static_cast<std::size_t>(route)]; }

    double average_ms() const { return latency.average_ms(requests); }
};

// The inference requests of one hour: their sums, and each in eight bytes for windows that begin or
// end within the hour.
class RequestHour {
public:
    // The number of the hour since 1970 that holds an instant.
    static std::int64_t of(std::chrono::sys_seconds time) {
        return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
    }

    // At that second of the hour.
    void add(std::uint64_t second, Route route, int status, std::int64_t latency_ns) {
        auto const group = (status >= 400 ? 1u : 0u) + (status >= 500 ? 1u : 0u);
        sums_.add(route, group, latency_ns);
        auto const is_odd = latency_ns < 0 || latency_ns >= latency_limit;
        auto const latency = is_odd ? static_cast<std::int64_t>(odd_latencies_.size()) : latency_ns;
        if (is_odd) {
            odd_latencies_.push_back(latency_ns);
        }
        auto request = Request{};
        request.latency = static_cast<std::uint64_t>(latency) & (latency_limit - 1);
        request.second = second & 0xFFF;
        request.route = static_cast<std::uint64_t>(route) & 3;
        request.group = group & 3;
        request.is_odd = is_odd;
        if (requests_.size() == requests_.capacity()) {
            make_room();
        }
        requests_.push_back(request);
    }

    // Adds what lies in (after, until]; this is the hour of that number.
    void collect(
        std::int64_t number, std::chrono::sys_seconds after, std::chrono::sys_seconds until,
        RequestSums& into) const {
        auto const [low, high] = limits(number, after, until);
        if (low < 0 && high >= 3599) {
            into.add(sums_);
            return;
        }
        for (auto const& request : requests_) {
            auto const second = static_cast<std::int64_t>(request.second);
            if (second > low && second <= high) {
                into.add(static_cast<Route>(request.route), request.group, latency_of(request));
            }
        }
    }

    // The same, latencies alone.
    void collect_latencies(
        std::int64_t number, std::chrono::sys_seconds after, std::chrono::sys_seconds until,
        std::vector<std::int64_t>& into) const {
        auto const [low, high] = limits(number, after, until);
        for (auto const& request : requests_) {
            auto const second = static_cast<std::int64_t>(request.second);
            if (second > low && second <= high) {
                into.push_back(latency_of(request));
            }
        }
    }

private:
    // 19 hours in nanoseconds; longer ones, and negative ones, stand apart.
    static constexpr std::int64_t latency_limit = std::int64_t{1} << 46;

    struct Request {
        std::uint64_t latency : 46; // nanoseconds, or the place in odd_latencies_
        std::uint64_t second : 12;  // of the hour
        std::uint64_t route : 2;
        std::uint64_t group : 2; // 1: 4xx, 2: 5xx and up
        std::uint64_t is_odd : 1;
    };

    static_assert(sizeof(Request) == 8);

    struct Seconds {
        std::int64_t low, high; // (low, high] of the hour
    };

    static Seconds
    limits(std::int64_t number, std::chrono::sys_seconds after, std::chrono::sys_seconds until) {
        auto const start = std::chrono::sys_seconds(std::chrono::hours(number));
        return {(after - start).count(), (until - start).count()};
    }

    // Of many by a quarter, not by doubling: six million of these are kept.
    [[gnu::cold]] void make_room() {
        auto const size = requests_.size();
        requests_.reserve(size < 4096 ? std::max<std::size_t>(16, size * 2) : size / 4 * 5);
    }

    std::int64_t latency_of(Request request) const {
        return request.is_odd ? odd_latencies_[request.latency]
                              : static_cast<std::int64_t>(request.latency);
    }

    RequestSums sums_;
    std::vector<Request> requests_;
    std::vector<std::int64_t> odd_latencies_;
};

} // namespace ousage::ollama::detail
