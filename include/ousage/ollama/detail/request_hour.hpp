#pragma once

#include <ousage/ollama/detail/latency_sum.hpp>
#include <ousage/ollama/latency_histogram.hpp>
#include <ousage/ollama/route.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ousage::ollama::detail {

// What is added up over requests.
struct RequestSums {
    std::uint64_t requests = 0, chat = 0, generate = 0, embed = 0, http_4xx = 0, http_5xx = 0;
    LatencySum latency;
    LatencyHistogram latencies;

    void add(Route route, int status_class, std::int64_t latency_ns) {
        ++requests;
        ++(route == Route::chat ? chat : route == Route::generate ? generate : embed);
        http_4xx += status_class == 4 ? 1u : 0u;
        http_5xx += status_class >= 5 ? 1u : 0u;
        latency.add(latency_ns);
        latencies.add(latency_ns);
    }

    void add(RequestSums const& other) {
        requests += other.requests;
        chat += other.chat;
        generate += other.generate;
        embed += other.embed;
        http_4xx += other.http_4xx;
        http_5xx += other.http_5xx;
        latency.add(other.latency);
        latencies.merge(other.latencies);
    }

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

    void add(std::chrono::sys_seconds time, Route route, int status, std::int64_t latency_ns) {
        auto const hour = std::chrono::floor<std::chrono::hours>(time);
        auto const status_class = std::clamp(status / 100, 0, 9);
        sums_.add(route, status_class, latency_ns);
        auto const is_odd = latency_ns < 0 || latency_ns >= latency_limit;
        auto const latency = is_odd ? static_cast<std::int64_t>(odd_latencies_.size()) : latency_ns;
        if (is_odd) {
            odd_latencies_.push_back(latency_ns);
        }
        auto request = Request{};
        request.latency = static_cast<std::uint64_t>(latency) & (latency_limit - 1);
        request.second = static_cast<std::uint64_t>((time - hour).count()) & 0xFFF;
        request.route = static_cast<std::uint64_t>(route) & 3;
        request.group = status_class == 4 ? 1 : status_class >= 5 ? 2 : 0;
        request.is_odd = is_odd;
        // By a quarter, not by doubling: six million of these are kept.
        if (requests_.size() == requests_.capacity()) {
            requests_.reserve(std::max<std::size_t>(16, requests_.size() / 4 * 5));
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
                auto const status_class = request.group == 0 ? 2 : request.group == 1 ? 4 : 5;
                into.add(static_cast<Route>(request.route), status_class, latency_of(request));
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

    std::int64_t latency_of(Request request) const {
        return request.is_odd ? odd_latencies_[request.latency]
                              : static_cast<std::int64_t>(request.latency);
    }

    RequestSums sums_;
    std::vector<Request> requests_;
    std::vector<std::int64_t> odd_latencies_;
};

} // namespace ousage::ollama::detail
