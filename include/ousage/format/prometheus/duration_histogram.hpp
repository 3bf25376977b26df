#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

template <std::size_t Size>
constexpr std::array<std::int64_t, Size> milliseconds(std::array<std::int64_t, Size> values) {
    for (auto& value : values) {
        value *= 1'000'000;
    }
    return values;
}

} // namespace detail

/// Bucket bounds in nanoseconds for requests to Ollama, from 1 ms to 1 hour, because a response of
/// a large model may take many minutes.
inline constexpr auto request_duration_bounds = detail::milliseconds(std::array<std::int64_t, 20>{
    1,     5,      10,     25,     50,      100,     250,     500,       1'000,     2'500,
    5'000, 10'000, 30'000, 60'000, 120'000, 300'000, 600'000, 1'200'000, 1'800'000, 3'600'000});

/// Bucket bounds in nanoseconds for requests by ousage, which have a deadline of a few seconds.
inline constexpr auto poll_duration_bounds = detail::milliseconds(std::array<std::int64_t, 14>{
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 30'000});

/// A classic Prometheus histogram of durations with fixed bounds. Its values never decrease: a
/// negative duration counts as 0.
class DurationHistogram {
public:
    /// A histogram with these bounds, in nanoseconds and ascending. They must outlive it.
    explicit DurationHistogram(std::span<std::int64_t const> bounds)
        : bounds_(bounds), counts_(bounds.size() + 1) {}

    /// Adds one duration in nanoseconds.
    void add(std::int64_t nanoseconds) {
        auto const duration = std::max(nanoseconds, std::int64_t{0});
        auto const bound = std::lower_bound(bounds_.begin(), bounds_.end(), duration);
        ++counts_[static_cast<std::size_t>(bound - bounds_.begin())];
        ++total_;
        nanoseconds_ += static_cast<std::uint64_t>(duration % second);
        seconds_ += static_cast<std::uint64_t>(duration / second) + nanoseconds_ / second;
        nanoseconds_ %= second;
    }

    /// The bounds in nanoseconds.
    std::span<std::int64_t const> bounds() const noexcept { return bounds_; }

    /// The number of durations in one bucket: above the previous bound and up to the bound of this
    /// bucket. The bucket after the last bound counts all longer durations. Not cumulative.
    std::uint64_t count(std::size_t bucket) const { return counts_[bucket]; }

    /// The number of durations.
    std::uint64_t total() const noexcept { return total_; }

    /// The sum of all durations in seconds.
    double sum() const noexcept {
        return static_cast<double>(seconds_) + static_cast<double>(nanoseconds_) / 1e9;
    }

private:
    static constexpr std::int64_t second = 1'000'000'000;

    std::span<std::int64_t const> bounds_;
    std::vector<std::uint64_t> counts_;
    std::uint64_t total_ = 0;
    std::uint64_t seconds_ = 0;     // separate, so that the sum is exact
    std::uint64_t nanoseconds_ = 0; // less than a second
};

} // namespace OUSAGE_NAMESPACE::ollama
